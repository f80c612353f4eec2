// The one word that a commit has, and the sentence behind an error.
#include "store_world.hpp"

namespace testlooper::store {
namespace {

using pages::Status;

class CommitStatus : public StoreWorld {
 protected:
  CommitStatus() { add_line(1); }
  pages::CommitSummary summary() { return views_.commit("demo", sha(1))->commit; }
  Status status() { return summary().status; }
  DesiredId rule_wish() { return store_->commit_state(id(1)).desired.at(0).id; }
  void settle() { commit({change::CommitSettled{id(1)}}); }
};

TEST_F(CommitStatus, IsUntestedWhereNobodyWantsIt) { EXPECT_EQ(status(), Status::untested); }

TEST_F(CommitStatus, IsWaitingFromTheWishOn) {
  want(1);
  EXPECT_EQ(status(), Status::waiting);
  plan_commit(1);
  EXPECT_EQ(status(), Status::waiting) << "its suite is not listed";
  commit({change::TestsRecorded{suite(1).id, {listed(2), {}}}});
  EXPECT_EQ(status(), Status::waiting) << "its runs are not made";
}

TEST_F(CommitStatus, IsRunningWhileATaskRuns) {
  prepare(1, 1);
  const auto attempt = start_runs(1, rule_wish(), tests(1));
  EXPECT_EQ(status(), Status::running);
  finish(attempt,
         {change::RunsRecorded{attempt, {{result_of(named(0), Outcome::passed)}, clock_.now}}});
  EXPECT_EQ(status(), Status::passed) << "also before the reactors have settled it";
}

TEST_F(CommitStatus, IsNeverPassedWithoutARun) {
  prepare(1, 0);
  settle();
  EXPECT_EQ(status(), Status::untested);
}

TEST_F(CommitStatus, AFailingTestFailsIt) {
  prepare(1, 2);
  run(1, rule_wish(), {result_of(named(0), Outcome::passed), result_of(named(1), Outcome::failed)});
  const auto shown = summary();
  EXPECT_EQ(shown.status, Status::failed);
  EXPECT_EQ(shown.tests, 2);
  EXPECT_EQ(shown.failing, 1);
  EXPECT_EQ(shown.flaky, 0);
  EXPECT_EQ(shown.runs_done, 2);
  EXPECT_EQ(shown.runs_wanted, 2);
}

TEST_F(CommitStatus, AFlakyTestFailsItToo) {
  prepare(1, 1);
  run(1, rule_wish(), {result_of(named(0), Outcome::failed)});
  run(1, want(1, request(1)), {result_of(named(0), Outcome::passed)});
  const auto shown = summary();
  EXPECT_EQ(shown.status, Status::failed);
  EXPECT_EQ(shown.failing, 0);
  EXPECT_EQ(shown.flaky, 1);
}

TEST_F(CommitStatus, ARequestMakesItWaitAgain) {
  prepare(1, 1);
  run(1, rule_wish(), {result_of(named(0), Outcome::passed)});
  settle();
  EXPECT_EQ(status(), Status::passed);
  want(1, request(5));
  EXPECT_EQ(status(), Status::waiting);
  EXPECT_EQ(summary().runs_wanted, 6);
}

TEST_F(CommitStatus, AFailedConfigSaysWhyInItsFirstLine) {
  want(1);
  commit({change::ConfigFailed{id(1), "config.yaml:3: no image\nand more"}});
  EXPECT_EQ(status(), Status::error);
  EXPECT_EQ(summary().error, "config: config.yaml:3: no image");
}

TEST_F(CommitStatus, AFailedImageSaysMoreThanThePlanThatFailedForIt) {
  want(1);
  commit({change::ConfigRecorded{id(1), config()},
          change::ImageFailed{repo_, kConfigImage, "manifest unknown"},
          change::PlanFailed{id(1), "the image of the config could not be made"}});
  EXPECT_EQ(summary().error, "image of the config: manifest unknown");
}

TEST_F(CommitStatus, AFailedPlanIsAnError) {
  want(1);
  commit({change::ConfigRecorded{id(1), config()}, change::PlanFailed{id(1), "exit code 1"}});
  EXPECT_EQ(summary().error, "test plan: exit code 1");
}

TEST_F(CommitStatus, AFailedListIsAnErrorAlthoughOtherSuitesPassed) {
  want(1);
  plan_commit(1, {"bad", kSuite});
  commit({change::ListFailed{suite(1, "bad").id, "its output is no list"},
          change::TestsRecorded{suite(1).id, {listed(1), {}}}});
  EXPECT_EQ(status(), Status::waiting) << "the other suite has work left";
  run(1, rule_wish(), {result_of(named(0), Outcome::passed)});
  EXPECT_EQ(status(), Status::error);
  EXPECT_EQ(summary().error, "suite bad: its output is no list");
}

TEST_F(CommitStatus, RunsThatTheMachineFailedForGoodAreAnError) {
  prepare(1, 2);
  const auto attempt = start_runs(1, rule_wish(), tests(1));
  AttemptEnd end;
  end.outcome = Outcome::infra;
  end.cause = "docker does not answer";
  finish(attempt, {change::RunsGivenUp{attempt.task}}, end);
  EXPECT_EQ(status(), Status::error);
  EXPECT_EQ(summary().error,
            "2 runs were given up, because the machine failed: docker does not answer");
}

TEST_F(CommitStatus, RestingWithWantedRunsThatCannotBeMadeIsAnError) {
  prepare(1, 1);
  commit({change::ImageFailed{repo_, kSuiteImage, "no space left"}});
  settle();
  EXPECT_EQ(status(), Status::error);
  EXPECT_EQ(summary().error, "image of environment env: no space left");
}

TEST_F(CommitStatus, OnlyWhatAWishMeansIsWanted) {
  prepare(1, 4);
  const auto wanted_by = [&](TestFilter filter) {
    const auto before = summary().runs_wanted;
    want(1, request(10, std::move(filter)));
    return summary().runs_wanted - before;
  };
  TestFilter labels;
  labels.labels = {{"ev"}};
  TestFilter one;
  one.tests = {{named(3).id()}};
  TestFilter none;
  none.tests.emplace();
  TestFilter pattern;
  pattern.regex = "test_[12]$";
  TestFilter broken;
  broken.regex = "(";
  EXPECT_EQ(wanted_by({}), 40);
  EXPECT_EQ(wanted_by(labels), 20);
  EXPECT_EQ(wanted_by(one), 10);
  EXPECT_EQ(wanted_by(none), 0);
  EXPECT_EQ(wanted_by(pattern), 20);
  EXPECT_EQ(wanted_by(broken), 0);
}

TEST_F(CommitStatus, AWishThatCameBeforeTheListIsCountedWhenItComes) {
  TestFilter odd;
  odd.labels = {{"odd"}};
  want(1, request(10, odd));
  EXPECT_EQ(summary().runs_wanted, 0);
  prepare(1, 5);
  EXPECT_EQ(summary().runs_wanted, 20 + 5);
}

}  // namespace
}  // namespace testlooper::store
