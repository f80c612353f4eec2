#include "starter/node_install.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "starter/paths.hpp"

namespace testlooper::starter {
namespace {

using Json = nlohmann::json;

constexpr int kUsualNode = 22;
// The template's lines.
constexpr const char* kInstall =
    "COPY package.json /deps/\n"
    "# Without the project's own scripts: they would need its files.\n"
    "RUN cd /deps && npm pkg delete scripts && npm install\n";

struct Manager {
  std::vector<std::string> locks;
  std::string install;
};

const std::vector<Manager>& managers() {
  static const std::vector<Manager> kManagers = {
      {{"package-lock.json", "npm-shrinkwrap.json"}, "npm ci"},
      {{"pnpm-lock.yaml"}, "corepack enable && pnpm install --frozen-lockfile"},
      {{"yarn.lock"}, "corepack enable && yarn install --frozen-lockfile"},
  };
  return kManagers;
}

struct Installation {
  std::string folder;               // where it is done
  std::vector<std::string> copied;  // paths from the root
  std::string command = "npm install";
};

// The nearest folder upward that has a lock file, or the project's own.
Installation installation(const RepoFiles& files, const std::string& folder) {
  for (std::string at = folder;; at = folder_of(at)) {
    for (const auto& manager : managers()) {
      for (const auto& lock : manager.locks) {
        if (!has(files, join(at, lock))) continue;
        return {at, {join(at, "package.json"), join(at, lock)}, manager.install};
      }
    }
    if (at.empty()) break;
  }
  return {folder, {join(folder, "package.json")}};
}

// Other folders of the repository are among the packages, or a plug-in of the manager's is.
bool needs_the_project(const RepoFiles& files, const Json& package, const std::string& folder) {
  if (package.contains("workspaces") || has(files, join(folder, "pnpm-workspace.yaml")) ||
      has(files, join(folder, ".yarnrc.yml")) || has(files, join(folder, ".pnpmfile.cjs"))) {
    return true;
  }
  for (const auto* key : {"dependencies", "devDependencies", "optionalDependencies"}) {
    const auto found = package.find(key);
    if (found == package.end() || !found->is_object()) continue;
    for (const auto& version : *found) {
      if (!version.is_string()) continue;
      if (matches(version.get<std::string>(), "^(file|link|workspace|portal|patch):")) return true;
    }
  }
  return false;
}

// The major version that a text as ">=18", "^20.1", "v20.11.0" or "18 || 20" asks for; 0: none.
int major_of(const std::string& wanted) {
  const auto number = [](const std::string& text) {
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  };
  const auto bar = wanted.rfind("||");
  const auto last = bar == wanted.npos ? wanted : wanted.substr(bar + 2);
  const auto exact = number(first_match(last, R"(^\s*(?:node-?)?[v^~=]*\s*(\d+))"));
  if (exact > 0) return exact;
  const auto least = number(first_match(last, R"(>=?\s*v?(\d+))"));
  const auto above = number(first_match(last, R"(<\s*v?(\d+))"));
  int major = std::max(kUsualNode, least);
  if (above > 0) major = std::min(major, above - 1);
  return least + above > 0 ? major + major % 2 * (above > 0 ? -1 : 1) : 0;
}

}  // namespace

Json package_at(const RepoFiles& files, const std::string& folder) {
  const auto text = text_of(files, join(folder, "package.json"));
  auto package = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  return package.is_object() ? package : Json::object();
}

void install_packages(const RepoFiles& files, Part& part) {
  auto how = installation(files, part.folder);
  const auto package = package_at(files, how.folder);
  if (has(files, join(part.folder, "bun.lock")) || has(files, join(part.folder, "bun.lockb"))) {
    part.notes.push_back("bun's lock file is not read: npm installs what package.json names");
  }
  if (how.folder != part.folder || needs_the_project(files, package, how.folder)) {
    if (how.command.contains("yarn") && has(files, join(how.folder, ".yarnrc.yml"))) {
      how.command = "corepack enable && YARN_NODE_LINKER=node-modules yarn install --immutable";
    }
    part.edits.push_back({"Dockerfile", kInstall, ""});
    part.set_up = how.folder == part.folder
                      ? how.command
                      : "cd \"$REPO_ROOT/" + how.folder + "\" && " + how.command;
    return;
  }
  if (has(files, join(how.folder, ".npmrc"))) how.copied.push_back(join(how.folder, ".npmrc"));
  if (how.copied.size() == 1 && part.folder.empty()) return;
  part.edits.push_back(
      {"Dockerfile", kInstall,
       fmt::format("COPY {} /deps/\n"
                   "# Without the project's own scripts: they would need its files.\n"
                   "RUN cd /deps && npm pkg delete scripts && {}\n",
                   joined(how.copied, " "), how.command)});
}

void choose_node(const RepoFiles& files, Part& part) {
  int major = 0;
  const auto decide = [&](const std::string& path, const std::string& wanted) {
    if (major != 0) return;
    major = major_of(wanted);
    if (major != 0) part.image_why = path + " says so";
  };
  for (const auto& folder : {part.folder, std::string()}) {
    for (const auto* name : {".nvmrc", ".node-version"}) {
      decide(join(folder, name), text_of(files, join(folder, name)));
    }
    const auto package = package_at(files, folder);
    const auto engines = package.find("engines");
    if (engines == package.end() || !engines->is_object()) continue;
    const auto node = engines->find("node");
    if (node != engines->end() && node->is_string()) {
      decide("\"engines\" in " + join(folder, "package.json"), node->get<std::string>());
    }
  }
  part.image = fmt::format("node:{}", major == 0 ? kUsualNode : major);
}

}  // namespace testlooper::starter
