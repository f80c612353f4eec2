#include "git/work_tree.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "git/library.hpp"

namespace testlooper::git {
namespace {

using Statuses = Handle<git_status_list, git_status_list_free>;

constexpr std::string_view kHeads = "refs/heads/", kOrigin = "refs/remotes/origin/";

// What a symbolic ref names, without `prefix`; "" where it is none, or names something else.
std::string target_of(git_repository* repo, const char* name, std::string_view prefix) {
  git_reference* raw = nullptr;
  if (git_reference_lookup(&raw, repo, name) != 0) return {};
  const Reference reference(raw);
  const char* target = git_reference_symbolic_target(reference.get());
  if (target == nullptr || !std::string_view(target).starts_with(prefix)) return {};
  return std::string(target).substr(prefix.size());
}

std::string primary_branch(git_repository* repo) {
  if (auto remote = target_of(repo, "refs/remotes/origin/HEAD", kOrigin); !remote.empty()) {
    return remote;
  }
  for (const auto* name : {"main", "master"}) {
    git_reference* raw = nullptr;
    if (git_branch_lookup(&raw, repo, name, GIT_BRANCH_LOCAL) != 0) continue;
    const Reference found(raw);
    return name;
  }
  return target_of(repo, "HEAD", kHeads);
}

Result<std::vector<std::string>> paths_of(git_repository* repo) {
  git_status_options options;
  git_status_options_init(&options, GIT_STATUS_OPTIONS_VERSION);
  options.show = GIT_STATUS_SHOW_WORKDIR_ONLY;
  options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS |
                  GIT_STATUS_OPT_INCLUDE_UNMODIFIED | GIT_STATUS_OPT_EXCLUDE_SUBMODULES;
  git_status_list* raw = nullptr;
  if (git_status_list_new(&raw, repo, &options) != 0) {
    return unavailable("the files can't be looked at: " + last_message());
  }
  const Statuses statuses(raw);
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < git_status_list_entrycount(statuses.get()); ++i) {
    const auto* entry = git_status_byindex(statuses.get(), i);
    if ((entry->status & GIT_STATUS_WT_DELETED) != 0 || entry->index_to_workdir == nullptr)
      continue;
    paths.emplace_back(entry->index_to_workdir->new_file.path);
  }
  std::ranges::sort(paths);
  return paths;
}

// The error of a folder that is none: within one it says so.
Error no_repository(const std::string& path, Error error) {
  git_buf found = GIT_BUF_INIT;
  if (error.kind != ErrorKind::invalid ||
      git_repository_discover(&found, path.c_str(), 0, nullptr) != 0) {
    return error;
  }
  const std::string git_dir = found.ptr;
  git_buf_dispose(&found);
  const auto outer = open_source(git_dir);
  const char* root = outer ? git_repository_workdir(outer->get()) : nullptr;
  if (root == nullptr) return error;
  return {ErrorKind::invalid,
          fmt::format("{} is a folder of the repository {}: name that one", path, root),
          {}};
}

}  // namespace

Result<WorkTree> work_tree(const std::string& path) {
  const auto repo = open_source(path);
  if (!repo) return std::unexpected(no_repository(path, repo.error()));
  const char* root = git_repository_workdir(repo->get());
  if (root == nullptr) {
    return invalid(fmt::format("{} is a bare repository: call this in a clone of it", path));
  }
  WorkTree tree;
  tree.folder = root;
  while (tree.folder.size() > 1 && tree.folder.ends_with('/')) tree.folder.pop_back();
  tree.primary_branch = primary_branch(repo->get());
  auto paths = paths_of(repo->get());
  if (!paths) return std::unexpected(paths.error());
  tree.paths = std::move(*paths);
  return tree;
}

Result<std::vector<std::string>> ignored(const std::string& folder,
                                         const std::vector<std::string>& paths) {
  const auto repo = open_source(folder);
  if (!repo) return std::unexpected(repo.error());
  std::vector<std::string> found;
  for (const auto& path : paths) {
    int yes = 0;
    if (git_ignore_path_is_ignored(&yes, repo->get(), path.c_str()) == 0 && yes != 0)
      found.push_back(path);
  }
  return found;
}

}  // namespace testlooper::git
