// Reads git repositories, by object ids. Files of a commit come from git objects, never from a
// checkout. Calls block; they belong on a pool thread. One instance may be used by many threads.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/history.hpp"
#include "testlooper/domain/lineage.hpp"
#include "testlooper/domain/repo.hpp"

namespace testlooper {

struct ScanRequest {
  RepoSpec spec;
  std::string git_dir;
  std::vector<std::string> known_heads;  // commits that are stored, with their ancestors
  bool proven = false;                   // the last look at it succeeded
};

struct TreeEntry {
  std::string oid;  // object id of the blob or tree
  bool is_tree = false;
};

class RepoReader {
 public:
  virtual ~RepoReader() = default;

  // Where the objects of this source are, or will be: the path itself, or a folder under `clones`
  // for a URL.
  virtual Result<std::string> git_dir_of(const RepoSpec& spec) = 0;
  // Brings a clone up to date where the source is a URL, then reads all refs.
  virtual Result<RefsObserved> scan(const ScanRequest& request) = 0;
  // A full id from what a person typed: a branch, a tag, or at least 4 digits of an id.
  virtual Result<std::string> resolve(const std::string& git_dir, const std::string& name) = 0;
  // Parents before children. Errors: those of resolve(), of `to` and `from`.
  virtual Result<std::vector<CommitInfo>> history(const std::string& git_dir,
                                                  const HistoryRange& range) = 0;
  virtual Result<TreeEntry> entry(const std::string& git_dir, const std::string& sha,
                                  const std::string& path) = 0;
  // The blob at `path`. Errors: not_found; invalid where it is larger than `max_bytes`, or not a
  // file.
  virtual Result<std::string> file(const std::string& git_dir, const std::string& sha,
                                   const std::string& path, std::size_t max_bytes) = 0;
  // The files that differ between two commits, sorted; git tells which were renamed.
  virtual Result<std::vector<FileChange>> changed_files(const std::string& git_dir,
                                                        const std::string& before,
                                                        const std::string& after) = 0;
  // Writes the files below `path` ("" for all) as an uncompressed tar to `out_file`, named
  // relative to `path` with `prefix` in front.
  virtual Result<void> write_tar(const std::string& git_dir, const std::string& sha,
                                 const std::string& path, const std::string& prefix,
                                 const std::string& out_file) = 0;
  // The same of all files, but only what is at these paths, or below them. One that is not there
  // is left out.
  virtual Result<void> write_tar_of(const std::string& git_dir, const std::string& sha,
                                    const std::vector<std::string>& paths,
                                    const std::string& prefix, const std::string& out_file) = 0;
  // Puts a private ref (refs/testlooper/<sha>) on each commit, so that neither a force-push nor gc
  // can take it and its history away from us. The first error is returned, after all were tried; a
  // repository that we may not write to is no reason to stop reading it.
  virtual Result<void> pin(const std::string& git_dir, const std::vector<std::string>& shas) = 0;
};

}  // namespace testlooper
