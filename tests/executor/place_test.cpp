#include "executor/place.hpp"

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

namespace testlooper::executor {
namespace {

using enum Isolation;

Assignment run(std::int64_t before, std::optional<Isolation> request = {},
               std::optional<Isolation> suite = {}) {
  Assignment assignment;
  assignment.kind = TaskKind::run_tests;
  assignment.attempt = {TaskId{7}, 1};
  assignment.suite.emplace();
  assignment.suite->isolation = suite;
  assignment.isolation = request;
  assignment.runs_before = before;
  return assignment;
}

TEST(Places, FirstRunsAreInContainersAndRerunsInSandboxes) {
  const auto first = choose_place(run(limits::kFirstRuns - 1), automatic);
  EXPECT_EQ(first.place, Place::container);
  EXPECT_EQ(first.reason, "the first 5 runs of a test at a commit are in containers");
  const auto rerun = choose_place(run(limits::kFirstRuns), automatic);
  EXPECT_EQ(rerun.place, Place::sandbox);
  EXPECT_EQ(rerun.reason, "its tests have had 5 runs at this commit, so a quick place will do");
}

TEST(Places, ARequestComesBeforeASuiteAndThatBeforeTheServer) {
  EXPECT_EQ(choose_place(run(0, sandbox, container), automatic).place, Place::sandbox);
  EXPECT_EQ(choose_place(run(99, container, sandbox), automatic).place, Place::container);
  EXPECT_EQ(choose_place(run(0, {}, sandbox), automatic).reason, "the suite wants sandboxes");
  EXPECT_EQ(choose_place(run(0, {}, {}), sandbox).place, Place::sandbox);
  EXPECT_EQ(choose_place(run(0, automatic, sandbox), sandbox).place, Place::container);
}

TEST(Places, AnOperatorWhoWantsNoSandboxesHasNone) {
  const auto choice = choose_place(run(99, sandbox, sandbox), container);
  EXPECT_EQ(choice.place, Place::container);
  EXPECT_EQ(choice.reason, "the server's configuration wants containers");
}

TEST(Places, OneRerunInFiftyStaysInAContainerToBeCompared) {
  int containers = 0;
  for (int task = 1; task <= 500; ++task) {
    auto assignment = run(100);
    assignment.attempt.task.value = task;
    if (choose_place(assignment, automatic).place == Place::container) ++containers;
    EXPECT_EQ(choose_place(run(100, sandbox), automatic).place, Place::sandbox);
  }
  EXPECT_EQ(containers, 500 / limits::kContainerOneIn);
}

TEST(Places, ASuiteThatBehavesDifferentlyInThemIsKeptOutOfSandboxes) {
  auto assignment = run(99, {}, sandbox);
  assignment.places_differ = "its suite behaves differently in sandboxes: …";
  EXPECT_EQ(choose_place(assignment, automatic).place, Place::container);
  EXPECT_EQ(choose_place(assignment, automatic).reason, assignment.places_differ);
  assignment.isolation = sandbox;
  EXPECT_EQ(choose_place(assignment, automatic).place, Place::sandbox) << "somebody insists";
}

}  // namespace
}  // namespace testlooper::executor
