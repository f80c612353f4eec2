// The history of a branch as pages list it: from its head, newest first.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/result.hpp"

#include "store/connection.hpp"
#include "store/view_parts.hpp"

namespace testlooper::store {

// The id of a branch's newest commit. Errors: not_found, also for a branch that was deleted.
Result<std::string> head_of(Connection& db, const RepoRow& repo, const std::string& branch);

// At most `limit` commits that a head leads to, those before `before` where it is given.
std::vector<CommitId> read_line(Connection& db, RepoId repo, const std::string& head,
                                std::optional<CommitId> before, int limit);

// Errors: not_found.
Result<std::optional<CommitId>> commit_before(Connection& db, const RepoRow& repo,
                                              const std::optional<std::string>& sha);

}  // namespace testlooper::store
