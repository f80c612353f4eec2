#include "engine/loop.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "store/sqlite_store.hpp"

namespace testlooper::engine {
namespace {

class LoopTest : public ::testing::Test, public Executor, public Scanner, public LiveEvents {
 protected:
  void boot() {
    started.clear();
    loop = std::make_unique<Loop>(LoopOptions{}, *store, *this, *this, *this,
                                  [this](Event event) { queued.push_back(std::move(event)); });
    RepoSpec spec;
    spec.name = "demo";
    loop->start({{spec, "/git"}}, now());
  }

  Now now() const { return {{1'700'000'000'000 + elapsed.count()}, MonotonicTime{elapsed}}; }

  // Handles what the fakes have queued, until nothing is left.
  void settle() {
    loop->advance(now());
    while (!queued.empty()) {
      auto event = std::move(queued.front());
      queued.erase(queued.begin());
      loop->handle(std::move(event), now());
      loop->advance(now());
    }
  }

  void push(const std::string& sha, std::vector<std::string> parents = {}) {
    CommitInfo commit;
    commit.sha = sha;
    commit.parents = std::move(parents);
    repository.commits = {commit};
    repository.branches["main"] = sha;
    Push push;
    push.ref = "refs/heads/main";
    loop->handle(
        PushAnnounced{"demo", push,
                      [this](Result<Revision> reply) { replies.push_back(reply.has_value()); }},
        now());
    settle();
  }

  void ready() {
    loop->handle(ExecutorChanged{{.ready = true, .reason = {}, .version = {}}}, now());
    settle();
  }

  void end(Outcome outcome, Product product = {}) {
    AttemptResult result;
    result.attempt = started.back().attempt;
    result.end.outcome = outcome;
    result.end.cause = outcome == Outcome::passed ? "" : "why";
    result.product = std::move(product);
    loop->handle(AttemptEndedEvent{result}, now());
    settle();
  }

  static ConfigRead good_config() {
    ConfigRead read;
    read.config.name = "demo";
    read.config.image.name = "base";
    read.image = "named:base";
    return read;
  }

  std::size_t count(TaskState state) { return store->tasks_in(state, 100).size(); }

  void start(Assignment assignment) override { started.push_back(std::move(assignment)); }
  void cancel(AttemptKey attempt, std::string) override { killed.push_back(attempt); }
  void drop_volumes(std::vector<std::string>) override {}
  void scan(ScanRequest, std::function<void(Result<RefsObserved>)> done) override {
    ++scans;
    done(scan_error ? Result<RefsObserved>(unavailable("no answer")) : repository);
  }
  void published(const ChangeNotice& notice) override {
    if (notice.revision > 0) revisions.push_back(notice.revision);
  }
  void log_grew(AttemptKey, std::uint64_t, bool) override {}

