// Runs under a condition: stored, shown, and never counted for the commit.
#include "codec/condition_text.hpp"
#include "store_world.hpp"

namespace testlooper::store {
namespace {

using Words = std::vector<std::string>;

class Conditions : public StoreWorld {
 protected:
  Conditions() {
    add_line(1);
    prepare(1, 3);
    plain_ = store_->commit_state(id(1)).desired[0].id;
    run(1, plain_, {result_of(named(0), Outcome::passed)});
  }
  DesiredId want_under(const Words& words, std::int64_t runs = 2) {
    auto wish = request(runs);
    wish.filter.tests = {{named(0).id()}};
    wish.condition = codec::parse_condition(words).value();
    return want(1, wish);
  }
  pages::RunSummary run_under(DesiredId wish, Outcome outcome) {
    run(1, wish, {result_of(named(0), outcome)});
    const auto runs = views_.task(TaskId{store_->task(last_task())->id})->runs;
    return views_.run(runs.at(0).id)->run;
  }
  TaskId last_task() {
    std::int64_t last = 0;
    for (const auto& task : views_.commit("demo", sha(1))->tasks)
      last = std::max(last, task.id.value);
    return {last};
  }
  pages::TestSummary shown() {
    for (const auto& each : views_.commit("demo", sha(1))->tests) {
      if (each.name == named(0).name) return each;
    }
    return {};
  }

  DesiredId plain_;
};

TEST_F(Conditions, AreAWishesAndItsRuns) {
  const auto wish = want_under({"cpus=.5", "TZ=Asia/Tokyo"});
  const auto run = run_under(wish, Outcome::failed);
  const Words words{"cpus=0.5", "TZ=Asia/Tokyo"};
  EXPECT_EQ(views_.request(wish)->desired.condition, words);
  EXPECT_EQ(views_.request(wish)->counts.failed, 1);
  EXPECT_EQ(views_.request(wish)->desired.done, 1);
  const auto page = views_.run(run.id);
  EXPECT_EQ(page->condition, words);
  EXPECT_EQ(page->siblings.size(), 1u) << "those under the same condition";
  EXPECT_EQ(page->counts.failed, 1);
  EXPECT_EQ(page->counts.passed, 0);
  reopen();
  const auto state = store_->commit_state(id(1));
  EXPECT_EQ(state.desired.back().wish.condition.cpus, .5);
  EXPECT_TRUE(state.desired.front().wish.condition.plain());
}

TEST_F(Conditions, NoRunUnderOneCountsForTheTestOrTheCommit) {
  const auto before = views_.commit("demo", sha(1))->commit;
  const auto wish = want_under({"order=reverse"});
  run_under(wish, Outcome::failed);
  run_under(wish, Outcome::crashed);
  const auto test = shown();
  EXPECT_EQ(test.counts.failed + test.counts.crashed, 0);
  EXPECT_EQ(test.verdict, "passed");
  const auto after = views_.commit("demo", sha(1))->commit;
  EXPECT_EQ(after.failing, 0);
  EXPECT_EQ(after.flaky, 0);
  EXPECT_EQ(after.runs_done, before.runs_done);
  EXPECT_EQ(after.runs_wanted, before.runs_wanted);
  const auto state = store_->commit_state(id(1));
  EXPECT_FALSE(state.suites[0].tests[0].traits.failed);
  EXPECT_FALSE(state.suites[0].tests[0].traits.flaky);
  EXPECT_EQ(state.suites[0].tests[0].runs.failures, 0);
}

TEST_F(Conditions, TheHistoryOfATestAndTheSiblingsOfARunAreOrdinaryRuns) {
  run_under(want_under({"network=none"}), Outcome::failed);
  TestQuery query;
  query.repo = "demo";
  query.test = named(0).id();
  const auto page = views_.test(query);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->runs.size(), 1u);
  EXPECT_EQ(views_.run(page->runs[0].id)->siblings.size(), 1u);
}

TEST_F(Conditions, AWishUnderOneIsNothingThatTheCommitLacks) {
  for (int i = 1; i < 3; ++i) run(1, plain_, {result_of(named(i), Outcome::passed)});
  want_under({"cpus=.5"});
  EXPECT_EQ(views_.commit("demo", sha(1))->commit.status, pages::Status::passed);
}

TEST_F(Conditions, AConditionThatCanNotBeHadIsTheAnswerOfItsRequest) {
  const auto wish = want_under({"clock=+1d"}, 1);
  const auto attempt = start_runs(1, wish, {test(1, named(0))});
  AttemptEnd end;
  end.outcome = Outcome::error;
  end.cause = "this condition can't be had: clock: the image has no libfaketime";
  finish(attempt, {change::RunsGivenUp{attempt.task}}, end);
  const auto page = views_.request(wish);
  EXPECT_TRUE(page->finished);
  EXPECT_EQ(page->error, end.cause);
  EXPECT_EQ(page->counts.error, 0);
  EXPECT_NE(views_.commit("demo", sha(1))->commit.status, pages::Status::error);
}

TEST_F(Conditions, AnAssignmentHasTheCompanionsAndTheirOrder) {
  const auto wish = want_under({"order=reverse"});
  const auto attempt = start_runs(1, wish, {test(1, named(0))});
  const auto assignment = store_->assignment(*store_->task(attempt.task));
  EXPECT_EQ(assignment.tests, (std::vector{named(2), named(1), named(0)}));
  EXPECT_EQ(assignment.companions, (std::vector{named(2), named(1)}));
  EXPECT_FALSE(assignment.all_tests);
  EXPECT_EQ(assignment.condition.order.kind, OrderKind::reverse);
}

TEST_F(Conditions, InTheOriginalOrderTheSuitesCommandIsNamedNoTest) {
  const auto attempt = start_runs(1, want_under({"order=original"}), {test(1, named(0))});
  const auto assignment = store_->assignment(*store_->task(attempt.task));
  EXPECT_TRUE(assignment.all_tests);
  EXPECT_EQ(assignment.tests.size(), 3u) << "to tell which result is whose";
  EXPECT_EQ(assignment.companions.size(), 2u);
}

TEST_F(Conditions, WhatARunUnderOneReportsBesideItsTestsIsNotKept) {
  const auto wish = want_under({"network=none"});
  const auto attempt = start_runs(1, wish, {test(1, named(0))});
  finish(attempt, {change::RunsRecorded{attempt,
                                        {{result_of(named(0), Outcome::passed),
                                          result_of({"x.py", "new"}, Outcome::failed)},
                                         clock_.now}}});
  EXPECT_EQ(views_.commit("demo", sha(1))->tests.size(), 3u);
}

}  // namespace
}  // namespace testlooper::store
