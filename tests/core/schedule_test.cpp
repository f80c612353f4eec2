#include "core/schedule.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

namespace testlooper::core {
namespace {

constexpr Resources kOneCore{1000, 512};

ReadyTask task(std::int64_t id, const std::string& flow = "push to main",
               Priority priority = Priority::branch) {
  ReadyTask task;
  task.id = {id};
  task.kind = TaskKind::run_tests;
  task.repo = {1};
  task.priority = priority;
  task.generation = 1;
  task.needs = kOneCore;
  task.flow = flow;
  task.expected = Seconds{10};
  return task;
}

class ScheduleTest : public ::testing::Test {
 protected:
  ScheduleTest() { schedule_.allow_containers(true); }

  // Those that start now.
  std::vector<std::int64_t> take() {
    std::vector<std::int64_t> ids;
    while (const auto id = schedule_.take(now_)) ids.push_back(id->value);
    return ids;
  }
  // Runs everything, one after the other, each for as long as expected; the order.
  std::vector<std::int64_t> drain() {
    std::vector<std::int64_t> order;
    while (true) {
      const auto started = take();
      if (started.empty()) return order;
      now_ += Seconds{10};
      for (const auto id : started) {
        order.push_back(id);
        schedule_.ended({id}, now_);
      }
    }
  }

