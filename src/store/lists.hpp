// The tests that a commit has listed, and how many of them each wish means: kept with the wish, so
// that pages need not match filters. Called by the change handlers, inside their transaction.
#pragma once

#include <string>
#include <vector>

#include "testlooper/domain/test.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

// The test's id; new ones are added.
TestId test_id(Connection& db, RepoId repo, const std::string& suite, const TestName& test);

// Adds tests at the end of the suite's list; those that the commit has are left as they are.
void extend_list(Connection& db, SuiteId suite, const std::vector<ListedTest>& tests);

// Counts for a new wish the tests that its commit has listed so far.
void count_wanted(Connection& db, DesiredId desired, CommitId commit, const TestFilter& filter);

}  // namespace testlooper::store
