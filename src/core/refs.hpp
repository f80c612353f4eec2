// Turns what was seen in a repository into what is to be stored and tested. Pure.
#pragma once

#include <string>

#include "testlooper/domain/change.hpp"
#include "testlooper/domain/repo.hpp"
#include "testlooper/ports/store.hpp"

namespace testlooper::core {

// The branch that counts as the main one: the configured one, else what HEAD names where that
// branch exists, else `main`, `master`, or the first by name; "" where there is no branch.
std::string primary_branch(const RepoSpec& spec, const RefsObserved& seen);

// True where the server's configuration lets the branch be read; rules say what is tested of it.
bool is_read(const RepoSpec& spec, const std::string& branch);

// New commits, moved and deleted refs, and one run of every test for each new commit of a tested
// branch. `handled` is the newest push that was announced before the refs were read.
Changes record_refs(const RepoState& known, const RefsObserved& seen, PushId handled);

}  // namespace testlooper::core
