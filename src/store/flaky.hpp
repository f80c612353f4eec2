// Tests that flake, as far as it is known while runs are recorded: whose evidence has changed, and
// at which commits it is. What it says is found out afterwards: store/assess.hpp. Writes.
#pragma once

#include "testlooper/base/ids.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

// The test was run at the commit. `mixed`: this made its outcomes there mixed.
void note_evidence(Connection& db, RepoId repo, CommitId commit, TestId test, bool mixed);
// Its results at some commit no longer count, or it has another name, too.
void assess_again(Connection& db, TestId test);
// From now on the test's evidence is kept at hand, with that of before.
void watch(Connection& db, RepoId repo, TestId test);

}  // namespace testlooper::store
