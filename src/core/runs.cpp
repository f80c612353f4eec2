// The reactor that turns "wanted" into tasks, and the sum of all reactors.
#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <set>

#include "testlooper/base/limits.hpp"

#include "core/batches.hpp"
#include "core/filter.hpp"
#include "core/needs.hpp"
#include "core/reactors.hpp"
#include "core/run_task.hpp"
#include "core/wanted.hpp"

namespace testlooper::core {
namespace {

constexpr Milliseconds kUncut = std::chrono::hours{24 * 365};  // no suite takes as long

struct Missing {
  TestId test;
  std::optional<Microseconds> duration;
  std::int64_t runs = 0;
};

// What each matching test of the suite still lacks.
std::vector<Missing> missing_runs(const DesiredState& desired, const SuiteState& suite,
                                  const TestMatcher& matcher) {
  std::vector<Missing> missing;
  for (const auto& test : suite.tests) {
    const auto runs = lacking(desired, suite, test, matcher);
    if (runs > 0) missing.push_back({test.id, test.duration, runs});
  }
  return missing;
}

// Nothing where nothing is owed to the wish, or where RE2 refuses what an older one took.
std::optional<TestMatcher> matcher_of(const DesiredState& desired) {
  auto matcher = TestMatcher::make(desired.wish.filter);
  if (desired.stopped || !is_owed(desired.wish.source) || !matcher) return std::nullopt;
  return std::move(*matcher);
}

// The whole suite runs in one task whose order the condition says; a test that is to be alone, or
// to follow others, has a task of its own.
std::vector<Batch> batches_of(const CommitState& state, OrderKind order,
                              const std::vector<TimedTest>& tests) {
  switch (order) {
    case OrderKind::usual:
      return cut_into_batches(tests, state.policy.batch_target);
    case OrderKind::original:
    case OrderKind::reverse:
    case OrderKind::shuffle:
      return cut_into_batches(tests, kUncut);
    case OrderKind::alone:
    case OrderKind::after:
      break;
  }
  std::vector<Batch> batches;
  for (const auto& each : tests) {
    std::ranges::move(cut_into_batches({&each, 1}, state.policy.batch_target),
                      std::back_inserter(batches));
  }
  return batches;
}

// One round: a run of every test that lacks one, in as many tasks as its length asks for.
std::vector<Batch> next_round(const CommitState& state, OrderKind order,
                              std::vector<Missing>& missing) {
  std::vector<TimedTest> tests;
  for (auto& each : missing) {
    tests.push_back({each.test, each.duration});
    --each.runs;
  }
  std::erase_if(missing, [](const Missing& each) { return each.runs == 0; });
  return batches_of(state, order, tests);
}

// A task is one execution of the suite's command. A wish for N runs becomes N rounds, each in
// fresh containers, and no test runs twice in one of them.
void queue_runs(Changes& changes, const CommitState& state, const DesiredState& desired,
                const SuiteState& suite, Urgency& urgency, std::vector<Missing> missing) {
  const auto open = desired.open_tasks.find(suite.id);
  int open_tasks = open == desired.open_tasks.end() ? 0 : open->second;
  std::set<std::string> taken;
  while (!missing.empty() && open_tasks < limits::kOpenRunTasksPerDesired) {
    for (auto& batch : next_round(state, desired.wish.condition.order.kind, missing)) {
      if (open_tasks++ == limits::kOpenRunTasksPerDesired) return;
      auto task = run_task(state, desired, suite, free_run_key(state, desired, suite, taken));
      taken.insert(task.key);
      task.first_result = urgency.first();
      task.priority = urgency.next();
      task.expected = expected_of_task(batch.expected);
      task.measured = batch.measured;
      task.all_tests = batch.tests.size() == suite.tests.size();
      task.tests = std::move(batch.tests);
      changes.push_back(change::TaskCreated{std::move(task)});
    }
  }
}

}  // namespace

bool lacks_runs(const CommitState& state, const SuiteState& suite) {
  return std::ranges::any_of(state.desired, [&](const DesiredState& desired) {
    const auto matcher = matcher_of(desired);
    return matcher && !missing_runs(desired, suite, *matcher).empty();
  });
}

Changes generate_test_run_tasks(const CommitState& state) {
  Changes changes;
  for (const auto& desired : state.desired) {
    const auto matcher = matcher_of(desired);
    if (!matcher) continue;
    Urgency urgency(state, desired, *matcher);
    for (const auto& suite : state.suites) {
      if (!is_runnable(state, suite) || !matcher->matches_suite(suite.name)) continue;
      queue_runs(changes, state, desired, suite, urgency, missing_runs(desired, suite, *matcher));
    }
  }
  return changes;
}

Changes react(const CommitState& state) {
  Changes changes;
  if (!state.repo_active) return changes;
  for (const auto reactor : {parse_test_config, build_docker_images, generate_test_plan,
                             set_up_environments, make_builds, generate_test_suites,
                             drop_surplus_runs, generate_test_run_tasks, report_blocked_steps}) {
    std::ranges::move(reactor(state), std::back_inserter(changes));
  }
  return changes;
}

bool settled(const CommitState& state, const Changes& reaction) {
  return state.repo_active && reaction.empty() && state.open_task_keys.empty();
}

}  // namespace testlooper::core
