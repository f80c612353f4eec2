#include "core/forecast.hpp"

#include <algorithm>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

namespace testlooper::core {
namespace {

constexpr HostCapacity kHost{.resources = {4000, 8192}, .containers = 3, .readers = 1};

ReadyTask task(std::int64_t id, const std::string& flow = "push to main",
               Priority priority = Priority::branch) {
  ReadyTask task;
  task.id = {id};
  task.kind = TaskKind::run_tests;
  task.repo = {1};
  task.priority = priority;
  task.generation = 1;
  task.needs = {1000, 512};
  task.flow = flow;
  task.expected = Seconds{10};
  task.measured = true;
  return task;
}

struct Start {
  std::int64_t task = 0;
  std::optional<std::int64_t> seconds;
  bool operator==(const Start&) const = default;
};
void PrintTo(const Start& start, std::ostream* out) {
  *out << start.task << " in " << start.seconds.value_or(-1);
}

class ForecastTest : public ::testing::Test {
 protected:
  ForecastTest() { schedule_.allow_containers(true); }

  void take() {
    while (const auto id = schedule_.take(now_)) continue;
  }
  std::vector<Start> starts(std::size_t most = 100) {
    std::vector<Start> found;
    for (const auto& start : foresee(schedule_, now_, most)) {
      Start shown{start.task.value, {}};
      if (start.in) shown.seconds = start.in->count() / 1000;
      found.push_back(shown);
    }
    return found;
  }
  using Starts = std::vector<Start>;

  Schedule schedule_{kHost};
  Schedule::Time now_{Seconds{1000}};
};

TEST_F(ForecastTest, NothingWaitsNothingStarts) { EXPECT_EQ(starts(), Starts{}); }

TEST_F(ForecastTest, AStartIsWhenOneThatRunsHasEnded) {
  for (int i = 1; i <= 7; ++i) schedule_.add(task(i));
  take();
  now_ += Seconds{4};
  EXPECT_EQ(starts(), (Starts{{4, 6}, {5, 6}, {6, 6}, {7, 16}}));
  EXPECT_EQ(schedule_.waiting(), 4u) << "nothing was really started";
  EXPECT_EQ(schedule_.running(), 3u);
}

TEST_F(ForecastTest, OneThatTakesLongerIsTakenToGoOnForAsLongAsItIsOver) {
  schedule_.add(task(1));
  schedule_.add(task(2));
  schedule_.add(task(3));
  take();
  schedule_.add(task(4));
  now_ += Seconds{13};
  EXPECT_EQ(starts(), (Starts{{4, 3}}));
}

TEST_F(ForecastTest, WhatHangsOnATaskOfUnknownLengthHasNoTime) {
  for (int i = 1; i <= 3; ++i) {
    auto unknown = task(i);
    unknown.measured = i == 3;
    schedule_.add(unknown);
  }
  take();
  for (int i = 4; i <= 6; ++i) schedule_.add(task(i));
  EXPECT_EQ(starts(), (Starts{{4, 10}, {5, 20}, {6, 30}})) << "one after the other, where 3 runs";
  schedule_.ended({3}, now_);
  auto unknown = task(7, "interactive", Priority::interactive);
  unknown.measured = false;
  schedule_.add(unknown);
  take();
  EXPECT_EQ(starts(), (Starts{{4, {}}, {5, {}}, {6, {}}}));
}

TEST_F(ForecastTest, WhatStartsBeforeATaskIsCountedByWhy) {
  for (int i = 1; i <= 3; ++i) schedule_.add(task(i, "other"));
  take();
  schedule_.add(task(4, "urgent", Priority::interactive));
  schedule_.add(task(5, "other"));
  schedule_.add(task(6, "own"));
  schedule_.add(task(7, "own"));
  const auto found = foresee(schedule_, now_, 100);
  const auto last = std::ranges::find(found, TaskId{7}, &ForeseenStart::task);
  ASSERT_NE(last, found.end());
  EXPECT_EQ(last->more_urgent, 1);
  EXPECT_EQ(last->own_flow, 1);
  EXPECT_EQ(found.front().task, TaskId{4});
  EXPECT_EQ(found.front().ahead, 0);
}

TEST_F(ForecastTest, ConfigsWaitForReadersOnly) {
  for (int i = 1; i <= 3; ++i) {
    auto config = task(i);
    config.kind = TaskKind::read_config;
    schedule_.add(config);
  }
  for (int i = 4; i <= 7; ++i) schedule_.add(task(i));
  take();
  const auto found = foresee(schedule_, now_, 100);
  ASSERT_EQ(found.size(), 3u);
  for (const auto& start : found) {
    EXPECT_EQ(start.ahead, start.task == TaskId{3} ? 1 : 0) << start.task.value;
  }
}

TEST_F(ForecastTest, WhatCanNeverStartIsNotForeseen) {
  auto giant = task(1);
  giant.needs = {8000, 512};
  schedule_.add(giant);
  schedule_.add(task(2));
  EXPECT_EQ(starts(), (Starts{{2, 0}}));
}

// What really happens where each task takes as long as was expected.
std::vector<Start> reality(Schedule& schedule, Schedule::Time now,
                           std::set<std::pair<Schedule::Time, TaskId>> ends,
                           const std::map<TaskId, Milliseconds>& expected) {
  std::vector<Start> starts;
  const auto began = now;
  while (true) {
    while (const auto id = schedule.take(now)) {
      starts.push_back({id->value, std::chrono::duration_cast<Seconds>(now - began).count()});
      ends.emplace(now + expected.at(*id), *id);
    }
    if (ends.empty()) return starts;
    const auto [at, id] = *ends.begin();
    ends.erase(ends.begin());
    now = at;
    schedule.ended(id, now);
  }
}

class Queues {
 public:
  explicit Queues(int seed) : random_(static_cast<std::uint64_t>(seed)) {}
  ReadyTask next(std::int64_t id) {
    auto made =
        task(id, "flow " + std::to_string(between(1, 6)), static_cast<Priority>(between(0, 3)));
    const auto kind = between(0, 9);
    made.kind = kind == 0   ? TaskKind::read_config
                : kind == 1 ? TaskKind::list_tests
                            : TaskKind::run_tests;
    made.generation = between(1, 5);
    made.first_result = between(0, 3) == 0;
    made.needs = {500 * between(1, 8), 512 * between(1, 3)};
    made.expected = Seconds{between(1, 60)};
    return made;
  }
  int between(int low, int high) { return std::uniform_int_distribution{low, high}(random_); }

