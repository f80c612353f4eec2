// The reactor that turns "wanted" into tasks, and the sum of all reactors.
#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <set>

#include "testlooper/base/limits.hpp"
#include "testlooper/domain/place_rule.hpp"

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
  std::int64_t had = 0;  // at this commit, or under way for the wish
};

// The tests of one task.
struct Piece {
  Batch batch;
  int repeats = 1;
  bool series = false;
};

// What each matching test of the suite still lacks.
std::vector<Missing> missing_runs(const DesiredState& desired, const SuiteState& suite,
                                  const TestMatcher& matcher) {
  std::vector<Missing> missing;
  for (const auto& test : suite.tests) {
    const auto runs = lacking(desired, suite, test, matcher);
    if (runs <= 0) continue;
    const auto tally = desired.tallies.find(test.id);
    const auto in_flight = tally == desired.tallies.end() ? 0 : tally->second.in_flight;
    // Under a condition they are not in the test's.
    const auto own =
        tally == desired.tallies.end() || desired.wish.condition.plain() ? 0 : tally->second.done;
    missing.push_back(
        {test.id, test.duration, runs,
         test.runs.failures + test.runs.successes + test.runs.skipped + in_flight + own});
  }
  return missing;
}

// Nothing where nothing is owed to the wish, or where RE2 refuses what an older one took.
std::optional<TestMatcher> matcher_of(const DesiredState& desired) {
  auto matcher = TestMatcher::make(desired.wish.filter);
  if (desired.stopped || !is_owed(desired.wish.source) || !matcher) return std::nullopt;
  return std::move(*matcher);
}

// Who wants a certain place, or a condition, wants each run to have an execution of its own; so
// does an experiment, whose statistics take runs for independent.
bool may_repeat(const DesiredState& desired, const SuiteState& suite) {
  return suite.repeats && desired.wish.condition.plain() && !desired.wish.experiment &&
         desired.wish.isolation.value_or(Isolation::automatic) == Isolation::automatic;
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

// As many runs of the test as fit into the target, in one execution.
Piece repeated(const CommitState& state, const Missing& test) {
  const auto duration =
      std::max(test.duration.value_or(Milliseconds{limits::kGuessedTestMs}), Microseconds{1});
  const auto fitting = std::max<std::int64_t>(1, state.policy.batch_target / duration);
  const auto runs = std::min({fitting, test.runs, std::int64_t{limits::kRepeatsPerTask}});
  return {{{test.test}, duration * runs, test.duration.has_value()}, static_cast<int>(runs)};
}

// To start a task and to store it takes longer than a short run in a sandbox, so of those a task
// does several, in turn. Nobody's part of what is missing gets so large that another slot idles.
Piece in_series(const CommitState& state, const DesiredState& desired, const SuiteState& suite,
                Batch batch, std::vector<Missing>& missing) {
  std::vector<Missing*> of;
  for (auto& each : missing) {
    if (std::ranges::find(batch.tests, each.test) != batch.tests.end()) of.push_back(&each);
  }
  const auto wished = wished_isolation(desired.wish.isolation, suite.isolation);
  // `had` counts the run that is to be made.
  const bool suits = std::ranges::all_of(
      of, [&](const Missing* each) { return suits_sandbox(wished, each->had - 1); });
  if (!suits) return {std::move(batch)};
  const auto left = 1 + (*std::ranges::min_element(of, {}, &Missing::runs))->runs;
  const auto slots = std::max<std::int64_t>(
      1, state.policy.capacity.milli_cores / default_reservation().milli_cores);
  const auto part = (left - 1) / (2 * slots) + 1;
  const auto each = batch.expected + Milliseconds{limits::kSandboxStartMs};
  const auto fitting = Milliseconds{limits::kSeriesMs} / each;
  const auto runs = std::min({part, std::int64_t{fitting}, std::int64_t{limits::kSeriesRuns}});
  if (runs < 2) return {std::move(batch)};
  for (auto* test : of) {
    test->runs -= runs - 1;
    test->had += runs - 1;
  }
  batch.expected *= runs;
  return {std::move(batch), static_cast<int>(runs), true};
}

// One round: a run of every test that lacks one, in as many tasks as its length asks for. Of a test
// that may repeat and has had its first runs, many at once.
std::vector<Piece> next_round(const CommitState& state, const DesiredState& desired,
                              const SuiteState& suite, std::vector<Missing>& missing) {
  const bool repeats = may_repeat(desired, suite);
  std::vector<TimedTest> tests;
  std::vector<Piece> repeating;
  for (auto& each : missing) {
    if (repeats && each.had >= limits::kFirstRuns) {
      repeating.push_back(repeated(state, each));
      each.runs -= repeating.back().repeats;
      continue;
    }
    tests.push_back({each.test, each.duration});
    --each.runs;
    ++each.had;
  }
  std::vector<Piece> pieces;
  for (auto& batch : batches_of(state, desired.wish.condition.order.kind, tests)) {
    pieces.push_back(in_series(state, desired, suite, std::move(batch), missing));
  }
  std::erase_if(missing, [](const Missing& each) { return each.runs == 0; });
  std::ranges::move(repeating, std::back_inserter(pieces));
  return pieces;
}

// A task is one execution of a command of the suite. A wish for N runs becomes N rounds, each in
// fresh places, and no test runs twice in one of them, but where the suite can repeat it.
void queue_runs(Changes& changes, const CommitState& state, const DesiredState& desired,
                const SuiteState& suite, Urgency& urgency, std::vector<Missing> missing) {
  const auto open = desired.open_tasks.find(suite.id);
  int open_tasks = open == desired.open_tasks.end() ? 0 : open->second;
  std::set<std::string> taken;
  while (!missing.empty() && open_tasks < limits::kOpenRunTasksPerDesired) {
    for (auto& [batch, repeats, series] : next_round(state, desired, suite, missing)) {
      if (open_tasks++ == limits::kOpenRunTasksPerDesired) return;
      auto task = run_task(state, desired, suite, free_run_key(state, desired, suite, taken));
      taken.insert(task.key);
      task.first_result = urgency.first();
      task.priority = urgency.next();
      task.expected = expected_of_task(batch.expected);
      task.measured = batch.measured;
      task.all_tests = batch.tests.size() == suite.tests.size();
      task.tests = std::move(batch.tests);
      task.repeats = repeats;
      task.series = series;
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
