#include "core/results.hpp"

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

namespace testlooper::core {
namespace {

Task running(TaskKind kind, int infra_attempts = 0) {
  Task task;
  task.id = {9};
  task.spec.kind = kind;
  task.spec.repo = {1};
  task.spec.commit = {2};
  task.spec.suite = SuiteId{3};
  task.spec.image = "named:x";
  task.state = TaskState::running;
  task.attempts = 1;
  task.infra_attempts = infra_attempts;
  return task;
}

AttemptResult result_with(Outcome outcome, Product product = {}) {
  AttemptResult result;
  result.attempt = {{9}, 1};
  result.end.outcome = outcome;
  result.end.cause = "why";
  result.product = std::move(product);
  return result;
}

template <typename T>
const T* find(const Changes& changes) {
  for (const auto& each : changes) {
    if (const auto* found = std::get_if<T>(&each)) return found;
  }
  return nullptr;
}

TEST(Results, AFailureOfEachStepIsStoredWithItsCause) {
  const auto failure = result_with(Outcome::failed);
  EXPECT_EQ(
      find<change::ConfigFailed>(record_result(running(TaskKind::read_config), failure, {}))->error,
      "why");
  EXPECT_EQ(
      find<change::ImageFailed>(record_result(running(TaskKind::build_image), failure, {}))->error,
      "why");
  EXPECT_EQ(
      find<change::PlanFailed>(record_result(running(TaskKind::generate_plan), failure, {}))->error,
      "why");
  EXPECT_EQ(
      find<change::ListFailed>(record_result(running(TaskKind::list_tests), failure, {}))->error,
      "why");
}

TEST(Results, TheMachinesFailureStoresNothingWhileAttemptsAreLeft) {
  const auto changes =
      record_result(running(TaskKind::generate_plan), result_with(Outcome::infra), {});
  EXPECT_EQ(changes.size(), 2u);
  EXPECT_EQ(find<change::TaskMoved>(changes)->to, TaskState::waiting);
}

TEST(Results, RunsThatTheMachineFailedForGoodAreGivenUpAndNeverFailed) {
  const auto changes = record_result(running(TaskKind::run_tests, limits::kInfraAttempts - 1),
                                     result_with(Outcome::infra), {});
  EXPECT_NE(find<change::RunsGivenUp>(changes), nullptr);
  EXPECT_EQ(find<change::RunsRecorded>(changes), nullptr);
}

TEST(Results, RunsAreRecordedEvenWhereTheAttemptFailed) {
  const auto changes = record_result(
      running(TaskKind::run_tests), result_with(Outcome::failed, TestsRun{{TestResult{}}, {}}), {});
  EXPECT_EQ(find<change::RunsRecorded>(changes)->run.results.size(), 1u);
  EXPECT_EQ(find<change::TaskMoved>(changes)->outcome, Outcome::failed);
}

TEST(Results, ALostImageIsForgottenSoThatItIsMadeAgain) {
  auto lost = result_with(Outcome::infra);
  lost.end.image_missing = true;
  const auto changes = record_result(running(TaskKind::run_tests), lost, {});
  EXPECT_EQ(find<change::ImageForgotten>(changes)->key, "named:x");
  EXPECT_EQ(find<change::RunsGivenUp>(changes), nullptr);
}

TEST(Results, WhatATaskWasForThatIsCancelledAloneIsGivenUp) {
  auto task = running(TaskKind::run_tests);
  task.cancelling = CancelScope::task;
  EXPECT_NE(find<change::RunsGivenUp>(record_result(task, result_with(Outcome::cancelled), {})),
            nullptr);
  task.cancelling = CancelScope::wish;
  EXPECT_EQ(find<change::RunsGivenUp>(record_result(task, result_with(Outcome::cancelled), {})),
            nullptr);
  task = running(TaskKind::list_tests);
  task.state = TaskState::ready;
  const auto changes = cancel(task, CancelScope::task, "cancelled by ann");
  EXPECT_EQ(find<change::ListFailed>(changes)->error, "cancelled by ann");
  EXPECT_EQ(cancel(task, CancelScope::wish, "cancelled by ann").size(), 1u);
}

TEST(Results, ASeriesThatIsCancelledAloneKeepsItsRunsAndGivesUpTheRest) {
  auto task = running(TaskKind::run_tests);
  task.spec.tests = {TestId{1}, TestId{2}};
  task.spec.repeats = 9;
  task.spec.series = true;
  task.cancelling = CancelScope::task;
  const TestsRun three{std::vector<TestResult>(6), {}};
  const auto changes = record_result(task, result_with(Outcome::cancelled, three), {});
  ASSERT_NE(find<change::RunsRecorded>(changes), nullptr);
  ASSERT_NE(find<change::RunsGivenUp>(changes), nullptr);
  EXPECT_EQ(find<change::RunsGivenUp>(changes)->done, 3);
  EXPECT_EQ(find<change::TaskMoved>(changes)->to, TaskState::finished);
  task.cancelling = CancelScope::wish;
  EXPECT_EQ(
      find<change::RunsGivenUp>(record_result(task, result_with(Outcome::cancelled, three), {})),
      nullptr)
      << "it may be wanted again";
}

TEST(Results, LostArtifactsAreForgottenSoThatTheyAreBuiltAgain) {
  auto lost = result_with(Outcome::infra);
  lost.end.missing_artifacts = {{"build:1", "v1"}};
  const auto changes = record_result(running(TaskKind::run_tests), lost, {});
  EXPECT_EQ(find<change::ArtifactForgotten>(changes)->artifact, (KeptArtifact{"build:1", "v1"}));
  EXPECT_EQ(find<change::RunsGivenUp>(changes), nullptr);
  EXPECT_EQ(find<change::TaskMoved>(changes)->to, TaskState::finished) << "tried again elsewhere";
}

TEST(Results, WhatABuildAndASetUpBringIsKeptUnderTheirProductsKey) {
  auto task = running(TaskKind::build);
  task.spec.product = "build:1";
  auto changes = record_result(task, result_with(Outcome::passed, ArtifactBuilt{"v1", 5}), {});
  const auto* artifact = find<change::ArtifactRecorded>(changes);
  EXPECT_EQ(artifact->artifact, (KeptArtifact{"build:1", "v1"}));
  EXPECT_EQ(artifact->bytes, 5u);
  EXPECT_EQ(artifact->base, "named:x");
  changes = record_result(task, result_with(Outcome::failed), {});
  EXPECT_EQ(find<change::ArtifactFailed>(changes)->key, "build:1");

  task = running(TaskKind::set_up);
  task.spec.product = "setup:1";
  changes = record_result(task, result_with(Outcome::passed, ImageBuilt{"layer", ""}), {});
  EXPECT_EQ(find<change::ImageRecorded>(changes)->key, "setup:1");
  EXPECT_EQ(find<change::ImageRecorded>(changes)->base, "named:x");
  changes = record_result(task, result_with(Outcome::failed), {});
  EXPECT_EQ(find<change::ImageFailed>(changes)->key, "setup:1");
}

}  // namespace
}  // namespace testlooper::core
