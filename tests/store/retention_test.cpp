// What retention takes away from the store, and what stays.
#include "store/connection.hpp"
#include "store_world.hpp"

namespace testlooper::store {
namespace {

class RetentionStore : public StoreWorld {
 protected:
  RetentionStore() {
    add_line(1);
    prepare(1, 1);
    desired_ = store_->commit_state(id(1)).desired[0].id;
  }
  // A finished attempt with a log and a file.
  AttemptKey leave(Outcome outcome, std::uint64_t bytes = 100) {
    auto result = result_of(named(0), outcome);
    result.log = RunLog{RunLogKind::markers, 0, 10};
    const auto attempt = start_runs(1, desired_, tests(1));
    AttemptEnd end;
    end.outcome = outcome;
    end.log = {attempt_log_path(attempt), bytes, 0};
    end.artifacts.files = {{"a", 7}};
    finish(attempt, {change::RunsRecorded{attempt, {{result}, clock_.now}}}, end);
    clock_.now = clock_.now + Seconds{1};
    return attempt;
  }
  Shelf shelf(KeptKind kind, int limit = 10) {
    for (auto& each : views_.holdings(limit)->shelves) {
      if (each.repo == "demo" && each.kind == kind) return each;
    }
    return {};
  }
  std::int64_t number(Sql sql) { return Connection(file(), Access::read).number(sql); }
  RunId newest_run() { return views_.commit("demo", sha(1))->tests.at(0).last_run.value(); }

  DesiredId desired_;
};

TEST_F(RetentionStore, ShelvesAreSortedByAgeAndSummedWhole) {
  const auto first = leave(Outcome::passed);
  leave(Outcome::passed, 50);
  leave(Outcome::failed);
  const auto logs = shelf(KeptKind::logs, 1);
  EXPECT_EQ(logs.count, 2);
  EXPECT_EQ(logs.bytes, 150u);
  ASSERT_EQ(logs.oldest.size(), 1u);
  EXPECT_EQ(logs.oldest[0].attempt, first);
  EXPECT_EQ(logs.oldest[0].bytes, 100u);
  EXPECT_EQ(shelf(KeptKind::failed_logs).count, 1);
  EXPECT_EQ(shelf(KeptKind::artifacts).bytes, 21u);
}

TEST_F(RetentionStore, FromTheIntentOnPagesSayThatItIsGone) {
  const auto attempt = leave(Outcome::failed);
  const auto log = shelf(KeptKind::failed_logs).oldest.at(0).id;
  const auto files = shelf(KeptKind::artifacts).oldest.at(0).id;
  commit({change::HoldingsGoing{{{log, "old"}, {files, "old"}}}});
  EXPECT_EQ(shelf(KeptKind::failed_logs).count, 0);
  EXPECT_EQ(views_.holdings(10)->going.size(), 2u);
  EXPECT_EQ(views_.attempt_log(attempt)->removed_at, clock_.now);
  EXPECT_EQ(views_.run_log(newest_run())->removed_at, clock_.now);
  EXPECT_EQ(views_.run(newest_run())->log.kind, "none");
  EXPECT_EQ(views_.artifacts(attempt)->removed_at, clock_.now);
  EXPECT_TRUE(views_.artifacts(attempt)->artifacts.empty());
  // The numbers stay, and so do the run and its roll-up.
  EXPECT_EQ(views_.task(attempt.task)->attempts[0].log_bytes, 100u);
  EXPECT_EQ(views_.commit("demo", sha(1))->tests[0].counts.failed, 1);
  EXPECT_EQ(number("SELECT count(*) FROM test_run_logs"), 0);

  reopen();
  EXPECT_EQ(views_.holdings(10)->going.size(), 2u) << "a crash forgets no intent";
  const auto later = clock_.now + Seconds{5};
  store_->commit({change::HoldingsGoing{{{log, "again"}}}}, later);
  EXPECT_NE(views_.attempt_log(attempt)->removed_at, later) << "decided twice, it is one intent";
  commit({change::HoldingsGone{{log, files}}});
  EXPECT_EQ(views_.holdings(10)->going.size(), 0u);
  EXPECT_EQ(number("SELECT count(*) FROM engine_holdings"), 0);
}

TEST_F(RetentionStore, WhatIsNotGoingCantBeGone) {
  leave(Outcome::passed);
  commit({change::HoldingsGone{{shelf(KeptKind::logs).oldest.at(0).id}}});
  EXPECT_EQ(shelf(KeptKind::logs).count, 1);
}

TEST_F(RetentionStore, ImagesOfHeadsAndOpenTasksAreNeeded) {
  const auto keys = [this] {
    std::set<std::string> all;
    for (const auto& each : views_.needed_images().value()) {
      EXPECT_EQ(each.git_dir, "/srv/demo.git");
      EXPECT_EQ(each.sha, sha(1));
      all.insert(each.image);
    }
    return all;
  };
  EXPECT_EQ(keys(), (std::set<std::string>{kConfigImage, kSuiteImage}));
  set_branches({});
  EXPECT_EQ(keys(), std::set<std::string>{});
  start_runs(1, desired_, tests(1));
  EXPECT_EQ(keys(), std::set<std::string>{kSuiteImage});
}

TEST_F(RetentionStore, AForgottenImageIsMadeAgainForThoseThatNeedIt) {
  want(1, request(3));
  EXPECT_EQ(store_->commit_state(id(1)).images.at(kSuiteImage).built, StepState::ok);
  const auto committed = commit({change::ImagesForgotten{{"testlooper/image:1", "unknown"}}});
  EXPECT_EQ(committed.touched, std::vector{id(1)});
  EXPECT_EQ(store_->commit_state(id(1)).images.at(kSuiteImage).built, StepState::missing);
  EXPECT_EQ(store_->commit_state(id(1)).images.at(kConfigImage).built, StepState::ok);
}

}  // namespace
}  // namespace testlooper::store
