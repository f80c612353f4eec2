// What is known of a commit's tests besides their lists: which are flaky, which are new. It depends
// on other commits, so these functions also say whom a change concerns. Any connection.
#pragma once

#include <unordered_set>
#include <vector>

#include "testlooper/base/ids.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

// Tests with mixed outcomes at the commit, or at an ancestor within limits::kFlakeMemoryCommits,
// whatever they were called there.
std::unordered_set<TestId> known_flakes(Connection& db, CommitId commit);

// The tests of the commit's list that no parent lists. Parents count where all of their suites are
// listed; a commit without such a parent has no new tests. One that goes on under another name is
// not new, and while that is not known, none is.
std::unordered_set<TestId> new_tests(Connection& db, CommitId commit);

// Commits below whose number of wanted runs may change: the commit turned a test flaky, or has
// listed the last of its suites.
std::vector<CommitId> heirs_of_flakes(Connection& db, CommitId commit);
std::vector<CommitId> children_with_new_runs(Connection& db, CommitId commit);

}  // namespace testlooper::store
