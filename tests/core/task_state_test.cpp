#include "core/task_state.hpp"

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

namespace testlooper::core {
namespace {

Task task_in(TaskState state, int attempts = 1, int infra_attempts = 0) {
  Task task;
  task.id = {7};
  task.state = state;
  task.attempts = attempts;
  task.infra_attempts = infra_attempts;
  return task;
}

AttemptEnd end_with(Outcome outcome) {
  AttemptEnd end;
  end.outcome = outcome;
  end.cause = "because";
  return end;
}

TEST(TaskState, DispatchCountsTheAttempt) {
  const auto moved = dispatched(task_in(TaskState::ready, 0));
  EXPECT_EQ(moved.from, TaskState::ready);
  EXPECT_EQ(moved.to, TaskState::starting);
  EXPECT_EQ(moved.attempts, 1);
}

TEST(TaskState, AFailedTestIsNeverTriedAgain) {
  const auto moved = ended(task_in(TaskState::running), end_with(Outcome::failed), {1000});
  EXPECT_EQ(moved.to, TaskState::finished);
  EXPECT_EQ(moved.outcome, Outcome::failed);
  EXPECT_EQ(moved.cause, "because");
}

TEST(TaskState, TheMachinesFailureIsTriedAgainAfterAGrowingPause) {
  const auto first = ended(task_in(TaskState::running, 1, 0), end_with(Outcome::infra), {1000});
  EXPECT_EQ(first.to, TaskState::waiting);
  EXPECT_EQ(first.infra_attempts, 1);
  EXPECT_EQ(first.not_before.ms, 1000 + 1000 * limits::kInfraBackoffSeconds);
  const auto second = ended(task_in(TaskState::starting, 2, 1), end_with(Outcome::infra), {1000});
  EXPECT_EQ(second.not_before.ms, 1000 + 2000 * limits::kInfraBackoffSeconds);
}

TEST(TaskState, TheMachineIsGivenUpAfterTheLimit) {
  const auto moved = ended(task_in(TaskState::running, 3, limits::kInfraAttempts - 1),
                           end_with(Outcome::infra), {1000});
  EXPECT_EQ(moved.to, TaskState::finished);
  EXPECT_EQ(moved.outcome, Outcome::infra);
  EXPECT_EQ(moved.infra_attempts, limits::kInfraAttempts);
}

TEST(TaskState, OurOwnRestartUsesUpNoAttempt) {
  auto end = end_with(Outcome::infra);
  end.interrupted = true;
  const auto moved = ended(task_in(TaskState::running, 9, limits::kInfraAttempts - 1), end, {0});
  EXPECT_EQ(moved.to, TaskState::ready);
  EXPECT_EQ(moved.infra_attempts, limits::kInfraAttempts - 1);
}

TEST(TaskState, AMissingImageEndsTheTaskWithoutUsingUpAttempts) {
  auto end = end_with(Outcome::infra);
  end.image_missing = true;
  const auto moved = ended(task_in(TaskState::starting), end, {0});
  EXPECT_EQ(moved.to, TaskState::finished);
  EXPECT_EQ(moved.infra_attempts, 0);
}

TEST(TaskStateDeathTest, ImpossibleMovesEndTheProcess) {
  EXPECT_DEATH(dispatched(task_in(TaskState::running)), "check failed");
  EXPECT_DEATH(started(task_in(TaskState::finished)), "check failed");
  EXPECT_DEATH(ended(task_in(TaskState::ready), {}, {}), "check failed");
}

TEST(TaskState, ACancelledTaskEndsAtOnceOrWithItsAttempt) {
  Task task;
  task.state = TaskState::ready;
  const auto at_once = cancelled(task, CancelScope::wish, "cancelled by ann");
  EXPECT_EQ(at_once.to, TaskState::finished);
  EXPECT_EQ(at_once.outcome, Outcome::cancelled);
  task.state = TaskState::starting;
  task.attempts = 1;
  const auto noted = cancelled(task, CancelScope::task, "cancelled by ann");
  EXPECT_EQ(noted.to, TaskState::starting);
  EXPECT_EQ(noted.cancelling, CancelScope::task);
  EXPECT_EQ(noted.cause, "cancelled by ann");
  task.cancelling = noted.cancelling;
  task.cause = noted.cause;
  EXPECT_EQ(started(task).cause, "cancelled by ann");
  task.state = TaskState::running;
  AttemptEnd end;
  end.outcome = Outcome::infra;
  end.interrupted = true;
  const auto ended_so = ended(task, end, {});
  EXPECT_EQ(ended_so.to, TaskState::finished) << "a restart does not repeat it";
  EXPECT_EQ(ended_so.outcome, Outcome::cancelled);
  EXPECT_EQ(ended_so.cause, "cancelled by ann");
  end.outcome = Outcome::failed;
  EXPECT_EQ(ended(task, end, {}).outcome, Outcome::failed) << "it was faster than the kill";
}

}  // namespace
}  // namespace testlooper::core
