// The tests that a commit has listed. Called by the change handlers, inside their transaction.
#pragma once

#include <string>
#include <vector>

#include "testlooper/domain/test.hpp"

#include "store/changes.hpp"

namespace testlooper::store {

// The test's id; new ones are added.
TestId test_id(Connection& db, RepoId repo, const std::string& suite, const TestName& test);

// Adds tests at the end of the suite's list; those that the commit has are left as they are.
void extend_list(Applying& in, SuiteId suite, const std::vector<ListedTest>& tests);

}  // namespace testlooper::store
