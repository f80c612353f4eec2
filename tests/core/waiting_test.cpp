#include "core/waiting.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

namespace testlooper::core {
namespace {

constexpr HostCapacity kHost{.resources = {4000, 8192}, .containers = 8, .readers = 2};
constexpr TaskId kTask{7};

// Docker is ready, two cores are free, nothing is ahead.
class WhyTest : public ::testing::Test {
 protected:
  WaitsFor why() const { return why_it_waits(now_, facts_); }
  WaitReason reason() const { return why().reason; }
  void needs(std::int64_t milli_cores) { facts_.need.needs.milli_cores = milli_cores; }

  Circumstances now_{.draining = false,
                     .executor = {.ready = true, .reason = {}, .version = {}},
                     .capacity = kHost,
                     .in_use = {2000, 1024},
                     .containers = 2,
                     .readers = 0,
                     .blocked = std::nullopt};
  WaitingFacts facts_{kTask, {true, {1000, 512}}, ForeseenStart{.task = kTask, .in = {}}, 0};
};

TEST_F(WhyTest, NothingIsInItsWay) {
  EXPECT_EQ(reason(), WaitReason::starting);
  facts_.need.container = false;
  EXPECT_EQ(reason(), WaitReason::starting);
}

TEST_F(WhyTest, AllSlotsAreInUse) {
  now_.containers = 8;
  EXPECT_EQ(reason(), WaitReason::slot);
  EXPECT_EQ(why().text, "waits for a free slot: 8 of 8 are in use");
  facts_.need.container = false;
  EXPECT_EQ(reason(), WaitReason::starting) << "a config is read without";
  now_.readers = 2;
  EXPECT_EQ(why().text, "waits for its turn to be read: configs are read 2 at a time");
}

TEST_F(WhyTest, WhatItNeedsIsNotFree) {
  needs(3000);
  EXPECT_EQ(reason(), WaitReason::room);
  EXPECT_EQ(why().text,
            "waits for room: it needs 3 cores and 0.5 GB, and 2 cores and 7 GB are free");
  facts_.start->ahead = 2;
  EXPECT_EQ(reason(), WaitReason::behind);
  now_.blocked = {kTask, false};
  EXPECT_EQ(reason(), WaitReason::room) << "it is next, and smaller ones go before it meanwhile";
}

TEST_F(WhyTest, RoomIsKeptForABiggerOne) {
  now_.blocked = {TaskId{3}, false};
  facts_.start->ahead = 1;
  EXPECT_EQ(reason(), WaitReason::behind);
  now_.blocked->kept = true;
  EXPECT_EQ(reason(), WaitReason::kept_room);
  EXPECT_EQ(why().task, TaskId{3});
  EXPECT_EQ(why().text,
            "waits because room is kept for task 3, which is bigger and has waited long");
  needs(3000);
  EXPECT_EQ(reason(), WaitReason::behind) << "it would not fit in any case";
}

TEST_F(WhyTest, OthersComeFirst) {
  facts_.start =
      ForeseenStart{.task = kTask, .in = {}, .ahead = 12, .more_urgent = 3, .own_flow = 5};
  EXPECT_EQ(reason(), WaitReason::behind);
  EXPECT_EQ(why().ahead, 12);
  EXPECT_EQ(why().text,
            "waits behind 12 tasks: 3 more urgent, 5 of its own branch or request, 4 whose turn "
            "comes first");
  facts_.start = ForeseenStart{.task = kTask, .in = {}, .ahead = 1, .own_flow = 1};
  EXPECT_EQ(why().text, "waits behind 1 task: 1 of its own branch or request");
  facts_.start.reset();
  facts_.at_least = 1000;
  EXPECT_EQ(why().text, "waits behind more than 1000 tasks");
  EXPECT_EQ(why().ahead, 1000);
}

TEST_F(WhyTest, NoContainerCanRun) {
  now_.executor = {.ready = false, .reason = "no answer at /run/docker.sock", .version = {}};
  EXPECT_EQ(reason(), WaitReason::no_docker);
  EXPECT_EQ(why().text, "waits for docker: no answer at /run/docker.sock");
  now_.executor.low_disk = true;
  now_.executor.reason = "1 GB is free";
  EXPECT_EQ(reason(), WaitReason::low_disk);
  EXPECT_EQ(why().text, "waits for free disk: 1 GB is free");
  facts_.need.container = false;
  EXPECT_EQ(reason(), WaitReason::starting) << "a config is read without";
}

TEST_F(WhyTest, TheServerIsTooSmall) {
  needs(8000);
  EXPECT_EQ(reason(), WaitReason::too_big);
  EXPECT_EQ(why().text, "waits for a larger server: it needs 8 cores, and this server has 4");
}

TEST_F(WhyTest, NothingIsStarted) {
  now_.draining = true;
  needs(8000);
  now_.executor.ready = false;
  EXPECT_EQ(reason(), WaitReason::drained) << "before all else";
  EXPECT_EQ(why().text, "waits for `testlooper resume`: the engine starts nothing");
}

TEST_F(WhyTest, AfterAFailureOfTheMachineThereIsAPause) {
  const auto why = why_it_pauses({kTask, 1, "docker was restarted", WallTime{5}});
  EXPECT_EQ(why.reason, WaitReason::pause);
  EXPECT_EQ(why.text,
            "waits for attempt 2 of 3, after a failure of the machine: docker was restarted");
}

// ---- Of a schedule -----------------------------------------------------------------------------

ReadyTask task(std::int64_t id, Resources needs = {1000, 512}) {
  ReadyTask task;
  task.id = {id};
  task.kind = TaskKind::run_tests;
  task.repo = {1};
  task.needs = needs;
  task.flow = "push to main";
  task.expected = Seconds{10};
  task.measured = true;
  return task;
}

class ExplainTest : public ::testing::Test {
 protected:
  ExplainTest() { schedule_.allow_containers(true); }
  void take() {
    while (schedule_.take(now_)) continue;
  }
  WaitingTasks ask(std::vector<TaskId> tasks = {}) {
    return Explainer{schedule_, draining_, executor_, paused_, {WallTime{1'000'000}, now_}}.answer(
        {std::move(tasks)});
  }
  WaitingTask ask(std::int64_t task) { return ask(std::vector{TaskId{task}}).at(0); }
  static std::vector<std::int64_t> ids(const WaitingTasks& tasks) {
    std::vector<std::int64_t> found;
    for (const auto& each : tasks) found.push_back(each.task.value);
    return found;
  }
  using Ids = std::vector<std::int64_t>;

