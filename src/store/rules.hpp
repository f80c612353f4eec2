// Reads and writes the branch rules of a repository. Any connection.
#pragma once

#include <vector>

#include "testlooper/domain/branch_rule.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

// In their order.
std::vector<BranchRule> rules_of(Connection& db, RepoId repo);

// A repository that has no rule gets the one for all branches.
void add_default_rule(Connection& db, RepoId repo, WallTime now);

}  // namespace testlooper::store
