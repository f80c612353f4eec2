#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "starter/find.hpp"
#include "starter/paths.hpp"

namespace testlooper::starter {
namespace {

constexpr const char* kUsualVersion = "1.24";
constexpr const char* kFrom = "FROM golang:1.22\n";

bool is_test_file(const std::string& path) {
  return path.ends_with("_test.go") && !is_foreign(path);
}

}  // namespace

Part go_part(const RepoFiles& files, const std::string& folder) {
  Part part;
  part.framework = Framework::go;
  part.folder = folder;
  const auto module_file = join(folder, "go.mod");
  const auto text = text_of(files, module_file);
  const auto tests = std::ranges::count_if(files.paths, [&](const std::string& path) {
    return is_test_file(path) && is_below(path, folder);
  });
  part.why = fmt::format("{}, {} test file{}", module_file, tests, tests == 1 ? "" : "s");
  auto version = first_match(text, R"(^toolchain\s+go(1\.\d+))");
  if (version.empty()) version = first_match(text, R"(^go\s+(1\.\d+))");
  if (!version.empty()) part.image_why = module_file + " says so";
  part.image = "golang:" + (version.empty() ? kUsualVersion : version);
  const bool local =
      matches(text, R"(^\s*(?:replace\s.*)?=>\s*\.)") || matches(text, R"(=>\s*\.\.?/)");
  if (has(files, join(folder, "go.sum")) && !has(files, join(folder, "vendor/modules.txt")) &&
      !local) {
    part.edits.push_back(
        {"Dockerfile", kFrom,
         fmt::format("{}COPY {} {} /tmp/module/\nRUN cd /tmp/module && go mod download\n", kFrom,
                     module_file, join(folder, "go.sum"))});
  }
  return part;
}

std::vector<Part> find_go(const RepoFiles& files) {
  std::set<std::string> modules, roots;
  for (const auto& path : files.paths) {
    if (file_name(path) == "go.mod" && !is_foreign(path)) modules.insert(folder_of(path));
  }
  if (modules.empty()) return {};
  for (const auto& path : files.paths) {
    // A module ends where another begins.
    if (!is_test_file(path)) continue;
    const auto module = lowest_above(path, modules);
    if (modules.contains(module)) roots.insert(module);
  }
  std::vector<Part> parts;
  for (const auto& root : roots) parts.push_back(go_part(files, root));
  return parts;
}

}  // namespace testlooper::starter
