// A folder of a commit as an uncompressed tar file, as `git archive` would write it but for its
// attributes: files are as they were committed. One thread a call.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <git2.h>

#include "testlooper/base/result.hpp"
#include "testlooper/base/time.hpp"

namespace testlooper::git {

struct TarRequest {
  std::string prefix;        // in front of every path; its folders get entries too
  std::int64_t mtime_s = 0;  // of every entry
  std::uint64_t max_bytes = 0;
  // Only what is at these paths of the tree, or below them; absent: all of it.
  std::optional<std::vector<std::string>> only = {};
};

// Symbolic links are stored, not followed; submodules are empty folders. Errors: invalid where the
// files are too many, or a tree holds names that no checkout would write; unavailable where an
// object is damaged or `out_file` can't be written. No file is left behind then.
Result<void> write_tree_tar(git_repository* repo, const git_tree* tree, const TarRequest& request,
                            const std::string& out_file);

}  // namespace testlooper::git
