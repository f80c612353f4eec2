// Conditions of runs, as rows. A plain one has none.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "testlooper/domain/condition.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

using ConditionId = Id<struct ConditionTag>;

// Adds it where the repository does not have it yet.
std::optional<ConditionId> condition_id(Connection& db, RepoId repo, const Condition& condition);

Condition read_condition(Connection& db, const std::optional<ConditionId>& id);
// For pages.
std::vector<std::string> read_condition_words(Connection& db, const std::optional<ConditionId>& id);

// Of the wish; nothing where it is plain.
std::optional<ConditionId> condition_of(Connection& db, const std::optional<DesiredId>& desired);

// Why the wish's condition can't be had, which a run of it said; empty where none did.
std::string unmet_condition(Connection& db, DesiredId desired);

}  // namespace testlooper::store
