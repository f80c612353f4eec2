// How many runs are wanted, as wishes are raised, lowered and stopped.
#include "core/wanted.hpp"

#include <algorithm>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "core/reactors.hpp"

namespace testlooper::core {
namespace {

TEST(RunCounts, TheLargestOfThoseThatApplyCounts) {
  const RunCounts counts{.runs = 2, .fail_runs = 5, .flake_runs = 9, .new_runs = 7};
  EXPECT_EQ(counts.wanted_of({}), 2);
  EXPECT_EQ(counts.wanted_of({.failed = true}), 5);
  EXPECT_EQ(counts.wanted_of({.failed = true, .flaky = true}), 9);
  EXPECT_EQ(counts.wanted_of({.is_new = true}), 7);
  EXPECT_EQ(counts.wanted_of({.failed = true, .is_new = true}), 7);
  const RunCounts fewer{.runs = 4, .fail_runs = 3};
  EXPECT_EQ(fewer.wanted_of({.failed = true}), 4) << "a kind only raises";
  EXPECT_FALSE(fewer.depends_on_traits());
  EXPECT_TRUE(counts.depends_on_traits());
}

// One suite of a few tests at a commit, with tasks that start, end and fail as a seed says. It
// applies what the reactors return, as the store does.
class Bench {
 public:
  explicit Bench(unsigned seed) : random_(seed) {
    state_.repo = {1};
    state_.commit = {1};
    state_.config = state_.plan = StepState::ok;
    state_.images["i"].built = StepState::ok;
    state_.environments = {{"e", {"i", {}}, ""}};
    SuiteState suite;
    suite.id = {1};
    suite.name = "s";
    suite.environment = "e";
    suite.listed = StepState::ok;
    for (int i = 1; i <= 5; ++i) suite.tests.push_back({{i}, {"p", std::to_string(i)}, {}});
    state_.suites = {suite};
    state_.desired.resize(1);
    desired().id = {1};
  }

  DesiredState& desired() { return state_.desired[0]; }
  int pick(int count) { return std::uniform_int_distribution{0, count - 1}(random_); }

  void react() {
    for (int looks = 0;; ++looks) {
      ASSERT_LT(looks, 3) << "reactors must come to rest";
      view();
      const auto changes = core::react(state_);
      if (changes.empty()) return;
      for (const auto& each : changes) {
        if (const auto* created = std::get_if<change::TaskCreated>(&each)) add(created->task);
        if (const auto* moved = std::get_if<change::TaskMoved>(&each)) tasks_.erase(moved->task);
      }
    }
  }
  // A task starts, or one that runs ends: well, or so that the reactors queue it anew.
  void work() {
    if (tasks_.empty()) return;
    auto& [id, task] = *std::next(tasks_.begin(), pick(static_cast<int>(tasks_.size())));
    if (task.state == TaskState::ready) {
      task.state = TaskState::running;
      return;
    }
    const bool infra = pick(4) == 0;
    for (const auto& test : task.spec.tests) {
      if (infra) continue;
      ++done_[test];
      if (pick(3) == 0) traits_[test].failed = true;
    }
    tasks_.erase(id);
  }
  // True where each test has what is wanted, and no run that started when it was not.
  bool has_exactly_what_is_wanted() {
    return std::ranges::all_of(state_.suites[0].tests, [&](const KnownTest& test) {
      const auto wanted = desired().wish.counts.wanted_of(traits_[test.id]);
      const auto done = done_[test.id];
      return done >= wanted && done <= std::max(wanted, started_[test.id]);
    });
  }
  // What ran or runs can't be taken back.
  void note_started() {
    for (const auto& test : state_.suites[0].tests) {
      auto started = done_[test.id];
      for (const auto& [id, task] : tasks_) {
        if (task.state == TaskState::running)
          started += std::ranges::count(task.spec.tests, test.id);
      }
      started_[test.id] = started;
    }
  }
  bool idle() const { return tasks_.empty(); }

 private:
  void add(const NewTask& spec) {
    Task task;
    task.id = {++last_task_};
    task.spec = spec;
    tasks_.emplace(task.id, task);
  }
  void view() {
    desired().tallies.clear();
    desired().not_started.clear();
    desired().open_tasks.clear();
    state_.open_task_keys.clear();
    for (auto& test : state_.suites[0].tests) {
      test.traits = traits_[test.id];
      desired().tallies[test.id].done = done_[test.id];
    }
    for (const auto& [id, task] : tasks_) {
      state_.open_task_keys.push_back(task.spec.key);
      ++desired().open_tasks[{1}];
      for (const auto& test : task.spec.tests) ++desired().tallies[test].in_flight;
      if (task.state == TaskState::ready) desired().not_started.push_back(task);
    }
    std::ranges::sort(state_.open_task_keys);
  }

  std::mt19937 random_;
  CommitState state_;
  std::map<TaskId, Task> tasks_;
  std::map<TestId, std::int64_t> done_, started_;
  std::map<TestId, TestTraits> traits_;
  std::int64_t last_task_ = 0;
};

TEST(Wanted, RaisedAndLoweredAtRandomItEndsWithExactlyWhatIsWanted) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    Bench bench{seed};
    for (int step = 0; step < 60; ++step) {
      if (bench.pick(8) == 0) {
        bench.desired().wish.counts = {.runs = bench.pick(12), .fail_runs = bench.pick(20)};
        bench.desired().stopped = bench.pick(5) == 0;
      }
      bench.react();
      bench.work();
    }
    // The last word: lower than most of what was wanted before.
    bench.note_started();
    bench.desired().stopped = false;
    bench.desired().wish.counts = {.runs = 3};
    bench.react();
    for (int step = 0; step < 10'000 && !bench.idle(); ++step) {
      bench.work();
      bench.react();
    }
    EXPECT_TRUE(bench.idle());
    EXPECT_TRUE(bench.has_exactly_what_is_wanted()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace testlooper::core
