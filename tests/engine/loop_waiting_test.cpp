// A task that waits says why, and when it will about start.
#include "engine/loop_fixture.hpp"

namespace testlooper::engine {
namespace {

class WaitingTest : public LoopTest {
 protected:
  WaitingTasks ask(std::vector<TaskId> tasks = {}) {
    WaitingTasks answer;
    loop->handle(WaitingAsked{{std::move(tasks)},
                              [&](Result<WaitingTasks> reply) { answer = std::move(*reply); }},
                 now());
    EXPECT_TRUE(answer.empty()) << "not before what can start is started";
    settle();
    return answer;
  }
  WaitReason only_reason() {
    const auto waiting = ask();
    EXPECT_EQ(waiting.size(), 1u);
    return waiting.at(0).waits_for.reason;
  }
  void drain(bool on) {
    loop->handle(OrderGiven{orders::Drain{on, "ann"}, [](Result<orders::Done>) {}}, now());
    settle();
  }
};

TEST_F(WaitingTest, NothingIsSaidOfWhatDoesNotWait) {
  boot();
  ready();
  EXPECT_TRUE(ask().empty());
  push("a");
  EXPECT_TRUE(ask().empty()) << "its config is being read";
}

TEST_F(WaitingTest, DockerIsNotThere) {
  boot();
  push("a");
  end(Outcome::passed, good_config());
  EXPECT_EQ(ask().at(0).waits_for.text, "waits for docker: it is being looked for");
  loop->handle(
      ExecutorChanged{{.ready = false, .reason = "it is full", .version = {}, .low_disk = true}},
      now());
  EXPECT_EQ(only_reason(), WaitReason::low_disk);
  ready();
  EXPECT_TRUE(ask().empty()) << "it was started";
}

TEST_F(WaitingTest, TheEngineIsDrained) {
  boot();
  ready();
  drain(true);
  push("a");
  EXPECT_EQ(only_reason(), WaitReason::drained);
  drain(false);
  EXPECT_TRUE(ask().empty());
}

TEST_F(WaitingTest, AfterAFailureOfTheMachineTheTimeOfTheNextAttemptIsKnown) {
  boot();
  ready();
  push("a");
  end(Outcome::infra);
  const auto waiting = ask();
  ASSERT_EQ(waiting.size(), 1u);
  EXPECT_EQ(waiting[0].waits_for.reason, WaitReason::pause);
  EXPECT_TRUE(waiting[0].waits_for.text.ends_with(": why")) << waiting[0].waits_for.text;
  EXPECT_EQ(waiting[0].starts_at, now().wall + Seconds{limits::kInfraBackoffSeconds});
  EXPECT_EQ(ask({waiting[0].task}), waiting);
  elapsed += Seconds{limits::kInfraBackoffSeconds};
  EXPECT_TRUE(ask().empty()) << "it is due, so it was started first";
}

TEST_F(WaitingTest, ASecondReaderWaitsForTheFirstOnes) {
  boot();
  ready();
  drain(true);
  for (const auto* sha : {"a", "b", "c"}) push(sha);
  drain(false);
  const auto waiting = ask();
  ASSERT_EQ(waiting.size(), 1u) << "two configs are read at once";
  EXPECT_EQ(waiting[0].waits_for.reason, WaitReason::slot);
  EXPECT_EQ(waiting[0].starts_at, std::nullopt) << "how long that takes was never measured";
}

TEST_F(WaitingTest, WhatAStepTookTellsHowLongTheNextOneTakes) {
  boot();
  ready();
  push("a");
  elapsed += Seconds{7};
  end(Outcome::passed, good_config());
  drain(true);
  for (const auto* sha : {"b", "c", "d"}) push(sha);
  drain(false);
  const auto waiting = ask();
  ASSERT_FALSE(waiting.empty());
  EXPECT_EQ(waiting[0].starts_at, now().wall + Seconds{7});
}

}  // namespace
}  // namespace testlooper::engine
