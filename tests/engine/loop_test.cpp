#include "engine/loop_fixture.hpp"

namespace testlooper::engine {
namespace {

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
  const auto first = started.at(0).attempt;
  boot();
  settle();
  ASSERT_EQ(started.size(), 1u);
  EXPECT_EQ(started[0].attempt.number, 2);
  EXPECT_EQ(logs_looked_for, std::vector{first}) << "what it had written can still be read";
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
  ASSERT_EQ(cancelled.size(), 1u) << "its config is being read";
  EXPECT_EQ(cancelled[0], started[0].attempt);
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
