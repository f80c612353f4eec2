#include "core/idle.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "testlooper/base/limits.hpp"

#include "core/batches.hpp"
#include "core/filter.hpp"
#include "core/run_task.hpp"
#include "core/wanted.hpp"

namespace testlooper::core {
namespace {

// ψ(x) for x > 0, to 1e-10: the recurrence and the asymptotic series of Abramowitz and Stegun,
// "Handbook of Mathematical Functions", 6.3.5 and 6.3.18.
double digamma(double x) {
  constexpr double kSeriesFrom = 6;
  double sum = 0;
  while (x < kSeriesFrom) {
    sum -= 1 / x;
    x += 1;
  }
  const double f = 1 / (x * x);
  const double series =
      f * (1. / 12 - f * (1. / 120 - f * (1. / 252 - f * (1. / 240 - f * (1. / 132)))));
  return sum + std::log(x) - .5 / x - series;
}

double seconds(Microseconds time) { return std::chrono::duration<double>(time).count(); }

struct Ranked {
  double gain = 0;
  double per_second = 0;
  std::size_t at = 0;
};

std::vector<Ranked> ranked(std::span<const IdleTest> tests) {
  std::vector<Ranked> order;
  order.reserve(tests.size());
  for (std::size_t i = 0; i < tests.size(); ++i) {
    const auto& each = tests[i];
    const auto gain = information_gain(each.runs, each.failures, each.in_flight);
    order.push_back({gain, gain / seconds(each.duration), i});
  }
  std::ranges::sort(order, [&](const Ranked& a, const Ranked& b) {
    return std::pair{-a.per_second, tests[a.at].test} < std::pair{-b.per_second, tests[b.at].test};
  });
  return order;
}

using InFlight = std::unordered_map<TestId, std::int64_t>;

// Of all wishes: what one of them measures tells the others.
InFlight in_flight(const CommitState& state) {
  InFlight runs;
  for (const auto& desired : state.desired) {
    for (const auto& [test, tally] : desired.tallies) {
      if (tally.in_flight > 0) runs[test] += tally.in_flight;
    }
  }
  return runs;
}

// What was skipped whenever it ran has nothing to tell.
bool is_always_skipped(const KnownRuns& runs) {
  return runs.skipped > 0 && runs.failures + runs.successes == 0;
}

std::vector<IdleTest> candidates(const DesiredState& desired, const SuiteState& suite,
                                 const TestMatcher& matcher, const InFlight& in_flight) {
  std::vector<TimedTest> timed;
  timed.reserve(suite.tests.size());
  for (const auto& test : suite.tests) timed.push_back({test.id, test.duration});
  const auto guess = usual_duration(timed);
  std::vector<IdleTest> found;
  for (const auto& test : suite.tests) {
    if (is_always_skipped(test.runs) || lacking(desired, suite, test, matcher) <= 0) continue;
    const auto open = in_flight.find(test.id);
    found.push_back(
        {test.id, test.runs.failures + test.runs.successes, test.runs.failures,
         open == in_flight.end() ? 0 : open->second,
         std::max<Microseconds>(test.duration.value_or(guess), Milliseconds{limits::kIdleTestMs})});
  }
  return found;
}

NewTask idle_task(const CommitState& state, const DesiredState& desired, const SuiteState& suite,
                  IdleBatch batch) {
  auto task = run_task(state, desired, suite, free_run_key(state, desired, suite, {}));
  task.priority = Priority::background;
  task.expected = expected_of_task(batch.expected);
  const auto measured = std::ranges::count_if(
      suite.tests, [](const auto& test) { return test.duration.has_value(); });
  task.measured = measured * 2 > std::ssize(suite.tests);
  task.all_tests = batch.tests.size() == suite.tests.size();
  task.tests = std::move(batch.tests);
  return task;
}

}  // namespace

double information_gain(std::int64_t runs, std::int64_t failures, std::int64_t in_flight) {
  constexpr double kJeffreys = .5;
  auto a = static_cast<double>(failures) + kJeffreys;
  auto b = static_cast<double>(runs - failures) + kJeffreys;
  const auto p = a / (a + b);
  const auto q = b / (a + b);
  const auto scale = 1 + static_cast<double>(in_flight) / (a + b);
  a *= scale;
  b *= scale;
  const auto entropy = -p * std::log(p) - q * std::log(q);
  return entropy - (digamma(a + b + 1) - p * digamma(a + 1) - q * digamma(b + 1));
}

std::optional<IdleBatch> densest_batch(std::span<const IdleTest> tests, Milliseconds target) {
  IdleBatch batch;
  std::vector<std::size_t> chosen;
  double gain = 0;
  for (const auto& next : ranked(tests)) {
    // From here on each would lower the average.
    if (next.per_second <= batch.gain_per_second) break;
    const auto duration = tests[next.at].duration;
    if (batch.expected + duration > target) continue;
    chosen.push_back(next.at);
    batch.expected += duration;
    gain += next.gain;
    batch.gain_per_second =
        gain / seconds(batch.expected + Milliseconds{limits::kContainerStartMs});
  }
  if (chosen.empty()) return std::nullopt;
  std::ranges::sort(chosen);
  for (const auto at : chosen) batch.tests.push_back(tests[at].test);
  return batch;
}

std::optional<IdleOffer> idle_offer(const CommitState& state) {
  const auto desired = std::ranges::find_if(state.desired, [](const DesiredState& each) {
    return each.wish.source == DesiredSource::idle && !each.stopped;
  });
  if (!state.repo_active || desired == state.desired.end()) return std::nullopt;
  const auto matcher = TestMatcher::make(desired->wish.filter);
  if (!matcher) return std::nullopt;
  const auto open = in_flight(state);
  std::optional<IdleBatch> best;
  const SuiteState* of = nullptr;
  for (const auto& suite : state.suites) {
    if (!is_runnable(state, suite) || !matcher->matches_suite(suite.name)) continue;
    auto batch =
        densest_batch(candidates(*desired, suite, *matcher, open), state.policy.batch_target);
    if (!batch) continue;
    const auto place = [](const IdleBatch& each, const SuiteState& its) {
      return std::pair{-each.gain_per_second, its.id};
    };
    if (best && place(*best, *of) < place(*batch, suite)) continue;
    best = std::move(batch);
    of = &suite;
  }
  if (!best) return std::nullopt;
  const auto gain = best->gain_per_second;
  return IdleOffer{idle_task(state, *desired, *of, std::move(*best)), gain};
}

}  // namespace testlooper::core
