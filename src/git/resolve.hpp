// What a person typed for a commit: a full id, a branch, a tag, or the start of an id.
#pragma once

#include <string>

#include <git2.h>

#include "testlooper/base/result.hpp"

namespace testlooper::git {

// Errors: not_found; invalid where a start of an id fits several objects, or names no commit.
Result<std::string> resolve_commit(git_repository* repo, const std::string& name);
// The same in the repository at `path`; in a linked worktree, HEAD is its own. Errors: also those
// of open_source.
Result<std::string> resolve_at(const std::string& path, const std::string& name);

}  // namespace testlooper::git
