// What an attempt's result means for the store. Pure.
#pragma once

#include "testlooper/domain/assignment.hpp"
#include "testlooper/domain/change.hpp"
#include "testlooper/domain/task.hpp"

namespace testlooper::core {

// Everything one ended attempt changes: the attempt, its task, and what it brought or failed to
// bring. An error of preparation is recorded only when no further attempt will be made.
Changes record_result(const Task& task, const AttemptResult& result, WallTime now);

}  // namespace testlooper::core
