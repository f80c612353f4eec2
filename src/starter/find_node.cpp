#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "starter/find.hpp"
#include "starter/node_install.hpp"
#include "starter/paths.hpp"

namespace testlooper::starter {
namespace {

using Json = nlohmann::json;

constexpr std::array<const char*, 6> kEndings = {"js", "cjs", "mjs", "ts", "cts", "mts"};

std::string configured_by(const RepoFiles& files, const std::string& folder,
                          const std::string& name) {
  for (const auto* ending : kEndings) {
    const auto path = join(folder, name + ".config." + ending);
    if (has(files, path)) return path;
  }
  return {};
}

bool depends_on(const Json& package, const std::string& name) {
  for (const auto* key : {"devDependencies", "dependencies"}) {
    const auto found = package.find(key);
    if (found != package.end() && found->is_object() && found->contains(name)) return true;
  }
  return false;
}

std::string test_script(const Json& package) {
  const auto scripts = package.find("scripts");
  if (scripts == package.end() || !scripts->is_object()) return {};
  const auto test = scripts->find("test");
  return test != scripts->end() && test->is_string() ? test->get<std::string>() : std::string();
}

// Why a folder's tests are of the framework; "" where nothing says so.
std::string sign_of(const RepoFiles& files, const std::string& folder, const Json& package,
                    Framework framework) {
  const std::string name(framework_name(framework));
  const auto path = join(folder, "package.json");
  if (matches(test_script(package), "\\b" + name + "\\b")) return "the test script of " + path;
  if (depends_on(package, name)) return path;
  if (framework == Framework::jest && package.contains("jest")) return path;
  return configured_by(files, folder, name);
}

std::optional<Framework> framework_at(const RepoFiles& files, const std::string& folder) {
  const auto package = package_at(files, folder);
  const auto vitest = sign_of(files, folder, package, Framework::vitest);
  const auto jest = sign_of(files, folder, package, Framework::jest);
  if (vitest.empty() && jest.empty()) return std::nullopt;
  // Where both are there, the one that `npm test` runs.
  if (jest.empty() || vitest.starts_with("the test script")) return Framework::vitest;
  if (vitest.empty() || jest.starts_with("the test script")) return Framework::jest;
  return Framework::vitest;
}

// jest takes ES modules as they are only when node is told so.
bool wants_vm_modules(const RepoFiles& files, const std::string& folder, const Json& package) {
  const auto script = test_script(package);
  if (script.contains("experimental-vm-modules")) return true;
  const auto type = package.find("type");
  if (type == package.end() || *type != "module") return false;
  const bool babel = !configured_by(files, folder, "babel").empty() || package.contains("babel") ||
                     has(files, join(folder, "babel.config.json")) ||
                     has(files, join(folder, ".babelrc")) ||
                     has(files, join(folder, ".babelrc.json"));
  return !babel;
}

}  // namespace

Part node_part(const RepoFiles& files, const std::string& folder, Framework framework) {
  Part part;
  part.framework = framework;
  part.folder = folder;
  const auto package = package_at(files, folder);
  part.why = sign_of(files, folder, package, framework);
  install_packages(files, part);
  choose_node(files, part);
  const auto script = test_script(package);
  if (framework == Framework::jest) {
    if (wants_vm_modules(files, folder, package))
      part.variables["NODE_OPTIONS"] = "--experimental-vm-modules";
    if (script.contains("react-scripts")) {
      part.notes.push_back("react-scripts hides jest's configuration: give jest one of its own");
    }
  }
  const std::string name(framework_name(framework));
  const auto config =
      first_match(script, "\\b" + name + R"(\b.*\s(?:--config[= ]|-c )\s*([\w./-]+))");
  if (!config.empty()) {
    part.notes.push_back("the test script names " + config + ": put `--config " + config +
                         "` behind list and run in the plan");
  }
  return part;
}

std::vector<Part> find_node(const RepoFiles& files) {
  std::set<std::string> with_tests;
  for (const auto& path : files.paths) {
    if (file_name(path) != "package.json" || is_foreign(path)) continue;
    if (framework_at(files, folder_of(path))) with_tests.insert(folder_of(path));
  }
  std::set<std::string> roots;
  for (const auto& folder : with_tests) roots.insert(highest_above(join(folder, "x"), with_tests));
  std::vector<Part> parts;
  for (const auto framework : {Framework::jest, Framework::vitest}) {
    for (const auto& root : roots) {
      if (framework_at(files, root) == framework)
        parts.push_back(node_part(files, root, framework));
    }
  }
  return parts;
}

}  // namespace testlooper::starter
