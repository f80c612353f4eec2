// Several executions that are one attempt.
#include "executor/series.hpp"

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

namespace testlooper::executor {
namespace {

constexpr Milliseconds kSoon{1};

Series series_of(int runs) {
  Assignment assignment;
  assignment.kind = TaskKind::run_tests;
  assignment.tests = {{"a.py", "t"}};
  assignment.repeats = runs;
  assignment.series = runs > 1;
  ContainerJob job;
  job.place = Place::sandbox;
  job.place_reason = "the request wants sandboxes";
  return {std::move(assignment), std::move(job)};
}

Interpreted ended(Outcome outcome, std::uint64_t log_bytes, std::int64_t at = 100) {
  Interpreted one;
  one.end.outcome = outcome;
  one.end.exit_code = outcome == Outcome::passed ? 0 : 1;
  one.end.duration = Milliseconds{3};
  one.end.log = {"logs/0/1-1.log", log_bytes, 0};
  one.end.place = Place::sandbox;
  one.end.place_reason = "the request wants sandboxes";
  TestResult result;
  result.test = {"a.py", "t"};
  result.outcome = outcome;
  one.product = TestsRun{{result}, WallTime{at}};
  return one;
}

Interpreted without_results(Outcome outcome, const std::string& cause) {
  Interpreted one;
  one.end.outcome = outcome;
  one.end.cause = cause;
  return one;
}

const std::vector<TestResult>& results_of(const Interpreted& total) {
  return std::get<TestsRun>(total.product).results;
}

TEST(Series, IsOneAttemptWithEachRunsTimeAndPartOfTheLog) {
  auto series = series_of(3);
  EXPECT_FALSE(series.next_job().continues_log);
  series.add(ended(Outcome::passed, 10, 100));
  ASSERT_TRUE(series.goes_on(kSoon));
  const auto job = series.next_job();
  EXPECT_TRUE(job.continues_log);
  EXPECT_TRUE(job.only_there) << "an attempt is in one kind of place";
  series.add(ended(Outcome::passed, 30, 200));
  ASSERT_TRUE(series.goes_on(kSoon));
  series.add(ended(Outcome::passed, 30, 300));
  EXPECT_FALSE(series.goes_on(kSoon)) << "all of it is done";
  const auto total = series.finish();
  ASSERT_EQ(results_of(total).size(), 3u);
  EXPECT_EQ(results_of(total)[1].started_at, WallTime{200});
  EXPECT_EQ(results_of(total)[1].log, (RunLog{RunLogKind::markers, 10, 30}));
  EXPECT_EQ(results_of(total)[2].log, std::nullopt) << "it wrote nothing";
  EXPECT_EQ(std::get<TestsRun>(total.product).started_at, WallTime{100});
  EXPECT_EQ(total.end.duration, Milliseconds{9});
  EXPECT_EQ(total.end.log.bytes, 30u);
}

TEST(Series, EndsWithTheFirstRunThatFailsWhichIsWhatTheAttemptTells) {
  auto series = series_of(9);
  series.add(ended(Outcome::passed, 10));
  series.add(ended(Outcome::failed, 20));
  EXPECT_FALSE(series.goes_on(kSoon));
  const auto total = series.finish();
  EXPECT_EQ(results_of(total).size(), 2u);
  EXPECT_EQ(total.end.outcome, Outcome::failed);
  EXPECT_EQ(total.end.exit_code, 1);
}

TEST(Series, EndsWhereARunLeftArtifactsOrItGetsLongOrLarge) {
  auto left = series_of(9);
  auto one = ended(Outcome::passed, 10);
  one.end.artifacts.files = {{"shot.png", 4}};
  left.add(std::move(one));
  EXPECT_FALSE(left.goes_on(kSoon)) << "whose they are would be lost";
  auto large = series_of(9);
  large.add(ended(Outcome::passed, limits::kSeriesBytes));
  EXPECT_FALSE(large.goes_on(kSoon));
  auto longer = series_of(9);
  longer.add(ended(Outcome::passed, 10));
  EXPECT_FALSE(longer.goes_on(Milliseconds{limits::kSeriesMostMs}));
}

TEST(Series, IsNoneInContainersWhileTheFirstRunsAreMade) {
  auto early = series_of(9);
  auto one = ended(Outcome::passed, 10);
  one.end.place = Place::container;
  early.add(std::move(one));
  EXPECT_FALSE(early.goes_on(kSoon));
}

TEST(Series, WhatWasMeasuredStaysWhereTheMachineFailsOrSomebodyStopsIt) {
  auto failed = series_of(9);
  failed.add(ended(Outcome::passed, 10));
  failed.add(without_results(Outcome::infra, "docker is away"));
  EXPECT_FALSE(failed.goes_on(kSoon));
  auto total = failed.finish();
  EXPECT_EQ(total.end.outcome, Outcome::passed) << "no attempt is to be repeated";
  EXPECT_EQ(total.end.cause, "1 of 9 runs were made, then: docker is away");
  EXPECT_EQ(results_of(total).size(), 1u);

  auto stopped = series_of(9);
  stopped.add(ended(Outcome::passed, 10));
  stopped.add(without_results(Outcome::cancelled, "it was cancelled"));
  total = stopped.finish();
  EXPECT_EQ(total.end.outcome, Outcome::cancelled);
  EXPECT_EQ(results_of(total).size(), 1u);

  auto between = series_of(9);
  between.add(ended(Outcome::passed, 10));
  between.stop();
  total = between.finish();
  EXPECT_EQ(total.end.outcome, Outcome::cancelled);
  EXPECT_EQ(total.end.cause, "1 of 9 runs were made, then: it was cancelled");
}

TEST(Series, AnAttemptThatFailsAtOnceIsAsEver) {
  auto series = series_of(9);
  series.add(without_results(Outcome::infra, "docker is away"));
  EXPECT_FALSE(series.goes_on(kSoon));
  EXPECT_EQ(series.finish().end.outcome, Outcome::infra);
  auto single = series_of(1);
  single.add(ended(Outcome::passed, 10));
  EXPECT_FALSE(single.goes_on(kSoon));
  const auto total = single.finish();
  EXPECT_EQ(results_of(total)[0].started_at, std::nullopt);
  EXPECT_EQ(results_of(total)[0].log, std::nullopt) << "the attempt's is its own";
}

}  // namespace
}  // namespace testlooper::executor
