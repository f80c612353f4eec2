#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "starter/find.hpp"
#include "starter/paths.hpp"
#include "starter/python_needs.hpp"

namespace testlooper::starter {
namespace {

constexpr int kUsualMinor = 12;  // of Python 3
constexpr int kOldestMinor = 8;  // older ones' images are on systems without packages by now
constexpr const char* kPytestLine = "RUN python3 -c 'import pytest'";

bool is_test_file(const std::string& path) {
  const auto name = file_name(path);
  return name.ends_with(".py") && (name.starts_with("test_") || name.ends_with("_test.py")) &&
         !is_foreign(path);
}

// What makes a folder the place where pytest is called.
bool is_project_file(std::string_view name) {
  constexpr std::array<std::string_view, 9> kNames = {
      "pyproject.toml", "setup.py",         "setup.cfg", "pytest.ini", ".pytest.ini",
      "tox.ini",        "requirements.txt", "Pipfile",   "manage.py"};
  return std::ranges::find(kNames, name) != kNames.end();
}

// The file that configures pytest in a folder; "" for none.
std::string settings_file(const RepoFiles& files, const std::string& folder) {
  constexpr std::array<std::pair<const char*, const char*>, 5> kSections = {{
      {"pytest.ini", ""},
      {".pytest.ini", ""},
      {"pyproject.toml", "^\\[tool\\.pytest"},
      {"tox.ini", "^\\[pytest\\]"},
      {"setup.cfg", "^\\[tool:pytest\\]"},
  }};
  for (const auto& [name, section] : kSections) {
    const auto path = join(folder, name);
    if (has(files, path) && matches(text_of(files, path), section)) return path;
  }
  return {};
}

int number(const std::string& text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// The newest minor version up to the usual one that a text as ">=3.10,<3.12" allows; 0: it names
// none.
int allowed_minor(const std::string& wanted, int usual) {
  if (const auto exact = first_match(wanted, R"((?:==|~=)\s*3\.(\d+)\.)"); !exact.empty()) {
    return number(exact);
  }
  if (const auto exact = first_match(wanted, R"(==\s*3\.(\d+))"); !exact.empty()) {
    return number(exact);
  }
  const auto lowest = number(first_match(wanted, R"((?:>=|>|~=|\^|~)\s*3\.(\d+))"));
  const auto above = number(first_match(wanted, R"(<\s*3\.(\d+))"));
  const auto last = number(first_match(wanted, R"(<=\s*3\.(\d+))"));
  int minor = std::max(usual, lowest);
  if (above > 0) minor = std::min(minor, above - 1);
  if (last > 0) minor = std::min(minor, last);
  return lowest + above + last > 0 ? minor : 0;
}

// The newest minor version that a file's classifiers name; 0: none. What an old project was tested
// with last is likelier to work, with the versions that it pins, than what came years after it.
int classified_minor(const std::string& text) {
  constexpr std::string_view kClassifier = "Programming Language :: Python :: 3.";
  int newest = 0;
  for (auto at = text.find(kClassifier); at != text.npos; at = text.find(kClassifier, at + 1)) {
    newest = std::max(newest, number(text.substr(at + kClassifier.size(), 2)));
  }
  return newest == 0 ? 0 : std::clamp(newest, kOldestMinor, kUsualMinor);
}

void choose_image(const RepoFiles& files, Part& part, bool needs_git) {
  constexpr std::array<const char*, 3> kMetadata = {"pyproject.toml", "setup.cfg", "setup.py"};
  int minor = 0;
  const auto decide = [&](const std::string& path, int found) {
    if (minor != 0 || found == 0) return;
    minor = found;
    part.image_why = path + " says so";
  };
  for (const auto& path : {join(part.folder, ".python-version"), std::string(".python-version")}) {
    decide(path, number(first_match(text_of(files, path), R"(^(?:python-)?3\.(\d+))")));
  }
  constexpr std::array<std::pair<const char*, const char*>, 4> kKeys = {{
      {"pyproject.toml", R"(^requires-python\s*=\s*["'](.*)["'])"},
      {"pyproject.toml", R"(^python\s*=\s*["'](.*)["'])"},
      {"setup.cfg", R"(^python_requires\s*=\s*(.*)$)"},
      {"setup.py", R"(python_requires\s*=\s*["'](.*?)["'])"},
  }};
  int usual = kUsualMinor;
  std::vector<std::pair<std::string, int>> classified;
  for (const auto* name : kMetadata) {
    const auto path = join(part.folder, name);
    const auto found = classified_minor(text_of(files, path));
    if (found != 0) usual = std::min(usual, found);
    classified.emplace_back(path, found);
  }
  for (const auto& [name, key] : kKeys) {
    const auto path = join(part.folder, name);
    decide(path, allowed_minor(first_match(text_of(files, path), key), usual));
  }
  for (const auto& [path, found] : classified) decide(path, found);
  part.image =
      fmt::format("python:3.{}{}", minor == 0 ? kUsualMinor : minor, needs_git ? "" : "-slim");
}

