#include "core/task_state.hpp"

#include "testlooper/base/check.hpp"
#include "testlooper/base/limits.hpp"

namespace testlooper::core {
namespace {

change::TaskMoved move_to(const Task& task, TaskState to) {
  return {.task = task.id,
          .from = task.state,
          .to = to,
          .outcome = task.outcome,
          .cause = task.cancelling ? task.cause : std::string{},
          .attempts = task.attempts,
          .infra_attempts = task.infra_attempts,
          .not_before = task.not_before,
          .cancelling = task.cancelling};
}

bool under_way(const Task& task) {
  return task.state == TaskState::starting || task.state == TaskState::running;
}

}  // namespace

Milliseconds infra_backoff(int infra_attempts) {
  TL_CHECK(infra_attempts >= 1 && infra_attempts <= 16);
  return Seconds{limits::kInfraBackoffSeconds} * (1 << (infra_attempts - 1));
}

change::TaskMoved due(const Task& task) {
  TL_CHECK(task.state == TaskState::waiting);
  return move_to(task, TaskState::ready);
}

change::TaskMoved dispatched(const Task& task) {
  TL_CHECK(task.state == TaskState::ready);
  auto moved = move_to(task, TaskState::starting);
  moved.attempts += 1;
  return moved;
}

change::TaskMoved started(const Task& task) {
  TL_CHECK(task.state == TaskState::starting);
  return move_to(task, TaskState::running);
}

change::TaskMoved ended(const Task& task, const AttemptEnd& end, WallTime now) {
  TL_CHECK(under_way(task));
  if (task.cancelling && (end.outcome == Outcome::infra || end.outcome == Outcome::cancelled)) {
    auto moved = move_to(task, TaskState::finished);
    moved.outcome = Outcome::cancelled;
    return moved;
  }
  if (end.outcome == Outcome::infra && end.interrupted) {
    auto moved = move_to(task, TaskState::ready);
    moved.cause = end.cause;
    return moved;
  }
  const bool machine_failed = end.outcome == Outcome::infra && !lost_something(end);
  if (machine_failed && task.infra_attempts + 1 < limits::kInfraAttempts) {
    auto moved = move_to(task, TaskState::waiting);
    moved.infra_attempts += 1;
    moved.not_before = now + infra_backoff(moved.infra_attempts);
    moved.cause = end.cause;
    return moved;
  }
  auto moved = move_to(task, TaskState::finished);
  moved.infra_attempts += machine_failed ? 1 : 0;
  moved.outcome = end.outcome;
  moved.cause = end.cause;
  return moved;
}

change::TaskMoved dropped(const Task& task, std::string why) {
  TL_CHECK(task.state == TaskState::waiting || task.state == TaskState::ready);
  auto moved = move_to(task, TaskState::finished);
  moved.outcome = Outcome::cancelled;
  moved.cause = std::move(why);
  return moved;
}

change::TaskMoved cancelled(const Task& task, CancelScope scope, std::string why) {
  if (!under_way(task)) return dropped(task, std::move(why));
  auto moved = move_to(task, task.state);
  moved.cancelling = scope;
  moved.cause = std::move(why);
  return moved;
}

}  // namespace testlooper::core
