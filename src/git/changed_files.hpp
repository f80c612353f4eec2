// The files that differ between two commits, with git's own detection of renames.
#pragma once

#include <vector>

#include <git2.h>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/lineage.hpp"

namespace testlooper::git {

// Sorted by path. A file is renamed where git finds at least half of its lines in one that was
// added; among more than limits::kRenameCandidates files only equal ones are found. Symbolic links
// and submodules are left out.
Result<std::vector<FileChange>> changed_files(git_repository* repo, const git_commit* before,
                                              const git_commit* after);

}  // namespace testlooper::git
