// Tests that have other names at other commits: which commits are to be compared with a parent, and
// what was found. Any connection; the writer where it says so.
#pragma once

#include <unordered_map>
#include <vector>

#include "testlooper/domain/lineage.hpp"

#include "store/changes.hpp"
#include "store/connection.hpp"

namespace testlooper::store {

// The commit has just listed the last of its suites: it is due to be compared with its parents, and
// its children with it, where both are listed, and each has tests that the other has not. Writes.
void note_listed(Applying& in, CommitId commit);
// Its comparisons that failed are due again. Writes.
void compare_again(Connection& db, CommitId commit);

// See Store.
std::vector<LineagePair> due_lineages(Connection& db, int limit);
Result<LineageQuery> lineage_query(Connection& db, const LineagePair& pair);

// True while the commit is yet to be compared with one of its parents: then nobody knows which of
// its tests are new.
bool awaits_lineage(Connection& db, CommitId commit);

// What tests of a commit were called at any of its parents, by what they are called now.
std::unordered_multimap<TestId, TestId> earlier_names(Connection& db, CommitId commit);
// At this parent alone.
std::unordered_map<TestId, TestId> earlier_names(Connection& db, CommitId commit, CommitId parent);

// Every name that the test has or had, at whichever commits: itself, then the nearest first. At
// most limits::kNamesOfTest.
std::vector<TestId> names_of(Connection& db, TestId test);

}  // namespace testlooper::store