// Modules below src/ of a project that is not installed.
bool has_loose_src(const RepoFiles& files, const std::string& folder, const std::string& settings) {
  if (matches(text_of(files, settings), R"(^pythonpath\s*=)")) return false;
  const auto src = join(folder, "src");
  return std::ranges::any_of(files.paths, [&](const std::string& path) {
    return is_below(path, src) && path.ends_with(".py") && !is_test_file(path);
  });
}

std::string reason(const RepoFiles& files, const std::string& folder, const std::string& settings) {
  const auto tests = std::ranges::count_if(files.paths, [&](const std::string& path) {
    return is_below(path, folder) && is_test_file(path);
  });
  std::vector<std::string> reasons;
  if (!settings.empty()) reasons.push_back(settings);
  if (tests > 0) reasons.push_back(fmt::format("{} test file{}", tests, tests == 1 ? "" : "s"));
  return joined(reasons, ", ");
}

}  // namespace

Part pytest_part(const RepoFiles& files, const std::string& folder) {
  Part part;
  part.framework = Framework::pytest;
  part.folder = folder;
  const auto settings = settings_file(files, folder);
  part.why = reason(files, folder, settings);
  const auto needs = python_needs(files, folder, text_of(files, settings));
  choose_image(files, part, needs.git);
  const std::string lines = needs.docker_lines + kPytestLine;
  if (lines != kPytestLine) part.edits.push_back({"Dockerfile", kPytestLine, lines});
  if (!needs.plugins.empty()) {
    const std::string pytest = "--no-cache-dir pytest\n";
    part.edits.push_back({"Dockerfile", pytest,
                          pytest + "RUN python3 -m pip install --no-cache-dir " +
                              joined(needs.plugins, " ") + "\n"});
  }
  part.set_up = needs.set_up;
  part.variables = needs.variables;
  part.notes = needs.notes;
  if (!needs.installs_project && has_loose_src(files, folder, settings)) {
    part.variables["PYTHONPATH"] = "${REPO_ROOT}/" + join(folder, "src");
  }
  return part;
}

std::vector<Part> find_pytest(const RepoFiles& files) {
  std::set<std::string> projects, roots;
  bool any = false;
  for (const auto& path : files.paths) {
    if (is_foreign(path)) continue;
    if (is_project_file(file_name(path))) projects.insert(folder_of(path));
  }
  for (const auto& path : files.paths) {
    const bool configured = file_name(path) == "conftest.py" && !is_foreign(path);
    if (!is_test_file(path) && !configured) continue;
    any = true;
    roots.insert(highest_above(path, projects));
  }
  if (!any && !settings_file(files, "").empty()) roots.insert("");
  // pytest at the root finds all that is below.
  if (roots.contains("")) roots = {""};
  std::vector<Part> parts;
  for (const auto& root : roots) parts.push_back(pytest_part(files, root));
  return parts;
}

}  // namespace testlooper::starter
