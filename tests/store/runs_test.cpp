// Runs, and all that is counted from them.
#include <algorithm>
#include <map>
#include <numeric>

#include "store_world.hpp"

namespace testlooper::store {
namespace {

class Runs : public StoreWorld {
 protected:
  Runs() {
    add_line(1);
    prepare(1, 3);
    desired_ = store_->commit_state(id(1)).desired[0].id;
  }
  Tally tally(int test_number, DesiredId desired) {
    for (const auto& each : store_->commit_state(id(1)).desired) {
      if (each.id != desired) continue;
      const auto found = each.tallies.find(test(1, named(test_number)));
      return found == each.tallies.end() ? Tally{} : found->second;
    }
    return {};
  }
  Tally tally(int test_number) { return tally(test_number, desired_); }
  pages::TestSummary shown(const TestName& name) {
    const auto page = views_.commit("demo", sha(1));
    for (const auto& each : page->tests) {
      if (each.path == name.path && each.name == name.name) return each;
    }
    ADD_FAILURE() << "no test " << name.id();
    return {};
  }

  DesiredId desired_;
};

TEST_F(Runs, AMeasuredResultCountsForTheWishTheTaskServes) {
  const auto other = want(1, request(5));
  run(1, desired_, {result_of(named(0), Outcome::passed), result_of(named(1), Outcome::failed)});
  EXPECT_EQ(tally(0).done, 1);
  EXPECT_EQ(tally(1).done, 1);
  EXPECT_EQ(tally(2).done, 0);
  EXPECT_EQ(tally(0, other).done, 0);
}

TEST_F(Runs, AWishTellsOfTheRunsOfAllItsTasksButThoseThatWereCleared) {
  run(1, desired_, {result_of(named(0), Outcome::passed), result_of(named(1), Outcome::failed)});
  run(1, desired_, {result_of(named(0), Outcome::failed)});
  const auto all = views_.request(desired_).value();
  EXPECT_EQ(all.counts.passed, 1);
  EXPECT_EQ(all.counts.failed, 2);
  EXPECT_EQ(all.failures.size(), 2u);
  commit({change::ResultsCleared{id(1), {test(1, named(0))}}});
  const auto left = views_.request(desired_).value();
  EXPECT_EQ(left.counts.passed, 0);
  EXPECT_EQ(left.counts.failed, 1);
  ASSERT_EQ(left.failures.size(), 1u);
  EXPECT_EQ(left.failures[0].name, named(1).name);
}

TEST_F(Runs, ATestThatIsReportedTwiceCountsOnceForTheWishAndHasTwoRuns) {
  const auto attempt = start_runs(1, desired_, {test(1, named(0))});
  finish(attempt, {change::RunsRecorded{
                      attempt,
                      {{result_of(named(0), Outcome::passed), result_of(named(0), Outcome::failed)},
                       clock_.now}}});
  EXPECT_EQ(tally(0).done, 1);
  EXPECT_EQ(shown(named(0)).counts.passed, 1);
  EXPECT_EQ(shown(named(0)).counts.failed, 1);
}

TEST_F(Runs, ATaskThatRepeatsATestIsAsManyRunsAsWereReported) {
  NewTask task;
  task.key = "repeat";
  task.kind = TaskKind::run_tests;
  task.repo = repo_;
  task.commit = id(1);
  task.suite = suite(1).id;
  task.desired = desired_;
  task.tests = {test(1, named(0))};
  task.repeats = 3;
  const auto attempt = start(task);
  EXPECT_EQ(tally(0).in_flight, 3);
  EXPECT_EQ(store_->assignment(*store_->task(attempt.task)).repeats, 3);
  finish(attempt, {change::RunsRecorded{
                      attempt,
                      {{result_of(named(0), Outcome::passed), result_of(named(0), Outcome::failed)},
                       clock_.now}}});
  EXPECT_EQ(tally(0).done, 2);
  EXPECT_EQ(tally(0).in_flight, 0);
  EXPECT_EQ(shown(named(0)).counts.failed, 1);
}

TEST_F(Runs, ASeriesThatWasStoppedGivesUpOnlyWhatItDidNotRun) {
  NewTask task;
  task.key = "series";
  task.kind = TaskKind::run_tests;
  task.repo = repo_;
  task.commit = id(1);
  task.suite = suite(1).id;
  task.desired = desired_;
  task.tests = {test(1, named(0))};
  task.repeats = 5;
  task.series = true;
  const auto attempt = start(task);
  EXPECT_TRUE(store_->task(attempt.task)->spec.series);
  EXPECT_TRUE(store_->assignment(*store_->task(attempt.task)).series);
  auto late = result_of(named(0), Outcome::passed);
  late.started_at = WallTime{clock_.now.ms + 7};
  finish(attempt,
         {change::RunsRecorded{attempt, {{result_of(named(0), Outcome::passed), late}, clock_.now}},
          change::RunsGivenUp{attempt.task, 2}});
  EXPECT_EQ(tally(0).done, 2);
  EXPECT_EQ(tally(0).given_up, 3);
  EXPECT_EQ(tally(0).in_flight, 0);
}

TEST_F(Runs, InfraIsRecordedAndCountsForNothing) {
  run(1, desired_, {result_of(named(0), Outcome::infra)});
  EXPECT_EQ(tally(0).done, 0);
  EXPECT_EQ(tally(0).given_up, 0);
  EXPECT_EQ(shown(named(0)).counts.infra, 1);
  EXPECT_EQ(shown(named(0)).verdict, "none");
}

TEST_F(Runs, ATestThatTheReportLeftOutIsGivenUp) {
  const auto attempt = start_runs(1, desired_, tests(1));
  finish(attempt,
         {change::RunsRecorded{attempt, {{result_of(named(0), Outcome::passed)}, clock_.now}}});
  EXPECT_EQ(tally(0).done, 1);
  EXPECT_EQ(tally(1).given_up, 1);
}

TEST_F(Runs, GivingUpATaskGivesUpEachOfItsTests) {
  const auto attempt = start_runs(1, desired_, tests(1));
  AttemptEnd end;
  end.outcome = Outcome::infra;
  const auto committed = finish(attempt, {change::RunsGivenUp{attempt.task}}, end);
  EXPECT_EQ(committed.touched, std::vector{id(1)});
  EXPECT_EQ(tally(2).given_up, 1);
  EXPECT_EQ(tally(2).done, 0);
}

TEST_F(Runs, ATestThatNobodyListedJoinsTheEndOfTheListWithoutATally) {
  const TestName surprise{"tests/new.py", "test_surprise"};
  const auto attempt = start_runs(1, desired_, {test(1, named(0))});
  finish(attempt, {change::RunsRecorded{
                      attempt,
                      {{result_of(surprise, Outcome::passed), result_of(named(0), Outcome::passed)},
                       clock_.now}}});
  const auto listed = suite(1).tests;
  ASSERT_EQ(listed.size(), 4u);
  EXPECT_EQ(listed[3].test, surprise);
  EXPECT_EQ(shown(surprise).counts.passed, 1);
  EXPECT_FALSE(store_->commit_state(id(1)).desired[0].tallies.contains(listed[3].id));
}

TEST_F(Runs, VerdictsTellMixedFromOneSided) {
  using enum Outcome;
  const auto after = [&](std::vector<Outcome> outcomes) {
    for (const auto outcome : outcomes) run(1, desired_, {result_of(named(0), outcome)});
    return shown(named(0)).verdict;
  };
  EXPECT_EQ(after({}), "none");
  EXPECT_EQ(after({skipped}), "skipped");
  EXPECT_EQ(after({xfailed}), "passed");
  EXPECT_EQ(after({crashed}), "flaky");
  for (const auto outcome : {timed_out, error, infra, skipped}) {
    run(1, desired_, {result_of(named(1), outcome)});
  }
  EXPECT_EQ(shown(named(1)).verdict, "failed");
}

TEST_F(Runs, ALineSaysWhichRunWasLastAndWhichFailedLast) {
  run(1, desired_, {result_of(named(0), Outcome::failed)});
  const auto failure = shown(named(0)).last_run;
  run(1, desired_, {{named(0), Outcome::passed, Microseconds{3000}, "", {}}});
  const auto line = shown(named(0));
  EXPECT_EQ(line.last_failure, failure);
  EXPECT_GT(line.last_run->value, failure->value);
  EXPECT_EQ(line.mean_us, 2000);
}

TEST_F(Runs, ARunIsShownWholeWithItsSiblings) {
  TestResult result = result_of(named(0), Outcome::failed);
  result.stages = {{"setup", Outcome::passed, Microseconds{10}},
                   {"call", Outcome::failed, Microseconds{20}}};
  run(1, desired_, {result});
  run(1, desired_, {result_of(named(0), Outcome::passed)});
  const auto page = views_.run(*shown(named(0)).last_failure);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->repo, "demo");
  EXPECT_EQ(page->commit.sha, sha(1));
  EXPECT_EQ(page->suite, kSuite);
  EXPECT_EQ(page->name, named(0).name);
  EXPECT_EQ(page->run.outcome, "failed");
  EXPECT_EQ(page->message, result.message);
  ASSERT_EQ(page->stages.size(), 2u);
  EXPECT_EQ(page->stages[1].name, "call");
  EXPECT_EQ(page->stages[1].outcome, "failed");
  EXPECT_EQ(page->stages[1].duration_us, 20);
  EXPECT_EQ(page->attempt.number, page->run.attempt);
  ASSERT_EQ(page->siblings.size(), 2u);
  EXPECT_EQ(page->siblings[0].outcome, "passed") << "the newest first";
  EXPECT_EQ(page->counts.failed, 1);
  EXPECT_EQ(views_.run({999}).error().kind, ErrorKind::not_found);
}

TEST_F(Runs, ATaskShowsItsFailuresFirst) {
  using enum Outcome;
  run(1, desired_,
      {result_of(named(0), passed), result_of(named(1), timed_out), result_of(named(2), skipped)});
  const auto task = views_.run(*shown(named(1)).last_run)->run.task;
  const auto page = views_.task(task);
  ASSERT_TRUE(page);
  ASSERT_EQ(page->runs.size(), 3u);
  EXPECT_EQ(page->runs[0].outcome, "timed_out");
  EXPECT_EQ(page->runs[1].outcome, "passed");
  EXPECT_EQ(page->task.kind, "run_tests");
  EXPECT_EQ(page->task.suite, kSuite);
  EXPECT_EQ(page->task.tests, 3);
}

TEST_F(Runs, OnlyTodaysRunsAreTodays) {
  run(1, desired_, {result_of(named(0), Outcome::passed), result_of(named(1), Outcome::passed)});
  EXPECT_EQ(views_.repos()->repos[0].runs_today, 2);
  clock_.now = clock_.now + std::chrono::hours{24};
  EXPECT_EQ(views_.repos()->repos[0].runs_today, 0);
  run(1, desired_, {result_of(named(0), Outcome::passed)});
  EXPECT_EQ(views_.repos()->repos[0].runs_today, 1);
}

TEST_F(Runs, MonitoringCountsThemByOutcomeWhateverTheDay) {
  run(1, desired_, {result_of(named(0), Outcome::passed), result_of(named(1), Outcome::failed)});
  clock_.now = clock_.now + std::chrono::hours{24};
  run(1, desired_, {result_of(named(0), Outcome::passed), result_of(named(1), Outcome::infra)});
  const auto page = views_.monitoring();
  ASSERT_TRUE(page);
  ASSERT_EQ(page->repos.size(), 1u);
  std::map<std::string, std::int64_t> totals;
  for (const auto& each : page->repos[0].runs) totals[each.outcome] = each.runs;
  EXPECT_EQ(totals,
            (std::map<std::string, std::int64_t>{{"failed", 1}, {"infra", 1}, {"passed", 2}}));
  ASSERT_FALSE(page->repos[0].branches.empty());
  const auto& branch = page->repos[0].branches[0];
  const auto head = views_.branch_head(page->repos[0].name, branch.name);
  ASSERT_TRUE(head);
  ASSERT_TRUE(head->head);
  EXPECT_EQ(head->head->sha, branch.head->sha);
  EXPECT_EQ(views_.branch_head(page->repos[0].name, "gone").error().kind, ErrorKind::not_found);
  EXPECT_EQ(views_.branch_head("gone", branch.name).error().kind, ErrorKind::not_found);
}

TEST_F(Runs, MonitoringCountsAttemptsByHowLongTheyTook) {
  run(1, desired_, {result_of(named(0), Outcome::passed)});
  run(1, desired_, {result_of(named(0), Outcome::passed)});
  const auto page = views_.monitoring();
  ASSERT_TRUE(page);
  const auto found = std::ranges::find(page->durations, "run_tests", &pages::KindDurations::kind);
  ASSERT_NE(found, page->durations.end());
  EXPECT_EQ(std::accumulate(found->attempts.begin(), found->attempts.end(), std::int64_t{0}), 2);
  ASSERT_EQ(page->tasks.size(), 4u);
  EXPECT_EQ(page->tasks[0].state, "waiting");
}

}  // namespace
}  // namespace testlooper::store
