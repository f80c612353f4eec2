#include "app/init.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "testlooper/base/limits.hpp"

#include "app/starter_files.hpp"
#include "codec/checks.hpp"
#include "git/work_tree.hpp"
#include "starter/fill.hpp"
#include "starter/find.hpp"
#include "starter/paths.hpp"

namespace testlooper::app {
namespace {

namespace fs = std::filesystem;
using starter::Framework;
using starter::Part;

constexpr int kDone = 0, kNotDone = 2;

int refuse(const std::string& why) {
  fmt::print(stderr, "error: {}\n", why);
  return kNotDone;
}

std::string known_frameworks() {
  std::vector<std::string> names;
  for (const auto framework : starter::kFrameworks) {
    names.emplace_back(starter::framework_name(framework));
  }
  return starter::joined(names, ", ");
}

// By framework; nullopt is the one for all. Errors: invalid.
Result<std::map<std::optional<Framework>, std::string>> images_of(const InitRequest& request) {
  std::map<std::optional<Framework>, std::string> images;
  for (const auto& each : request.images) {
    const auto equals = each.find('=');
    std::optional<Framework> framework;
    if (equals != each.npos) {
      framework = starter::framework_named(each.substr(0, equals));
      if (!framework) {
        return invalid(
            fmt::format("'{}' names no framework; known are {}", each, known_frameworks()));
      }
    }
    auto image = each.substr(equals == each.npos ? 0 : equals + 1);
    if (const auto problem = codec::image_name_problem(image); !problem.empty()) {
      return invalid(fmt::format("--image '{}' {}", image, problem));
    }
    images[framework] = std::move(image);
  }
  return images;
}

Result<std::vector<Part>> parts_of(const InitRequest& request, const starter::RepoFiles& files) {
  std::optional<Framework> only;
  if (!request.framework.empty()) {
    only = starter::framework_named(request.framework);
    if (!only) {
      return invalid(fmt::format("'{}' is no known framework; known are {}", request.framework,
                                 known_frameworks()));
    }
  }
  auto parts = starter::find(files, only);
  if (parts.empty() && only) parts = {starter::assumed(files, *only)};
  if (parts.empty()) {
    return invalid(
        fmt::format("no test framework was recognised; known are {}: name one with --framework "
                    "(other writes a skeleton with comments)",
                    known_frameworks()));
  }
  if (parts.size() > limits::kStarterParts) {
    return invalid(
        fmt::format("there are tests at {} places, more than the {} that this command takes; "
                    "--framework looks for one framework alone",
                    parts.size(), limits::kStarterParts));
  }
  const auto images = images_of(request);
  if (!images) return std::unexpected(images.error());
  for (auto& part : parts) {
    for (const auto& [framework, image] : *images) {
      if (framework && *framework != part.framework) continue;
      starter::use_image(part, image);
    }
  }
  return parts;
}

void tell_found(const std::vector<Part>& parts) {
  const auto suites = starter::suite_names(parts);
  for (const auto& part : parts) {
    fmt::print("{}{}: {}\n", starter::framework_name(part.framework),
               part.folder.empty() ? "" : " in " + part.folder + "/",
               part.why.empty() ? "taken for it, though no file says so" : part.why);
    fmt::print("  base image {}{}\n", part.image,
               part.image_why.empty() ? "" : " (" + part.image_why + ")");
    if (!part.set_up.empty()) fmt::print("  set-up: {}\n", part.set_up);
    for (const auto& note : part.notes) fmt::print("  note: {}\n", note);
  }
  if (parts.size() > 1) fmt::print("A suite for each: {}\n", starter::joined(suites, ", "));
}

void tell_next(const std::string& folder) {
  const auto path = starter::shell_word(folder);
  fmt::print(
      "Next:\n"
      "  1. git -C {0} add .testlooper && git -C {0} commit -m 'Test with TestLooper'\n"
      "  2. testlooper check {0}\n"
      "  3. ./run_local.sh {0}    (or, with a server that runs: testlooper repo add {0})\n",
      path);
}

void tell_ignored(const std::string& folder, const std::vector<starter::StarterFile>& files) {
  std::vector<std::string> paths;
  for (const auto& file : files) paths.push_back(file.path);
  const auto found = git::ignored(folder, paths);
  if (!found || found->empty()) return;
  fmt::print("Note: git ignores {}: add with `git add --force`, or change .gitignore\n",
             starter::joined(*found, ", "));
}

}  // namespace

int init(const InitRequest& request) {
  const auto tree = git::work_tree(request.folder);
  if (!tree) return refuse(tree.error().text());
  const auto repo = read_repo(tree->folder, tree->paths);
  const auto parts = parts_of(request, repo);
  if (!parts) return refuse(parts.error().text());
  const starter::Project project{fs::path(tree->folder).filename().string(), tree->primary_branch};
  const auto files = starter::fill(project, *parts);
  const auto there = present(tree->folder, files);
  if (!there.empty() && !request.force && !request.dry_run) {
    return refuse(
        fmt::format("already there: {}; --force overwrites", starter::joined(there, ", ")));
  }
  if (request.dry_run) {
    tell_found(*parts);
    for (const auto& file : files) fmt::print("\n--- {}\n{}", file.path, file.text);
    return kDone;
  }
  if (auto written = write_files(tree->folder, files); !written) {
    return refuse(written.error().text());
  }
  tell_found(*parts);
  fmt::print("Wrote, in {}:\n", tree->folder);
  for (const auto& file : files) fmt::print("  {}\n", file.path);
  tell_ignored(tree->folder, files);
  tell_next(tree->folder);
  return kDone;
}

}  // namespace testlooper::app