  Schedule schedule_{{.resources = {2000, 4096}, .containers = 8, .readers = 2}};
  Schedule::Time now_{Seconds{1000}};
  bool draining_ = false;
  ExecutorStatus executor_{.ready = true, .reason = {}, .version = {}};
  std::vector<PausedTask> paused_;
};

TEST_F(ExplainTest, TheNextOnesAreInOrderWithTheirTimes) {
  for (int i = 1; i <= 5; ++i) schedule_.add(task(i));
  take();
  const auto next = ask();
  EXPECT_EQ(ids(next), (Ids{3, 4, 5}));
  EXPECT_EQ(next[0].waits_for.reason, WaitReason::room);
  EXPECT_EQ(next[0].starts_at, WallTime{1'010'000});
  EXPECT_EQ(next[2].waits_for.reason, WaitReason::behind);
  EXPECT_EQ(next[2].waits_for.ahead, 2);
  EXPECT_EQ(next[2].starts_at, WallTime{1'020'000});
  EXPECT_EQ(ask(5), next[2]) << "the same where it is asked for alone";
}

TEST_F(ExplainTest, OneThatPausesIsWhereItsTimeIs) {
  for (int i = 1; i <= 5; ++i) schedule_.add(task(i));
  take();
  paused_ = {{TaskId{8}, 1, "", WallTime{1'012'000}}};
  const auto next = ask();
  EXPECT_EQ(ids(next), (Ids{3, 4, 8, 5}));
  EXPECT_EQ(next[2].waits_for.reason, WaitReason::pause);
  EXPECT_EQ(next[2].starts_at, WallTime{1'012'000});
  EXPECT_EQ(ask(8), next[2]);
}

TEST_F(ExplainTest, WhereNothingStartsThereIsNoTime) {
  for (int i = 1; i <= 5; ++i) schedule_.add(task(i));
  take();
  paused_ = {{TaskId{8}, 1, "", WallTime{1'012'000}}};
  draining_ = true;
  for (const auto& each : ask()) EXPECT_EQ(each.starts_at, std::nullopt) << each.task.value;
  draining_ = false;
  executor_.ready = false;
  for (const auto& each : ask()) EXPECT_EQ(each.starts_at, std::nullopt) << each.task.value;
}

TEST_F(ExplainTest, WhatIsTooBigComesLast) {
  schedule_.add(task(1, {8000, 512}));
  schedule_.add(task(2));
  schedule_.add(task(3));
  schedule_.add(task(4));
  take();
  EXPECT_EQ(ids(ask()), (Ids{4, 1}));
  EXPECT_EQ(ask(1).waits_for.reason, WaitReason::too_big);
  EXPECT_EQ(ask(1).starts_at, std::nullopt);
}

TEST_F(ExplainTest, ABigTaskThatWasOvertakenKeepsTheRoom) {
  schedule_.add(task(1));
  take();
  schedule_.add(task(2, {2000, 512}));
  schedule_.add(task(3));
  take();
  schedule_.ended({3}, now_);
  now_ += Seconds{limits::kBigTaskPatienceSeconds};
  schedule_.add(task(4));
  take();
  EXPECT_EQ(ask(2).waits_for.reason, WaitReason::room);
  EXPECT_EQ(ask(4).waits_for.reason, WaitReason::kept_room);
  EXPECT_EQ(ask(4).waits_for.task, TaskId{2});
}

TEST_F(ExplainTest, OneThatHasStartedDoesNotWait) {
  schedule_.add(task(1));
  take();
  EXPECT_EQ(ask(1).waits_for.reason, WaitReason::starting);
  EXPECT_EQ(ask(99).waits_for.text, "does not wait any more");
}

TEST_F(ExplainTest, HoweverManyWaitOnlySoManyAreForeseen) {
  const auto many = static_cast<std::int64_t>(limits::kQueueTasks) * 3;
  for (std::int64_t i = 1; i <= many; ++i) schedule_.add(task(i));
  take();
  EXPECT_EQ(ask().size(), limits::kQueueTasks);
  const auto last = ask(many);
  EXPECT_EQ(last.waits_for.reason, WaitReason::behind);
  EXPECT_EQ(last.waits_for.ahead, limits::kQueueTasks);
  EXPECT_EQ(last.starts_at, std::nullopt);
}

}  // namespace
}  // namespace testlooper::core
