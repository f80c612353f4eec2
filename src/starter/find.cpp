#include "starter/find.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "starter/paths.hpp"

namespace testlooper::starter {
namespace {

constexpr std::array<std::pair<Framework, std::string_view>, 6> kNames = {{
    {Framework::pytest, "pytest"},
    {Framework::ctest, "ctest"},
    {Framework::go, "go"},
    {Framework::jest, "jest"},
    {Framework::vitest, "vitest"},
    {Framework::other, "other"},
}};

// By their names alone, wherever they are.
constexpr std::array<std::string_view, 17> kRead = {
    "pyproject.toml",      "setup.py",        "setup.cfg",      "tox.ini", "pytest.ini",
    ".pytest.ini",         ".python-version", "CMakeLists.txt", "go.mod",  "package.json",
    "pnpm-workspace.yaml", ".nvmrc",          ".node-version",  "Pipfile", ".tool-versions",
    "babel.config.json",   "go.work"};

bool is_read(std::string_view path) {
  const auto name = file_name(path);
  if (std::ranges::find(kRead, name) != kRead.end()) return true;
  return name.ends_with(".txt") && path.contains("requirements");
}

Part skeleton() {
  Part part;
  part.framework = Framework::other;
  part.why = "a skeleton, to be filled in";
  part.image = "debian:12";
  part.notes = {
      "list.sh and run.sh take each tests/*.sh for a test: change them to what your tests are"};
  return part;
}

}  // namespace

std::string_view framework_name(Framework framework) {
  return std::ranges::find(kNames, framework, &decltype(kNames)::value_type::first)->second;
}

std::optional<Framework> framework_named(std::string_view name) {
  const auto found = std::ranges::find(kNames, name, &decltype(kNames)::value_type::second);
  if (found == kNames.end()) return std::nullopt;
  return found->first;
}

std::vector<std::string> files_to_read(const std::vector<std::string>& paths) {
  std::vector<std::string> read;
  std::ranges::copy_if(paths, std::back_inserter(read),
                       [](const std::string& path) { return is_read(path) && !is_foreign(path); });
  return read;
}

std::vector<Part> find(const RepoFiles& files, std::optional<Framework> only) {
  std::vector<Part> parts;
  for (const auto finder : {find_pytest, find_ctest, find_go, find_node}) {
    for (auto& part : finder(files)) {
      if (!only || part.framework == *only) parts.push_back(std::move(part));
    }
  }
  return parts;
}

Part assumed(const RepoFiles& files, Framework framework) {
  switch (framework) {
    case Framework::pytest:
      return pytest_part(files, "");
    case Framework::ctest:
      return ctest_part(files, "");
    case Framework::go:
      return go_part(files, "");
    case Framework::jest:
    case Framework::vitest:
      return node_part(files, "", framework);
    case Framework::other:
      break;
  }
  return skeleton();
}

void use_image(Part& part, const std::string& image) {
  part.image = image;
  part.image_why = "--image says so";
  const auto by_pip = [](const std::string& text) { return text.contains("-m pip install"); };
  const bool pip =
      part.framework == Framework::pytest &&
      (by_pip(part.set_up) ||
       std::ranges::any_of(part.edits, by_pip, [](const Edit& each) { return each.to; }));
  if (pip) part.notes.push_back("pip must be in " + image + " (Debian: the package python3-pip)");
}

}  // namespace testlooper::starter
