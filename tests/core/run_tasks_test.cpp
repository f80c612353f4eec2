// How a wish's runs are cut into tasks where the suite repeats, and where they have a condition.
#include <algorithm>
#include <functional>
#include <map>
#include <numeric>

#include "testlooper/base/limits.hpp"

#include "core/filter_check.hpp"
#include "core/reactors_fixture.hpp"

namespace testlooper::core {
namespace {

CommitState repeating(std::int64_t wanted) {
  auto state = listed(2);
  state.suites[0].repeats = true;
  state.suites[0].tests[0].duration = Seconds{1};
  state.desired[0].wish.counts.runs = wanted;
  return state;
}

TEST(Reactors, RerunsAreRepeatedInOneExecutionWhereTheSuiteCan) {
  auto state = repeating(50);
  const auto tasks = tasks_of(react(state));
  ASSERT_EQ(tasks.size(), 5u + 2 + 1);
  for (int i = 0; i < limits::kFirstRuns; ++i) {
    EXPECT_EQ(tasks[static_cast<std::size_t>(i)].tests.size(), 2u) << "the first are as ever";
    EXPECT_EQ(tasks[static_cast<std::size_t>(i)].repeats, 1);
  }
  std::map<TestId, std::vector<int>> repeats;
  for (const auto& task : tasks) {
    if (task.repeats > 1) repeats[task.tests.at(0)].push_back(task.repeats);
  }
  EXPECT_EQ(repeats[TestId{1}], (std::vector{30, 15})) << "30 s are the target of a task";
  EXPECT_EQ(repeats[TestId{2}], std::vector{45});
  open(state, react(state));
  EXPECT_TRUE(tasks_of(react(state)).empty());
}

TEST(Reactors, WhoNamesAPlaceHasEachRunInOneOfItsOwn) {
  auto state = repeating(50);
  state.desired[0].wish.isolation = Isolation::sandbox;
  for (const auto& task : tasks_of(react(state))) EXPECT_EQ(task.repeats, 1);
}

CommitState in_sandboxes(std::int64_t wanted) {
  auto state = listed(2);
  state.policy.capacity = {2'000, 8'192};
  for (auto& test : state.suites[0].tests) test.duration = Milliseconds{8};
  state.desired[0].wish.counts.runs = wanted;
  state.desired[0].wish.isolation = Isolation::sandbox;
  return state;
}

std::vector<int> series_of(const CommitState& state) {
  std::vector<int> runs;
  for (const auto& task : tasks_of(react(state))) {
    EXPECT_EQ(task.tests.size(), 2u);
    EXPECT_EQ(task.series, task.repeats > 1);
    runs.push_back(task.repeats);
  }
  return runs;
}

TEST(Reactors, ShortRunsInSandboxesShareATask) {
  auto state = in_sandboxes(400);
  auto runs = series_of(state);
  EXPECT_EQ(runs.front(), limits::kSeriesRuns);
  EXPECT_EQ(std::accumulate(runs.begin(), runs.end(), 0), 400) << "as many as are wanted";
  EXPECT_TRUE(std::ranges::is_sorted(runs, std::greater{})) << "so that both slots end together";
  EXPECT_EQ(runs.back(), 1);
  for (auto& test : state.suites[0].tests) test.duration = Milliseconds{250};
  runs = series_of(state);
  EXPECT_EQ(runs.front(), 1) << "a task is not to take longer than a second for that";
}

TEST(Reactors, FewRunsInSandboxesKeepAllSlotsBusy) {
  const auto runs = series_of(in_sandboxes(8));
  EXPECT_EQ(runs.front(), 2);
  EXPECT_EQ(std::accumulate(runs.begin(), runs.end(), 0), 8);
}

TEST(Reactors, WhatIsForContainersIsNoSeries) {
  auto state = in_sandboxes(100);
  state.desired[0].wish.isolation = Isolation::container;
  for (const auto runs : series_of(state)) EXPECT_EQ(runs, 1);
  state.desired[0].wish.isolation.reset();
  state.suites[0].isolation = Isolation::container;
  for (const auto runs : series_of(state)) EXPECT_EQ(runs, 1);
}

TEST(Reactors, TheFirstRunsOfATestAreEachATaskUnlessSandboxesAreWanted) {
  auto state = in_sandboxes(100);
  state.desired[0].wish.isolation.reset();
  const auto runs = series_of(state);
  for (std::size_t i = 0; i < limits::kFirstRuns; ++i) EXPECT_EQ(runs.at(i), 1);
  EXPECT_GT(runs.at(limits::kFirstRuns), 1);
}

TEST(Reactors, LoweringAWishDropsRepeatedRunsToo) {
  auto state = repeating(50);
  state.suites[0].tests.resize(1);
  open(state, react(state));
  for (const auto repeats : {30, 15}) {
    Task task;
    task.id = {repeats};
    task.spec.tests = {TestId{1}};
    task.spec.repeats = repeats;
    state.desired[0].not_started.push_back(std::move(task));
  }
  state.desired[0].wish.counts.runs = 35;
  std::vector<TaskId> dropped;
  for (const auto& each : react(state)) {
    if (const auto* moved = std::get_if<change::TaskMoved>(&each)) dropped.push_back(moved->task);
  }
  EXPECT_EQ(dropped, std::vector{TaskId{15}});
}

TEST(Reactors, UnderAConditionNothingIsRepeatedInOneExecution) {
  auto state = repeating(50);
  state.desired[0].wish.condition.cpus = .5;
  const auto tasks = tasks_of(react(state));
  ASSERT_FALSE(tasks.empty());
  for (const auto& task : tasks) EXPECT_EQ(task.repeats, 1);
}

TEST(Runs, UnderAConditionTheWholeSuiteOrATestByItselfIsATask) {
  for (const auto kind : {OrderKind::alone, OrderKind::after}) {
    auto state = listed(3);
    state.desired[0].wish.condition.order.kind = kind;
    const auto tasks = tasks_of(generate_test_run_tasks(state));
    ASSERT_EQ(tasks.size(), 3u);
    for (const auto& task : tasks) EXPECT_EQ(task.tests.size(), 1u);
  }
  for (const auto kind : {OrderKind::original, OrderKind::reverse, OrderKind::shuffle}) {
    auto state = listed(3);
    for (auto& test : state.suites[0].tests) test.duration = Seconds{limits::kBatchTargetSeconds};
    EXPECT_EQ(tasks_of(generate_test_run_tasks(state)).size(), 3u) << "as long tests are, else";
    state.desired[0].wish.condition.order.kind = kind;
    const auto tasks = tasks_of(generate_test_run_tasks(state));
    ASSERT_EQ(tasks.size(), 1u);
    EXPECT_EQ(tasks[0].tests.size(), 3u);
  }
}

TEST(Runs, AConditionReservesWhatItMayUse) {
  auto state = listed(1);
  state.policy.capacity = {2'000, 8'192};
  state.desired[0].wish.condition.cpus = .1;
  state.desired[0].wish.condition.memory_mb = 128;
  EXPECT_EQ(tasks_of(generate_test_run_tasks(state)).at(0).needs, (Resources{100, 128}));
  state.desired[0].wish.condition.cpus = 16;
  EXPECT_EQ(tasks_of(generate_test_run_tasks(state)).at(0).needs, (Resources{2'000, 128}))
      << "a host that got smaller can still run it";
}

TEST(CheckCondition, WhatTheHostOrTheCommitLacksIsSaid) {
  auto state = listed(2);
  state.policy.capacity = {2'000, 8'192};
  Condition condition;
  condition.cpus = 4;
  EXPECT_EQ(check_condition(condition, state).error().text(),
            "condition: needs 4 cores, and this server has 2");
  condition = {};
  condition.order.kind = OrderKind::after;
  condition.order.before = {"a.py::t1", "a.py::gone"};
  EXPECT_EQ(check_condition(condition, state).error().text(),
            "condition: there is no test 'a.py::gone' at this commit");
  condition.order.before = {"a.py::t1"};
  EXPECT_TRUE(check_condition(condition, state));
}

}  // namespace
}  // namespace testlooper::core
