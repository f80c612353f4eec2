#include "starter/python_needs.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "starter/paths.hpp"

namespace testlooper::starter {
namespace {

constexpr const char* kPip = "python3 -m pip install --no-cache-dir";
constexpr const char* kForTests = "^(tests?|testing|dev|develop|development)$";

struct Requirements {
  std::vector<std::string> copied;     // paths relative to the folder
  std::vector<std::string> installed;  // of them
  std::string text;
  bool local = false;  // they name the project itself, or another folder of the repository
};

Requirements requirements(const RepoFiles& files, const std::string& folder) {
  Requirements found;
  for (const auto& path : files.paths) {
    if (!is_below(path, folder) || path.contains(' ')) continue;
    const auto inner = path.substr(folder.empty() ? 0 : folder.size() + 1);
    const bool own =
        !inner.contains('/') && matches(inner, R"((requirements|constraints).*\.txt$)");
    if (!own && !matches(inner, R"(^requirements/[^/]+\.txt$)")) continue;
    found.copied.push_back(inner);
    found.text += text_of(files, path) + "\n";
    if (inner == "requirements.txt" ||
        (!inner.contains("constraints") && matches(inner, "test|dev"))) {
      found.installed.push_back(inner);
    }
  }
  if (found.installed.empty()) {
    std::ranges::copy_if(found.copied, std::back_inserter(found.installed),
                         [](const std::string& path) { return !path.contains("constraints"); });
  }
  found.local = matches(found.text, R"(^\s*(-e\s+|--editable[ =])?(\.|file:)[./\w]*(\[|\s|$))");
  return found;
}

// COPY keeps no folders, so each has a line.
std::string copy_lines(const std::string& folder, const std::vector<std::string>& inner) {
  std::map<std::string, std::string> lines;
  for (const auto& path : inner) lines[folder_of(path)] += " " + join(folder, path);
  std::string text;
  for (const auto& [below, paths] : lines) {
    text += fmt::format("COPY{} /tmp/project/{}\n", paths, below.empty() ? "" : below + "/");
  }
  return text;
}

// The keys of a section of a TOML file that are about tests.
std::vector<std::string> test_keys(const std::string& toml, const std::string& section) {
  std::string text = "\n" + toml;
  const auto begin = text.find("\n[" + section + "]");
  if (begin == text.npos) return {};
  text = text.substr(begin + 1);
  text = text.substr(0, text.find("\n["));
  std::vector<std::string> keys;
  for (auto& key : all_matches(text, R"(^([\w-]+)\s*=)")) {
    if (matches(key, kForTests)) keys.push_back(std::move(key));
  }
  return keys;
}

bool is_installable(const RepoFiles& files, const std::string& folder) {
  const auto pyproject = text_of(files, join(folder, "pyproject.toml"));
  return has(files, join(folder, "setup.py")) ||
         matches(text_of(files, join(folder, "setup.cfg")), R"(^\[metadata\])") ||
         (matches(pyproject, R"(^\[build-system\])") &&
          matches(pyproject, R"(^\[(project|tool\.poetry)\])"));
}

std::string install_project(const std::string& pyproject, const std::string& all) {
  auto extras = test_keys(pyproject, "project.optional-dependencies");
  if (extras.empty()) {
    extras = all_matches(all, R"re(["'](tests?|testing|dev)["']\s*:\s*\[)re");  // of a setup.py
  }
  const auto target = extras.empty() ? std::string(".") : "'.[" + joined(extras, ",") + "]'";
  std::string groups;
  for (const auto& group : test_keys(pyproject, "dependency-groups")) groups += " --group " + group;
  const auto newer = groups.empty() ? std::string() : fmt::format("{} --upgrade pip && ", kPip);
  return fmt::format("{}{} -e {}{}", newer, kPip, target, groups);
}

void add_plugins(const std::string& settings, const std::string& named, PythonNeeds& needs) {
  constexpr std::array<std::pair<const char*, const char*>, 6> kPlugins = {{
      {"--cov", "pytest-cov"},
      {"^asyncio_mode", "pytest-asyncio"},
      {R"(addopts.*-n[ =]?(auto|logical|\d))", "pytest-xdist"},
      {R"(--timeout|^timeout\s*=)", "pytest-timeout"},
      {"DJANGO_SETTINGS_MODULE", "pytest-django"},
      {"--benchmark", "pytest-benchmark"},
  }};
  for (const auto& [sign, plugin] : kPlugins) {
    if (matches(settings, sign) && !named.contains(plugin)) needs.plugins.push_back(plugin);
  }
}

// There is no .git where tests run, so what asks git for its version is told one.
void add_versions(const std::string& all, PythonNeeds& needs) {
  if (matches(all, "setuptools[_-]scm|hatch-vcs")) {
    needs.variables["SETUPTOOLS_SCM_PRETEND_VERSION"] = "0.0.0";
  }
  if (matches(all, R"(\bpbr\b)")) needs.variables["PBR_VERSION"] = "0.0.0";
}

void use_uv(const std::string& folder, PythonNeeds& needs) {
  needs.docker_lines = copy_lines(folder, {"pyproject.toml", "uv.lock"}) +
                       fmt::format(
                           "RUN {} uv && cd /tmp/project \\\n"
                           "    && uv export --frozen --all-extras --all-groups --no-emit-project "
                           "--no-hashes --output-file all.txt \\\n"
                           "    && {} -r all.txt\n",
                           kPip, kPip);
}

}  // namespace

PythonNeeds python_needs(const RepoFiles& files, const std::string& folder,
                         const std::string& settings) {
  PythonNeeds needs;
  const auto pyproject = text_of(files, join(folder, "pyproject.toml"));
  const auto setup =
      text_of(files, join(folder, "setup.py")) + text_of(files, join(folder, "setup.cfg"));
  const auto listed = requirements(files, folder);
  const auto all = pyproject + setup + listed.text;
  needs.git = all.contains("git+");
  needs.installs_project = is_installable(files, folder);
  const auto project = needs.installs_project ? install_project(pyproject, setup) : std::string();

  if (has(files, join(folder, "uv.lock"))) {
    use_uv(folder, needs);
    needs.set_up = project.empty() ? "" : fmt::format("{} --no-deps -e .", kPip);
  } else if (matches(pyproject, R"(^\[tool\.poetry)")) {
    needs.set_up = fmt::format(
        "{} poetry && POETRY_VIRTUALENVS_CREATE=false poetry install --no-interaction", kPip);
  } else if (!listed.installed.empty()) {
    const auto install = fmt::format("{} -r {}", kPip, joined(listed.installed, " -r "));
    if (listed.local) {
      needs.set_up = install;
    } else {
      needs.docker_lines =
          copy_lines(folder, listed.copied) + fmt::format("RUN cd /tmp/project && {}\n", install);
      needs.set_up = project;
    }
  } else {
    needs.set_up = project;
  }
  if (has(files, join(folder, "Pipfile")) && listed.installed.empty()) {
    needs.notes.push_back(
        "a Pipfile is not read: name its packages in the Dockerfile, or export a requirements.txt");
  }
  add_plugins(settings, all, needs);
  add_versions(all, needs);
  return needs;
}

}  // namespace testlooper::starter
