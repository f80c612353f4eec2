// What an attempt's result means for the store. Pure.
#pragma once

#include "testlooper/domain/assignment.hpp"
#include "testlooper/domain/change.hpp"
#include "testlooper/domain/task.hpp"

namespace testlooper::core {

// Everything one ended attempt changes: the attempt, its task, and what it brought or failed to
// bring. An error of preparation is recorded only when no further attempt will be made.
Changes record_result(const Task& task, const AttemptResult& result, WallTime now);

// Somebody asked to stop the task. What a task was for that is cancelled alone is given up: a stored
// error, runs that are not tried again. That of a stopped wish may be wanted again.
Changes cancel(const Task& task, CancelScope scope, const std::string& why);

}  // namespace testlooper::core