 private:
  std::mt19937_64 random_;
};

TEST(Forecast, IsWhatHappensWhereTasksTakeWhatWasExpected) {
  for (int seed = 1; seed <= 60; ++seed) {
    Queues queue(seed);
    Schedule schedule{kHost};
    schedule.allow_containers(true);
    Schedule::Time now{Seconds{1000}};
    std::map<TaskId, Milliseconds> expected;
    std::set<std::pair<Schedule::Time, TaskId>> ends;
    std::int64_t id = 0;
    // A past, so that flows have used something, and a big task may have been overtaken.
    for (int turn = 0; turn < 30; ++turn) {
      for (int i = queue.between(0, 6); i > 0; --i) {
        const auto made = queue.next(++id);
        expected[made.id] = made.expected;
        schedule.add(made);
      }
      while (const auto started = schedule.take(now)) {
        ends.emplace(now + expected.at(*started), *started);
      }
      now += Seconds{queue.between(1, 8)};
      while (!ends.empty() && ends.begin()->first <= now) {
        schedule.ended(ends.begin()->second, now);
        ends.erase(ends.begin());
      }
    }
    std::vector<Start> foreseen;
    for (const auto& start : foresee(schedule, now, 10'000)) {
      foreseen.push_back({start.task.value, start.in->count() / 1000});
    }
    const auto some = foresee(schedule, now, 7);
    const auto happened = reality(schedule, now, ends, expected);
    EXPECT_EQ(foreseen, happened) << "seed " << seed;
    ASSERT_EQ(some.size(), std::min<std::size_t>(7, happened.size()));
    for (std::size_t i = 0; i < some.size(); ++i) {
      EXPECT_EQ(some[i].task.value, happened[i].task) << "seed " << seed << ", the first alone";
    }
  }
}

}  // namespace
}  // namespace testlooper::core
