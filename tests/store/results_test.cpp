// What attempts leave: logs of single runs, and files.
#include "store/connection.hpp"
#include "store_world.hpp"

namespace testlooper::store {
namespace {

class Results : public StoreWorld {
 protected:
  Results() {
    add_line(1);
    prepare(1, 3);
    desired_ = store_->commit_state(id(1)).desired[0].id;
  }
  AttemptKey finish_run(const std::vector<TestResult>& results, AttemptEnd end) {
    const auto attempt = start_runs(1, desired_, tests(1));
    if (end.log.path.empty()) end.log = {attempt_log_path(attempt), 1000, 0};
    finish(attempt, {change::RunsRecorded{attempt, {results, clock_.now}}}, end);
    return attempt;
  }
  RunId newest_run(int number) {
    for (const auto& each : views_.commit("demo", sha(1))->tests) {
      if (each.name == named(number).name) return each.last_run.value();
    }
    return {};
  }
  std::int64_t number(Sql sql) { return Connection(file(), Access::read).number(sql); }

  DesiredId desired_;
};

TestResult with_log(const TestName& test, RunLog log) {
  auto result = result_of(test, Outcome::passed);
  result.log = log;
  return result;
}

TEST_F(Results, ARunsLogIsItsOwnPartOrTheWhole) {
  const auto attempt = finish_run(
      {with_log(named(0), {RunLogKind::markers, 10, 30}),
       with_log(named(1), {RunLogKind::report, 0, 5}), result_of(named(2), Outcome::failed)},
      {});
  const auto marked = views_.run_log(newest_run(0));
  EXPECT_EQ(marked->path, attempt_log_path(attempt));
  EXPECT_EQ(marked->part, (RunLog{RunLogKind::markers, 10, 30}));
  const auto reported = views_.run_log(newest_run(1));
  EXPECT_EQ(reported->path, attempt_run_logs_path(attempt));
  EXPECT_EQ(reported->part, (RunLog{RunLogKind::report, 0, 5}));
  const auto whole = views_.run_log(newest_run(2));
  EXPECT_EQ(whole->path, attempt_log_path(attempt));
  EXPECT_EQ(whole->part, std::nullopt);

  EXPECT_EQ(views_.run(newest_run(0))->log.kind, "markers");
  EXPECT_EQ(views_.run(newest_run(0))->log.bytes, 20u);
  EXPECT_EQ(views_.run(newest_run(1))->log.kind, "report");
  EXPECT_EQ(views_.run(newest_run(2))->log.kind, "whole");
  EXPECT_EQ(views_.run(newest_run(2))->log.bytes, 1000u);
  EXPECT_EQ(views_.run_log(RunId{1'000'000}).error().kind, ErrorKind::not_found);
}

TEST_F(Results, ArtifactsAreListedWithWhatWasNotKept) {
  AttemptEnd end;
  end.artifacts = {{{"a.txt", 3}, {"d/b.png", 40}},
                   {"the artifact 'l' was not kept: it is a link"}};
  const auto attempt = finish_run({result_of(named(0), Outcome::passed)}, end);
  const auto page = views_.artifacts(attempt);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->bytes, 43u);
  ASSERT_EQ(page->artifacts.size(), 2u);
  EXPECT_EQ(page->artifacts[0].path, "a.txt");
  EXPECT_EQ(page->artifacts[0].type, "text/plain; charset=utf-8");
  EXPECT_EQ(page->artifacts[1].bytes, 40u);
  EXPECT_EQ(page->warnings, end.artifacts.warnings);
  const auto task = views_.task(attempt.task);
  EXPECT_EQ(task->attempts[0].artifacts, 2);
  EXPECT_EQ(task->attempts[0].artifact_bytes, 43u);
  EXPECT_EQ(task->attempts[0].warnings, end.artifacts.warnings);
  EXPECT_EQ(views_.artifacts({attempt.task, 2}).error().kind, ErrorKind::not_found);
}

TEST_F(Results, WhatLiesOnTheDiskIsWrittenDown) {
  AttemptEnd failed;
  failed.outcome = Outcome::failed;
  failed.run_log_bytes = 50;
  failed.artifacts = {{{"a", 3}, {"b", 4}}, {}};
  finish_run({result_of(named(0), Outcome::failed)}, failed);
  finish_run({result_of(named(0), Outcome::passed)}, {});
  AttemptEnd interrupted;
  interrupted.outcome = Outcome::infra;
  interrupted.interrupted = true;
  finish(start_runs(1, desired_, tests(1)), {}, interrupted);
  EXPECT_EQ(
      number("SELECT count(*) FROM engine_holdings WHERE kind = 'failed_log' AND bytes = 1050"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM engine_holdings WHERE kind = 'log'"), 2);
  EXPECT_EQ(number("SELECT count(*) FROM engine_holdings WHERE kind = 'artifacts' AND bytes = 7"),
            1);
}

}  // namespace
}  // namespace testlooper::store
