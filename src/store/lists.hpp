// The tests that a commit has listed. Called by the change handlers, inside their transaction.
#pragma once

#include <string>
#include <vector>

#include "testlooper/domain/test.hpp"

#include "store/changes.hpp"

namespace testlooper::store {

// The plan is known, and no suite of it waits for its list or failed to give one.
bool is_listed(Connection& db, CommitId commit);
// The commit's parents, or children, that are stored and listed.
std::vector<CommitId> listed_parents(Connection& db, CommitId commit);
std::vector<CommitId> listed_children(Connection& db, CommitId commit);

// The test's id; new ones are added.
TestId test_id(Connection& db, RepoId repo, const std::string& suite, const TestName& test);

// Adds tests at the end of the suite's list; those that the commit has are left as they are.
void extend_list(Applying& in, SuiteId suite, const std::vector<ListedTest>& tests);

}  // namespace testlooper::store