  std::unique_ptr<Store> store = store::SqliteStore::in_memory();
  std::unique_ptr<Loop> loop;
  RefsObserved repository;
  bool scan_error = false;
  int scans = 0;
  Milliseconds elapsed{0};
  std::vector<Event> queued;
  std::vector<Assignment> started;
  std::vector<AttemptKey> killed;
  std::vector<bool> replies;
  std::vector<Revision> revisions;
};

TEST_F(LoopTest, APushIsAcknowledgedStoredAndItsConfigRead) {
  boot();
  settle();
  push("a");
  EXPECT_EQ(replies, std::vector{true});
  ASSERT_EQ(started.size(), 1u);
  EXPECT_EQ(started[0].kind, TaskKind::read_config);
  EXPECT_EQ(started[0].sha, "a");
}

TEST_F(LoopTest, AnUnknownRepositoryIsRefused) {
  boot();
  std::string why;
  loop->handle(
      PushAnnounced{"other", {}, [&](Result<Revision> reply) { why = reply.error().text(); }},
      now());
  EXPECT_EQ(why, "there is no repository 'other'");
}

TEST_F(LoopTest, NothingNeedsDockerUntilDockerIsReady) {
  boot();
  settle();
  push("a");
  end(Outcome::passed, good_config());
  ASSERT_EQ(started.size(), 1u) << "the image waits for docker";
  EXPECT_EQ(count(TaskState::ready), 1u);
  ready();
  ASSERT_EQ(started.size(), 2u);
  EXPECT_EQ(started[1].kind, TaskKind::build_image);
}

TEST_F(LoopTest, TheMachinesFailureWaitsForItsPauseAndNoLonger) {
  boot();
  settle();
  push("a");
  end(Outcome::infra);
  EXPECT_EQ(count(TaskState::waiting), 1u);
  elapsed += Milliseconds{1999};
  settle();
  EXPECT_EQ(started.size(), 1u);
  elapsed += Milliseconds{1};
  EXPECT_LE(loop->next_deadline().value(), now().monotonic);
  settle();
  EXPECT_EQ(started.size(), 2u);
  EXPECT_EQ(started[1].attempt.number, 2);
}

TEST_F(LoopTest, ARestartStartsAgainWhatItInterrupted) {
  boot();
  settle();
  push("a");
  EXPECT_EQ(count(TaskState::starting), 1u);
  boot();
  settle();
  ASSERT_EQ(started.size(), 1u);
  EXPECT_EQ(started[0].attempt.number, 2);
}

TEST_F(LoopTest, AResultToldTwiceCountsOnce) {
  boot();
  settle();
  push("a");
  end(Outcome::passed, good_config());
  const auto before = revisions.size();
  end(Outcome::passed, good_config());
  EXPECT_EQ(revisions.size(), before);
}

TEST_F(LoopTest, RefsAreLookedAtAgainEachPeriodAndSilenceChangesNothing) {
  boot();
  settle();
  const auto before = revisions.size();
  const auto scans_before = scans;
  elapsed += Seconds{limits::kScanPeriodSeconds};
  settle();
  EXPECT_EQ(scans, scans_before + 1);
  EXPECT_EQ(revisions.size(), before);
}

TEST_F(LoopTest, AnUnreadableRepositoryIsAStoredErrorAndHealsByItself) {
  scan_error = true;
  boot();
  settle();
  scan_error = false;
  push("a");
  EXPECT_EQ(started.size(), 1u);
}

TEST_F(LoopTest, RequestsAreCheckedBeforeTheyAreStored) {
  boot();
  settle();
  push("a");
  std::vector<std::string> errors;
  const auto ask = [&](std::string sha, std::int64_t runs, std::optional<std::string> regex) {
    DesiredTesting wish;
    wish.counts.runs = runs;
    wish.filter.regex = std::move(regex);
    loop->handle(RunsRequested{"demo", std::move(sha), wish,
                               [&](Result<DesiredId> reply) {
                                 errors.push_back(reply ? "" : reply.error().text());
                               }},
                 now());
  };
  ask("b", 1, {});
  ask("a", 0, {});
  ask("a", limits::kRunsPerRequest + 1, {});
  ask("a", 1, "(");
  ask("a", 1, {});
  ASSERT_EQ(errors.size(), 5u);
  EXPECT_EQ(std::ranges::count(errors, std::string{}), 1);
  EXPECT_TRUE(errors.back().empty());
}

TEST_F(LoopTest, RevisionsRise) {
  boot();
  settle();
  push("a");
  push("b", {"a"});
  EXPECT_TRUE(std::ranges::is_sorted(revisions, std::ranges::less_equal{}));
}

class CancelTest : public LoopTest {
 protected:
  // What the loop replies: "", or why not.
  std::string ask_cancel(CancelOrder order) {
    std::string why;
    loop->handle(CancelAsked{std::move(order), "ann",
                             [&](Result<Revision> reply) {
                               if (!reply) why = reply.error().text();
                             }},
                 now());
    settle();
    return why;
  }
};

TEST_F(CancelTest, ACancelledCommitIsLeftAloneUntilSomebodyWantsItAgain) {
  boot();
  settle();
  push("a");
  EXPECT_EQ(ask_cancel(CancelCommit{"demo", "a"}), "");
  ASSERT_EQ(killed.size(), 1u) << "its config is being read";
  EXPECT_EQ(killed[0], started[0].attempt);
  end(Outcome::cancelled);
  EXPECT_EQ(count(TaskState::ready) + count(TaskState::starting), 0u);
  EXPECT_EQ(started.size(), 1u);
  loop->handle(RetryRequested{"demo", "a", [](const Result<Revision>&) {}}, now());
  settle();
  EXPECT_EQ(started.size(), 2u);
}

TEST_F(CancelTest, APowerCutAmidACancelDoesNotRepeatTheTask) {
  boot();
  settle();
  push("a");
  EXPECT_EQ(ask_cancel(CancelCommit{"demo", "a"}), "");
  boot();
  settle();
  EXPECT_TRUE(started.empty());
  EXPECT_EQ(store->task({1})->outcome, Outcome::cancelled);
}

TEST_F(CancelTest, ATaskCancelledAloneIsAStoredError) {
  boot();
  settle();
  push("a");
  EXPECT_EQ(ask_cancel(CancelTask{started[0].attempt.task}), "");
  end(Outcome::cancelled);
  EXPECT_EQ(started.size(), 1u) << "it does not come back by itself";
  EXPECT_EQ(ask_cancel(CancelTask{started[0].attempt.task}), "the task is finished");
}

TEST_F(CancelTest, ABranchAndARequestCanBeCancelled) {
  boot();
  settle();
  push("a");
  end(Outcome::passed, good_config());
  EXPECT_EQ(count(TaskState::ready), 1u) << "its image waits for docker";
  EXPECT_EQ(ask_cancel(CancelBranch{"demo", "main"}), "");
  EXPECT_EQ(count(TaskState::ready), 0u);
  DesiredId request;
  loop->handle(RunsRequested{"demo",
                             "a",
                             {.source = DesiredSource::request,
                              .filter = {},
                              .counts = {},
                              .requested_by = {},
                              .rule = {}},
                             [&](Result<DesiredId> reply) { request = reply.value(); }},
               now());
  settle();
  EXPECT_EQ(count(TaskState::ready), 1u);
  EXPECT_EQ(ask_cancel(CancelRequest{request}), "");
  EXPECT_EQ(count(TaskState::ready), 0u);
  ready();
  EXPECT_EQ(started.size(), 1u);
}

TEST_F(CancelTest, WhatOthersNeedGoesOn) {
  boot();
  settle();
  push("a");
  end(Outcome::passed, good_config());
  push("b", {"a"});
  end(Outcome::passed, good_config());
  EXPECT_EQ(count(TaskState::ready), 1u) << "one image for both";
  EXPECT_EQ(ask_cancel(CancelCommit{"demo", "a"}), "");
  EXPECT_EQ(count(TaskState::ready), 1u);
  EXPECT_EQ(ask_cancel(CancelCommit{"demo", "b"}), "");
  EXPECT_LE(count(TaskState::ready), 1u);
}

TEST_F(CancelTest, WhatIsNotThereIsNamed) {
  boot();
  settle();
  EXPECT_EQ(ask_cancel(CancelTask{{99}}), "there is no task 99");
  EXPECT_EQ(ask_cancel(CancelRequest{{99}}), "there is no request 99");
  EXPECT_EQ(ask_cancel(CancelBranch{"demo", "x"}), "'demo' has no branch 'x'");
  EXPECT_EQ(ask_cancel(CancelCommit{"other", "x"}), "there is no repository 'other'");
}

}  // namespace
}  // namespace testlooper::engine
