// RepoReader and RepoSources over libgit2. Any thread: each call opens the repository for itself.
// It knows nothing of the store; what is known already comes with each request.
#pragma once

#include <cstdint>
#include <string>

#include "testlooper/base/limits.hpp"
#include "testlooper/ports/repo_reader.hpp"
#include "testlooper/ports/repo_sources.hpp"

#include "git/child.hpp"
#include "git/clones.hpp"

namespace testlooper::git {

struct GitLimits {
  std::size_t new_commits = limits::kNewCommitsPerScan;
  std::uint64_t source_bytes = limits::kSourceBytes;
  ChildLimits fetch;
};

class GitRepoReader : public RepoReader, public RepoSources {
 public:
  // Clones of repositories named by a URL are kept below `clones`.
  explicit GitRepoReader(std::string clones, GitLimits limits = {});

  Result<std::string> git_dir_of(const RepoSpec& spec) override;
  Result<RefsObserved> scan(const ScanRequest& request) override;
  Result<std::string> resolve(const std::string& git_dir, const std::string& name) override;
  Result<std::vector<CommitInfo>> history(const std::string& git_dir,
                                          const HistoryRange& range) override;
  Result<TreeEntry> entry(const std::string& git_dir, const std::string& sha,
                          const std::string& path) override;
  Result<std::string> file(const std::string& git_dir, const std::string& sha,
                           const std::string& path, std::size_t max_bytes) override;
  Result<std::vector<FileChange>> changed_files(const std::string& git_dir,
                                                const std::string& before,
                                                const std::string& after) override;
  Result<void> write_tar(const std::string& git_dir, const std::string& sha,
                         const std::string& path, const std::string& prefix,
                         const std::string& out_file) override;
  Result<void> write_tar_of(const std::string& git_dir, const std::string& sha,
                            const std::vector<std::string>& paths, const std::string& prefix,
                            const std::string& out_file) override;
  Result<void> pin(const std::string& git_dir, const std::vector<std::string>& shas) override;

  bool is_cloned(const RepoSpec& spec) const override;
  Result<std::string> probe(const RepoSpec& spec) override;
  Result<void> forget(const RepoSpec& spec) override;

  // Ends fetches that are under way; for the shutdown.
  void stop() { clones_.stop(); }

 private:
  GitLimits limits_;
  Clones clones_;
};

}  // namespace testlooper::git