  Schedule schedule_{{.resources = {2000, 4096}, .containers = 8, .readers = 1}};
  Schedule::Time now_{Seconds{1000}};
};

using Ids = std::vector<std::int64_t>;

TEST_F(ScheduleTest, TheMoreUrgentGoFirst) {
  schedule_.add(task(1, "a", Priority::background));
  schedule_.add(task(2, "b", Priority::branch));
  schedule_.add(task(3, "c", Priority::primary_branch));
  schedule_.add(task(4, "d", Priority::interactive));
  EXPECT_EQ(drain(), (Ids{4, 3, 2, 1}));
}

TEST_F(ScheduleTest, TheHostsRoomIsTheLimit) {
  for (int i = 1; i <= 3; ++i) schedule_.add(task(i));
  EXPECT_EQ(take(), (Ids{1, 2}));
  EXPECT_EQ(schedule_.in_use(), (Resources{2000, 1024}));
  schedule_.ended({1}, now_);
  EXPECT_EQ(take(), (Ids{3}));
  schedule_.ended({1}, now_);
  EXPECT_TRUE(take().empty()) << "an end told twice frees nothing twice";
}

TEST_F(ScheduleTest, HalfACoreIsHalfACore) {
  for (int i = 1; i <= 5; ++i) {
    auto small = task(i);
    small.needs.milli_cores = 500;
    schedule_.add(small);
  }
  EXPECT_EQ(take().size(), 4u);
}

TEST_F(ScheduleTest, MemoryIsReservedToo) {
  for (int i = 1; i <= 2; ++i) {
    auto fat = task(i);
    fat.needs.ram_mb = 3000;
    schedule_.add(fat);
  }
  EXPECT_EQ(take(), (Ids{1}));
}

TEST_F(ScheduleTest, ContainersAreBounded) {
  Schedule schedule{{.resources = kEndless, .containers = 2, .readers = 1}};
  schedule.allow_containers(true);
  for (int i = 1; i <= 3; ++i) schedule.add(task(i));
  EXPECT_TRUE(schedule.take(now_) && schedule.take(now_));
  EXPECT_FALSE(schedule.take(now_));
}

TEST_F(ScheduleTest, ReadingAConfigDoesNotWaitForAContainer) {
  for (int i = 1; i <= 2; ++i) {
    auto config = task(i);
    config.kind = TaskKind::read_config;
    schedule_.add(config);
  }
  schedule_.add(task(3));
  schedule_.allow_containers(false);
  EXPECT_EQ(take(), (Ids{1})) << "one reader, and no docker";
  schedule_.allow_containers(true);
  EXPECT_EQ(take(), (Ids{3}));
}

TEST_F(ScheduleTest, PreparationComesBeforeRunsOfTheSamePriority) {
  schedule_.add(task(1, "a"));
  auto plan = task(2, "b");
  plan.kind = TaskKind::generate_plan;
  schedule_.add(plan);
  EXPECT_EQ(take(), (Ids{2, 1}));
}

TEST_F(ScheduleTest, TheNewestCommitOfABranchGoesFirst) {
  for (int i = 1; i <= 3; ++i) {
    auto each = task(i);
    each.generation = i;
    schedule_.add(each);
  }
  EXPECT_EQ(drain(), (Ids{3, 2, 1}));
}

TEST_F(ScheduleTest, BranchesTakeTurnsHoweverMuchTheyWant) {
  for (int i = 1; i <= 6; ++i) schedule_.add(task(i, "big"));
  for (int i = 7; i <= 9; ++i) schedule_.add(task(i, "small"));
  EXPECT_EQ(drain(), (Ids{1, 7, 2, 8, 3, 9, 4, 5, 6}));
}

TEST_F(ScheduleTest, APersonGetsNoMoreForManyRequests) {
  std::int64_t id = 0;
  std::map<std::int64_t, std::string> whose;
  const auto add = [&](const std::string& flow, const std::string& person, int tasks) {
    for (int i = 0; i < tasks; ++i) {
      auto each = task(++id, flow);
      each.person = person;
      whose[id] = person.empty() ? flow : person;
      schedule_.add(each);
    }
  };
  for (int i = 1; i <= 4; ++i) add("request " + std::to_string(i), "ann", 30);
  add("request 5", "ben", 30);
  add("push to main", "", 30);
  std::map<std::string, int> served;
  const auto order = drain();
  for (std::size_t i = 0; i < 60; ++i) ++served[whose.at(order.at(i))];
  for (const auto& [who, tasks] : served) EXPECT_NEAR(tasks, 20, 2) << who;
  EXPECT_EQ(order.size(), 180u);
}

TEST_F(ScheduleTest, ARequestAloneHasItsPersonsWholeShareAgain) {
  std::int64_t id = 0;
  const auto add = [&](const std::string& flow, const std::string& person, int tasks) {
    for (int i = 0; i < tasks; ++i) {
      auto each = task(++id, flow);
      each.person = person;
      schedule_.add(each);
    }
  };
  add("request 1", "ann", 40);
  for (int i = 2; i <= 9; ++i) add("request " + std::to_string(i), "ann", 1);
  add("push to main", "", 40);
  const auto order = drain();
  const auto late =
      std::count_if(order.begin() + 40, order.begin() + 60, [](auto each) { return each <= 40; });
  EXPECT_GE(late, 8);
  EXPECT_LE(late, 12);
}

TEST_F(ScheduleTest, WhatATaskTookCountsAndNotWhatWasExpected) {
  for (int i = 1; i <= 4; ++i) schedule_.add(task(i, "slow"));
  for (int i = 5; i <= 8; ++i) schedule_.add(task(i, "quick"));
  EXPECT_EQ(take(), (Ids{1, 5}));
  now_ += Seconds{1};
  schedule_.ended({5}, now_);
  EXPECT_EQ(take(), (Ids{6}));
  now_ += Seconds{1};
  schedule_.ended({6}, now_);
  EXPECT_EQ(take(), (Ids{7}));
}

TEST_F(ScheduleTest, IdleTimeIsNotSavedUp) {
  for (int i = 1; i <= 100; ++i) schedule_.add(task(i, "busy"));
  for (int i = 0; i < 20; ++i) {
    for (const auto id : take()) {
      now_ += Seconds{10};
      schedule_.ended({id}, now_);
    }
  }
  for (int i = 201; i <= 210; ++i) schedule_.add(task(i, "new"));
  const auto order = drain();
  const auto news =
      std::count_if(order.begin(), order.begin() + 10, [](auto id) { return id > 200; });
  EXPECT_LE(news, 6) << "it gets its half from now on, and not what it left unused";
  EXPECT_GE(news, 5);
}

TEST_F(ScheduleTest, AFirstResultGoesBeforeAllOtherRuns) {
  for (int i = 1; i <= 4; ++i) schedule_.add(task(i, "request 1"));
  for (int i = 5; i <= 8; ++i) schedule_.add(task(i, "push to a"));
  EXPECT_EQ(take().size(), 2u);
  now_ += Seconds{100};  // so long that a big task would be owed the room
  auto pushed = task(9, "push to a");
  pushed.generation = 2;
  pushed.first_result = true;
  schedule_.add(pushed);
  auto older = task(10, "push to a");
  older.generation = 0;
  older.first_result = true;
  schedule_.add(older);
  schedule_.ended({1}, now_);
  EXPECT_EQ(take(), (Ids{9}));
  schedule_.ended({9}, now_ + Seconds{10});
  now_ += Seconds{10};
  EXPECT_NE(take(), (Ids{10})) << "an older commit's first result waits for its turn";
}

// A step of a commit of the branch "main".
ReadyTask step_of(std::int64_t generation, std::int64_t id, TaskKind kind) {
  auto step = task(id, "main");
  step.kind = kind;
  step.generation = generation;
  step.first_result = kind == TaskKind::run_tests;
  return step;
}

TEST_F(ScheduleTest, TheNewestCommitHasItsFirstResultBeforeOlderOnesAreBuilt) {
  for (int i = 1; i <= 4; ++i) schedule_.add(step_of(i, i, TaskKind::build));
  EXPECT_EQ(take(), (Ids{4, 3}));
  schedule_.ended({4}, now_);
  schedule_.add(step_of(4, 5, TaskKind::run_tests));
  auto rest = step_of(4, 6, TaskKind::run_tests);
  rest.first_result = false;
  schedule_.add(rest);
  EXPECT_EQ(take(), (Ids{5}));
  schedule_.ended({3}, now_);
  schedule_.add(step_of(3, 7, TaskKind::run_tests));
  EXPECT_EQ(drain(), (Ids{6, 7, 2, 1})) << "and all its results";
}

TEST_F(ScheduleTest, ABranchThatHadAResultBuildsItsOlderCommitsInItsTurn) {
  schedule_.add(step_of(30, 1, TaskKind::run_tests));
  for (int i = 2; i <= 21; ++i) schedule_.add(step_of(i, i, TaskKind::build));
  for (int i = 22; i <= 41; ++i) schedule_.add(task(i, "a hunt"));
  const auto order = drain();
  EXPECT_EQ(order.front(), 1);
  const auto hunts =
      std::count_if(order.begin(), order.begin() + 20, [](auto id) { return id >= 22; });
  EXPECT_NEAR(static_cast<double>(hunts), 10, 2);
}

TEST_F(ScheduleTest, ABigTaskIsOvertakenOnlyForAWhile) {
  auto big = task(1, "big");
  big.needs.milli_cores = 2000;
  schedule_.add(task(2, "small"));
  EXPECT_EQ(take(), (Ids{2}));
  schedule_.add(big);
  std::int64_t next = 3;
  std::int64_t running = 2;
  for (int second = 0; second < 200; second += 5) {
    schedule_.add(task(next, "small"));
    const auto started = take();
    now_ += Seconds{5};
    schedule_.ended({running}, now_);
    if (started == Ids{1}) {
      EXPECT_GE(second, limits::kBigTaskPatienceSeconds);
      EXPECT_LE(second, limits::kBigTaskPatienceSeconds + 10);
      return;
    }
    if (!started.empty()) running = started.back();
    ++next;
  }
  FAIL() << "the small ones starved it";
}

TEST_F(ScheduleTest, ATaskThatCanNeverFitHoldsNobodyUp) {
  auto giant = task(1, "giant");
  giant.needs.milli_cores = 64'000;
  schedule_.add(giant);
  schedule_.add(task(2, "small"));
  EXPECT_EQ(take(), (Ids{2}));
  now_ += Seconds{1000};
  schedule_.ended({2}, now_);
  schedule_.add(task(3, "small"));
  EXPECT_EQ(take(), (Ids{3}));
}

TEST_F(ScheduleTest, ARemovedTaskDoesNotStart) {
  schedule_.add(task(1));
  schedule_.add(task(2));
  schedule_.remove({1});
  schedule_.remove({1});
  EXPECT_EQ(take(), (Ids{2}));
  EXPECT_EQ(schedule_.waiting(), 0u);
}

// A world of random tasks: never over capacity, never idle where something fits and no big task is
// owed the room, and everything starts in the end.
TEST(ScheduleProperties, HoldInRandomWorlds) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    std::mt19937_64 random{seed};
    const auto between = [&](int low, int high) {
      return std::uniform_int_distribution<int>{low, high}(random);
    };
    const Resources capacity{between(1, 8) * 1000, between(1, 8) * 1024};
    Schedule schedule{{.resources = capacity, .containers = between(1, 12), .readers = 2}};
    schedule.allow_containers(true);
    Schedule::Time now{};
    std::map<TaskId, ReadyTask> waiting;
    std::multimap<Schedule::Time, ReadyTask> running;
    std::int64_t next = 0;
    int started = 0;
    const auto add = [&] {
      const auto flow = between(1, 5);
      auto each =
          task(++next, "flow " + std::to_string(flow), static_cast<Priority>(between(0, 3)));
      if (flow <= 3) each.person = "ann";
      each.needs = {between(1, static_cast<int>(capacity.milli_cores)),
                    between(1, static_cast<int>(capacity.ram_mb))};
      each.generation = between(1, 9);
      each.first_result = between(0, 3) == 0;
      if (between(0, 5) == 0) each.kind = TaskKind::generate_plan;
      waiting.emplace(each.id, each);
      schedule.add(each);
    };
    for (int step = 0; step < 400 || !waiting.empty() || !running.empty(); ++step) {
      ASSERT_LT(step, 20'000) << "seed " << seed;
      if (step < 400 && between(0, 1) == 0) add();
      if (!waiting.empty() && between(0, 19) == 0) {
        schedule.remove(waiting.begin()->first);
        waiting.erase(waiting.begin());
      }
      while (const auto id = schedule.take(now)) {
        const auto found = waiting.find(*id);
        ASSERT_NE(found, waiting.end());
        running.emplace(now + Seconds{between(1, 40)}, found->second);
        waiting.erase(found);
        ++started;
      }
      ASSERT_TRUE(fits(schedule.in_use(), capacity)) << "seed " << seed;
      if (running.empty()) ASSERT_TRUE(waiting.empty()) << "seed " << seed << ": it is idle";
      if (running.empty()) continue;
      now = running.begin()->first;
      schedule.ended(running.begin()->second.id, now);
      running.erase(running.begin());
    }
    EXPECT_GT(started, 50);
    EXPECT_EQ(schedule.running(), 0u);
    EXPECT_EQ(schedule.in_use(), Resources{});
  }
}

TEST_F(ScheduleTest, RoomIsIdleOnlyWhereNothingWaitsOrPrepares) {
  EXPECT_TRUE(schedule_.at_rest());
  EXPECT_TRUE(schedule_.has_room({2000, 4096}));
  EXPECT_FALSE(schedule_.has_room({2001, 1}));
  auto preparation = task(1);
  preparation.kind = TaskKind::read_config;
  schedule_.add(preparation);
  EXPECT_FALSE(schedule_.at_rest()) << "it waits";
  EXPECT_EQ(take(), (Ids{1}));
  EXPECT_FALSE(schedule_.at_rest()) << "what comes next will want the room";
  schedule_.ended({1}, now_);
  schedule_.add(task(2));
  EXPECT_EQ(take(), (Ids{2}));
  EXPECT_TRUE(schedule_.at_rest()) << "nobody wants what it leaves";
  EXPECT_TRUE(schedule_.has_room(kOneCore));
  EXPECT_FALSE(schedule_.has_room({1001, 1}));
  schedule_.allow_containers(false);
  EXPECT_FALSE(schedule_.at_rest()) << "docker is away, or the disk is full";
  EXPECT_FALSE(schedule_.has_room(kOneCore));
}

}  // namespace
}  // namespace testlooper::core
