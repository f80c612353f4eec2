// A repository's branches in a line each. Deleted ones are not shown.
#pragma once

#include <optional>
#include <vector>

#include "testlooper/domain/pages.hpp"

#include "store/connection.hpp"
#include "store/view_parts.hpp"

namespace testlooper::store {

std::optional<pages::BranchSummary> one_branch(Connection& db, const RepoRow& repo,
                                               const std::string& name);
std::optional<pages::BranchSummary> primary_branch(Connection& db, const RepoRow& repo);
// The primary first, then by name.
std::vector<pages::BranchSummary> all_branches(Connection& db, const RepoRow& repo);

}  // namespace testlooper::store
