// Finds the commit that a person means. Any connection.
#pragma once

#include <string>

#include "testlooper/base/result.hpp"

#include "store/view_parts.hpp"

namespace testlooper::store {

// By a full id, a branch, a tag, or the start of an id, tried in this order. Errors: not_found.
Result<CommitId> commit_named(Connection& db, const RepoRow& repo, const std::string& name);

}  // namespace testlooper::store
