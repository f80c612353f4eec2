// Tasks and their attempts in a line each. Why a task waits is the engine's to say.
#pragma once

#include <optional>
#include <vector>

#include "testlooper/domain/pages.hpp"
#include "testlooper/ports/views.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

pages::TaskSummary task_summary(Connection& db, TaskId id);
std::vector<pages::TaskSummary> tasks_of_commit(Connection& db, CommitId commit);

// One repository, or all of them.
using Part = std::optional<RepoId>;
// Starting ones too.
std::vector<pages::TaskSummary> running_tasks(Connection& db, const Part& part);
// Those that the query names; then the rest of the ready ones, then of those that pause.
std::vector<pages::TaskSummary> waiting_tasks(Connection& db, const Part& part,
                                              const EngineQuery& query);
// The newest, of one repository only those among the newest 1,000 of all.
std::vector<pages::TaskSummary> finished_tasks(Connection& db, const Part& part);

// Oldest first.
std::vector<pages::AttemptSummary> attempts_of(Connection& db, TaskId task);
pages::AttemptSummary attempt_summary(Connection& db, AttemptKey attempt);

}  // namespace testlooper::store
