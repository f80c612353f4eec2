// Where runs were, and suites that behave differently in the two places.
#include "store_world.hpp"

namespace testlooper::store {
namespace {

class Places : public StoreWorld {
 protected:
  Places() {
    add_line(2);
    for (const int number : {1, 2}) prepare(number, 2);
  }
  void run_in(Place place, Outcome outcome, int times, int number = 1) {
    const auto wish = store_->commit_state(id(number)).desired[0].id;
    for (int i = 0; i < times; ++i) {
      const auto attempt = start_runs(number, wish, {test(number, named(0))});
      AttemptEnd end;
      end.place = place;
      end.place_reason = "it was told so";
      finish(attempt, {change::RunsRecorded{attempt, {{result_of(named(0), outcome)}, {}}}}, end);
    }
  }
  Assignment next(DesiredTesting wish, int number = 1) {
    NewTask task;
    task.key = "next:" + std::to_string(++keys_);
    task.kind = TaskKind::run_tests;
    task.repo = repo_;
    task.commit = id(number);
    task.suite = suite(number).id;
    task.desired = want(number, std::move(wish));
    task.tests = tests(number);
    return store_->assignment(*store_->task(start(task).task));
  }
  std::vector<std::string> warnings(int number) {
    std::vector<std::string> found;
    for (const auto& [where, message] : views_.commit("demo", sha(number))->warnings) {
      if (where == "suite unit") found.push_back(message);
    }
    return found;
  }

 private:
  int keys_ = 0;
};

TEST_F(Places, AnAttemptTellsWhereItWasAndWhy) {
  run_in(Place::sandbox, Outcome::passed, 1);
  const auto task = views_.commit("demo", sha(1))->tasks.front().id;
  const auto attempt = views_.task(task)->attempts.front();
  EXPECT_EQ(attempt.place, "sandbox");
  EXPECT_EQ(attempt.place_reason, "it was told so");
  const auto wish = store_->commit_state(id(1)).desired[0].id;
  EXPECT_EQ(views_.request(wish)->in_sandboxes, 1);
  EXPECT_EQ(views_.request(wish)->place_reason, "it was told so");
}

TEST_F(Places, AnAssignmentKnowsTheWishAndTheFewestRunsOfItsTests) {
  auto wish = request(1);
  wish.isolation = Isolation::sandbox;
  run_in(Place::container, Outcome::passed, 3);
  EXPECT_EQ(next(wish).isolation, Isolation::sandbox);
  EXPECT_EQ(next(request(1)).isolation, std::nullopt);
  EXPECT_EQ(next(request(1)).runs_before, 0) << "the other test has had none";
}

TEST_F(Places, WhatAnotherSystemRanWasInNeither) {
  std::vector<TestResult> failures(20, result_of(named(0), Outcome::failed));
  commit({change::ReportImported{repo_, id(1), kSuite, "", "jenkins", "", "", "cli", "digest",
                                 failures}});
  run_in(Place::sandbox, Outcome::passed, 20);
  EXPECT_EQ(next(request(1)).places_differ, "");
}

TEST_F(Places, ASuiteWithATestThatFailsOnlyInSandboxesIsKeptOutOfThemAtAnyCommit) {
  run_in(Place::container, Outcome::passed, 5);
  run_in(Place::sandbox, Outcome::failed, 2);
  EXPECT_EQ(next(request(1)).places_differ, "") << "two runs say little";
  run_in(Place::sandbox, Outcome::failed, 12);
  const std::string why =
      "its suite behaves differently in sandboxes: tests/file_0.py::test_0 failed in ";
  EXPECT_TRUE(next(request(1)).places_differ.starts_with(why)) << next(request(1)).places_differ;
  EXPECT_TRUE(next(request(1), 2).places_differ.starts_with(why));
  ASSERT_EQ(warnings(2).size(), 1u);
  EXPECT_TRUE(warnings(2)[0].ends_with("; so it is kept out of them")) << warnings(2)[0];
}

TEST_F(Places, EqualRatesAreNoDifference) {
  for (int round = 0; round < 20; ++round) {
    run_in(Place::container, round % 4 == 0 ? Outcome::failed : Outcome::passed, 1);
    run_in(Place::sandbox, round % 4 == 1 ? Outcome::failed : Outcome::passed, 1);
  }
  EXPECT_EQ(next(request(1)).places_differ, "");
}

TEST_F(Places, ClearedResultsTakeWhatRestedOnThemAlong) {
  run_in(Place::container, Outcome::passed, 5);
  run_in(Place::sandbox, Outcome::failed, 14);
  commit({change::ResultsCleared{id(1), {test(1, named(0))}}});
  EXPECT_EQ(next(request(1)).places_differ, "");
  run_in(Place::container, Outcome::passed, 5);
  run_in(Place::sandbox, Outcome::passed, 5);
  EXPECT_EQ(next(request(1)).places_differ, "") << "the counts began anew";
}

}  // namespace
}  // namespace testlooper::store
