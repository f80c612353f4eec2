// Tasks and their attempts in a line each, and why a task waits.
#pragma once

#include <vector>

#include "testlooper/domain/pages.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

pages::TaskSummary task_summary(Connection& db, TaskId id, WallTime now);
std::vector<pages::TaskSummary> tasks_of_commit(Connection& db, CommitId commit, WallTime now);
// Starting ones too.
std::vector<pages::TaskSummary> running_tasks(Connection& db, WallTime now);
// Those that start next come first: the ready ones, then those that wait for their time.
std::vector<pages::TaskSummary> waiting_tasks(Connection& db, WallTime now);
std::vector<pages::TaskSummary> finished_tasks(Connection& db, WallTime now);

// Oldest first.
std::vector<pages::AttemptSummary> attempts_of(Connection& db, TaskId task);
pages::AttemptSummary attempt_summary(Connection& db, AttemptKey attempt);

}  // namespace testlooper::store
