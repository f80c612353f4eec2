// What a wish lacks, and what it has too much of.
#include "core/wanted.hpp"

#include <algorithm>
#include <ranges>
#include <unordered_map>

#include "core/reactors.hpp"
#include "core/task_state.hpp"

namespace testlooper::core {
namespace {

using Surplus = std::unordered_map<TestId, std::int64_t>;

// Tests of which more runs are in flight than are still wanted, and how many more.
Surplus surplus_of(const CommitState& state, const DesiredState& desired) {
  Surplus surplus;
  const auto matcher = TestMatcher::make(desired.wish.filter);
  if (!matcher || desired.not_started.empty()) return surplus;
  for (const auto& suite : state.suites) {
    for (const auto& test : suite.tests) {
      const auto lacks = lacking(desired, suite, test, *matcher);
      if (lacks < 0) surplus.emplace(test.id, -lacks);
    }
  }
  return surplus;
}

bool take_runs_of(const NewTask& task, Surplus& surplus) {
  bool took = false;
  for (const auto& test : task.tests) {
    const auto found = surplus.find(test);
    if (found == surplus.end() || found->second <= 0) continue;
    found->second -= task.repeats;
    took = true;
  }
  return took;
}

}  // namespace

std::int64_t lacking(const DesiredState& desired, const SuiteState& suite, const KnownTest& test,
                     const TestMatcher& matcher) {
  const auto found = desired.tallies.find(test.id);
  const Tally tally = found == desired.tallies.end() ? Tally{} : found->second;
  const bool wanted = !desired.stopped && matcher.matches(suite.name, test);
  const auto runs = wanted ? desired.wish.counts.wanted_of(test.traits) : 0;
  // What was run beyond the wish is no reason to drop what is in flight of it twice.
  return std::max<std::int64_t>(0, runs - tally.done - tally.given_up) - tally.in_flight;
}

// Newest first. A task may hold runs that are still lacking besides those that are too many: it
// goes as a whole, and the next look queues what is lacking then.
Changes drop_surplus_runs(const CommitState& state) {
  Changes changes;
  for (const auto& desired : state.desired) {
    auto surplus = surplus_of(state, desired);
    if (surplus.empty()) continue;
    for (const auto& task : desired.not_started | std::views::reverse) {
      if (!take_runs_of(task.spec, surplus)) continue;
      changes.push_back(dropped(task, "its runs are no longer wanted"));
    }
  }
  return changes;
}

}  // namespace testlooper::core
