// The one way into libgit2: its set-up, opening a repository, ids, and its errors as ours. Any
// thread; each call that opens a repository owns what it opened.
#pragma once

#include <string>
#include <string_view>

#include <git2.h>

#include "testlooper/base/result.hpp"

#include "git/handles.hpp"

namespace testlooper::git {

// Before anything else of libgit2; again is harmless.
void set_up_library();

// The repository at exactly `path`: bare, with a .git folder, or with a .git file. Its format is
// checked. Errors: not_found, invalid (not a repository), unavailable.
Result<Repository> open_source(const std::string& path);
// The repository of a git folder, without a look at its configuration. Errors: as above.
Result<Repository> open_git_dir(const std::string& git_dir);

// Errors: invalid, where `sha` is not 40 hex digits; not_found; unavailable where it is damaged.
Result<Commit> read_commit(git_repository* repo, const std::string& sha);
Result<Tree> root_tree(const git_commit* commit);

Result<git_oid> parse_id(const std::string& sha);
std::string hex(const git_oid& id);

// What libgit2 said last on this thread, as a lower-case fragment.
std::string last_message();
// An object that a repository should have and that can't be read.
Error damaged(std::string_view what, const git_oid& id);

}  // namespace testlooper::git
