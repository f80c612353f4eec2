#include "git/changed_files.hpp"

#include <algorithm>
#include <tuple>

#include "testlooper/base/limits.hpp"

#include "git/handles.hpp"
#include "git/library.hpp"

namespace testlooper::git {
namespace {

using Diff = Handle<git_diff, git_diff_free>;

Result<Diff> diff_of(git_repository* repo, git_tree* before, git_tree* after) {
  git_diff_options options;
  git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
  options.flags = GIT_DIFF_IGNORE_SUBMODULES | GIT_DIFF_SKIP_BINARY_CHECK;
  git_diff* raw = nullptr;
  if (git_diff_tree_to_tree(&raw, repo, before, after, &options) != 0) {
    return unavailable(last_message());
  }
  return Diff(raw);
}

Result<void> find_renames(git_diff* diff) {
  constexpr std::uint16_t kPercent = 50;
  git_diff_find_options options;
  git_diff_find_options_init(&options, GIT_DIFF_FIND_OPTIONS_VERSION);
  options.flags = GIT_DIFF_FIND_RENAMES;
  options.rename_threshold = kPercent;
  options.rename_limit = limits::kRenameCandidates;
  if (git_diff_find_similar(diff, &options) != 0) return unavailable(last_message());
  return {};
}

// "" where there is no file on this side.
std::string path_of(const git_diff_file& file, bool there) {
  const bool is_file = file.mode == GIT_FILEMODE_BLOB || file.mode == GIT_FILEMODE_BLOB_EXECUTABLE;
  return there && is_file ? file.path : "";
}

}  // namespace

Result<std::vector<FileChange>> changed_files(git_repository* repo, const git_commit* before,
                                              const git_commit* after) {
  const auto old_tree = root_tree(before);
  if (!old_tree) return std::unexpected(old_tree.error());
  const auto new_tree = root_tree(after);
  if (!new_tree) return std::unexpected(new_tree.error());
  const auto diff = diff_of(repo, old_tree->get(), new_tree->get());
  if (!diff) return std::unexpected(diff.error());
  if (auto found = find_renames(diff->get()); !found) return std::unexpected(found.error());
  std::vector<FileChange> files;
  for (std::size_t i = 0; i < git_diff_num_deltas(diff->get()); ++i) {
    const auto& delta = *git_diff_get_delta(diff->get(), i);
    FileChange file{path_of(delta.old_file, delta.status != GIT_DELTA_ADDED),
                    path_of(delta.new_file, delta.status != GIT_DELTA_DELETED)};
    if (!file.before.empty() || !file.after.empty()) files.push_back(std::move(file));
  }
  std::ranges::sort(files, {},
                    [](const FileChange& file) { return std::tie(file.before, file.after); });
  return files;
}

}  // namespace testlooper::git
