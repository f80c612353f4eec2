#include "git/git_repo_reader.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "git/changed_files.hpp"
#include "git/history.hpp"
#include "git/library.hpp"
#include "git/pins.hpp"
#include "git/refs.hpp"
#include "git/resolve.hpp"
#include "git/source.hpp"
#include "git/tar.hpp"
#include "git/tree.hpp"

namespace testlooper::git {
namespace {

struct CommitIn {
  Repository repo;
  Commit commit;
};

Result<CommitIn> open_commit(const std::string& git_dir, const std::string& sha) {
  auto repo = open_git_dir(git_dir);
  if (!repo) return std::unexpected(repo.error());
  auto commit = read_commit(repo->get(), sha);
  if (!commit) return std::unexpected(commit.error());
  return CommitIn{std::move(*repo), std::move(*commit)};
}

std::map<std::string, std::string> as_hex(const std::map<std::string, git_oid>& refs) {
  std::map<std::string, std::string> ids;
  for (const auto& [name, id] : refs) ids.emplace(name, hex(id));
  return ids;
}

// Heads of the branches that are tested and that are not stored yet; each once, sorted.
std::vector<git_oid> heads_to_walk(const Refs& refs, const std::string& branch_prefix,
                                   const std::set<std::string>& known) {
  std::set<std::string> heads;
  for (const auto& [name, id] : refs.branches) {
    if (name.starts_with(branch_prefix) && !known.contains(hex(id))) heads.insert(hex(id));
  }
  std::vector<git_oid> ids;
  for (const std::string& sha : heads) ids.push_back(*parse_id(sha));
  return ids;
}

Result<void> write_tar_at(const std::string& git_dir, const std::string& sha,
                          const std::string& path, TarRequest request,
                          const std::string& out_file) {
  const auto at = open_commit(git_dir, sha);
  if (!at) return std::unexpected(at.error());
  const auto tree = folder_at(at->repo.get(), at->commit.get(), path);
  if (!tree) return std::unexpected(tree.error());
  request.mtime_s = std::max<git_time_t>(0, git_commit_time(at->commit.get()));
  return write_tree_tar(at->repo.get(), tree->get(), request, out_file);
}

}  // namespace

GitRepoReader::GitRepoReader(std::string clones, GitLimits limits)
    : limits_(limits), clones_(std::move(clones), limits.fetch) {
  set_up_library();
}

Result<std::string> GitRepoReader::git_dir_of(const RepoSpec& spec) {
  return is_url(spec.source) ? clones_.path_of(spec) : git_dir_at(spec.source);
}

Result<RefsObserved> GitRepoReader::scan(const ScanRequest& request) {
  if (is_url(request.spec.source)) {
    if (auto done = clones_.refresh(request.spec); !done) return std::unexpected(done.error());
  }
  const auto repo = open_git_dir(request.git_dir);
  if (!repo) return std::unexpected(repo.error());
  const std::set<std::string> known(request.known_heads.begin(), request.known_heads.end());
  Problems problems;
  const auto refs = read_refs(repo->get(), known, problems);
  if (!refs) return std::unexpected(refs.error());
  const int depth =
      request.spec.scan_depth > 0 ? request.spec.scan_depth : limits::kScanDepthCommits;
  const HistoryRequest history{.heads = heads_to_walk(*refs, request.spec.branch_prefix, known),
                               .known = known,
                               .depth = static_cast<std::size_t>(depth),
                               .max_commits = limits_.new_commits};
  RefsObserved seen;
  seen.branches = as_hex(refs->branches);
  seen.tags = as_hex(refs->tags);
  seen.head_branch = refs->head_branch;
  seen.commits = new_commits(repo->get(), history, problems);
  seen.problems = problems.take();
  return seen;
}

Result<std::string> GitRepoReader::resolve(const std::string& git_dir, const std::string& name) {
  const auto repo = open_git_dir(git_dir);
  if (!repo) return std::unexpected(repo.error());
  return resolve_commit(repo->get(), name);
}

Result<std::vector<CommitInfo>> GitRepoReader::history(const std::string& git_dir,
                                                       const HistoryRange& range) {
  const auto repo = open_git_dir(git_dir);
  if (!repo) return std::unexpected(repo.error());
  const auto to = resolve_commit(repo->get(), range.to.empty() ? "HEAD" : range.to);
  if (!to) return std::unexpected(to.error());
  if (range.from.empty()) return commits_between(repo->get(), *to, {}, range.limit);
  const auto from = resolve_commit(repo->get(), range.from);
  if (!from) return std::unexpected(from.error());
  return commits_between(repo->get(), *to, *from, range.limit);
}

Result<TreeEntry> GitRepoReader::entry(const std::string& git_dir, const std::string& sha,
                                       const std::string& path) {
  const auto at = open_commit(git_dir, sha);
  if (!at) return std::unexpected(at.error());
  return entry_at(at->repo.get(), at->commit.get(), path);
}

Result<std::string> GitRepoReader::file(const std::string& git_dir, const std::string& sha,
                                        const std::string& path, std::size_t max_bytes) {
  const auto at = open_commit(git_dir, sha);
  if (!at) return std::unexpected(at.error());
  return file_at(at->repo.get(), at->commit.get(), path, max_bytes);
}

Result<std::vector<FileChange>> GitRepoReader::changed_files(const std::string& git_dir,
                                                             const std::string& before,
                                                             const std::string& after) {
  const auto repo = open_git_dir(git_dir);
  if (!repo) return std::unexpected(repo.error());
  const auto old_commit = read_commit(repo->get(), before);
  if (!old_commit) return std::unexpected(old_commit.error());
  const auto new_commit = read_commit(repo->get(), after);
  if (!new_commit) return std::unexpected(new_commit.error());
  return git::changed_files(repo->get(), old_commit->get(), new_commit->get());
}

Result<void> GitRepoReader::write_tar(const std::string& git_dir, const std::string& sha,
                                      const std::string& path, const std::string& prefix,
                                      const std::string& out_file) {
  TarRequest request{.prefix = prefix, .mtime_s = 0, .max_bytes = limits_.source_bytes};
  return write_tar_at(git_dir, sha, path, std::move(request), out_file);
}

Result<void> GitRepoReader::write_tar_of(const std::string& git_dir, const std::string& sha,
                                         const std::vector<std::string>& paths,
                                         const std::string& prefix, const std::string& out_file) {
  TarRequest request{
      .prefix = prefix, .mtime_s = 0, .max_bytes = limits_.source_bytes, .only = paths};
  return write_tar_at(git_dir, sha, "", std::move(request), out_file);
}

Result<void> GitRepoReader::pin(const std::string& git_dir, const std::vector<std::string>& shas) {
  const auto repo = open_git_dir(git_dir);
  if (!repo) return std::unexpected(repo.error());
  return pin_commits(repo->get(), shas);
}

bool GitRepoReader::is_cloned(const RepoSpec& spec) const { return is_url(spec.source); }

Result<std::string> GitRepoReader::probe(const RepoSpec& spec) {
  if (is_url(spec.source)) {
    if (const auto done = clones_.probe(spec); !done) return std::unexpected(done.error());
    return clones_.path_of(spec);
  }
  auto git_dir = git_dir_at(spec.source);
  if (!git_dir) git_dir.error().kind = ErrorKind::invalid;  // the person named it just now
  return git_dir;
}

Result<void> GitRepoReader::forget(const RepoSpec& spec) {
  return is_url(spec.source) ? clones_.forget(spec) : Result<void>{};
}

}  // namespace testlooper::git
