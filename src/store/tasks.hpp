// Reads tasks as values. Called by the store's methods and by the pages.
#pragma once

#include <optional>
#include <vector>

#include "testlooper/domain/task.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

std::optional<Task> read_task(Connection& db, TaskId id);

std::vector<ReadyTask> read_ready_tasks(Connection& db);
// Nothing where it is not ready.
std::optional<ReadyTask> read_ready_task(Connection& db, TaskId id);

// Somebody has the engine start none.
bool read_draining(Connection& db);

// The repository's unfinished ones, by id.
std::vector<Task> read_open_tasks(Connection& db, RepoId repo);

// Priority, newest commit first, then id.
std::vector<Task> read_tasks_in(Connection& db, TaskState state, int limit);

// The commit's unfinished ones, by id.
std::vector<Task> open_tasks_of(Connection& db, CommitId commit);

}  // namespace testlooper::store
