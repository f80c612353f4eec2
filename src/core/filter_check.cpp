#include "core/filter_check.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_set>

#include "testlooper/base/limits.hpp"

#include "core/needs.hpp"

namespace testlooper::core {
namespace {

using Strings = std::vector<std::string>;

bool begins_with(const Strings& texts, const std::string& prefix) {
  return std::ranges::any_of(texts, [&](const auto& text) { return text.starts_with(prefix); });
}

bool all_listed(const CommitState& state) {
  return state.plan == StepState::ok &&
         std::ranges::all_of(state.suites,
                             [](const SuiteState& suite) { return suite.listed == StepState::ok; });
}

template <typename Has>
const std::string* first_unknown(const std::optional<Strings>& names, const Has& has) {
  if (!names) return nullptr;
  const auto found = std::ranges::find_if_not(*names, has);
  return found == names->end() ? nullptr : &*found;
}

template <typename Fits>
bool any_test(const CommitState& state, const Fits& fits) {
  return std::ranges::any_of(state.suites, [&](const SuiteState& suite) {
    return std::ranges::any_of(suite.tests, fits);
  });
}

}  // namespace

Result<void> check_counts(const RunCounts& counts) {
  const auto range = [](std::int64_t least) {
    return "must be a whole number from " + std::to_string(least) + " to " +
           std::to_string(limits::kRunsPerRequest);
  };
  if (counts.runs < 1 || counts.runs > limits::kRunsPerRequest) return invalid(range(1), "times");
  for (const auto& [count, member] : {std::pair{counts.fail_runs, "fail_runs"},
                                      {counts.flake_runs, "flake_runs"},
                                      {counts.new_runs, "new_runs"}}) {
    if (count < 0 || count > limits::kRunsPerRequest) return invalid(range(0), member);
  }
  return {};
}

Result<void> check_names(const TestFilter& filter, const CommitState& state) {
  if (state.plan != StepState::ok) return {};
  const auto has_suite = [&](const std::string& name) {
    return std::ranges::find(state.suites, name, &SuiteState::name) != state.suites.end();
  };
  if (const auto* name = first_unknown(filter.suites, has_suite)) {
    return invalid("there is no suite '" + *name + "' at this commit", "filter.suites");
  }
  if (!all_listed(state)) return {};
  std::unordered_set<std::string> ids;
  for (const auto& suite : state.suites) {
    for (const auto& test : suite.tests) {
      if (!filter.tests) break;
      ids.insert(test.test.id());
      ids.insert(suite.name + "/" + test.test.id());
    }
  }
  const auto has_id = [&](const std::string& id) { return ids.contains(id); };
  if (const auto* id = first_unknown(filter.tests, has_id)) {
    return invalid("there is no test '" + *id + "' at this commit", "filter.tests");
  }
  const auto has_label = [&](const std::string& prefix) {
    return any_test(state, [&](const auto& test) { return begins_with(test.labels, prefix); });
  };
  if (const auto* label = first_unknown(filter.labels, has_label)) {
    return invalid("no test of this commit has a label that begins with '" + *label + "'",
                   "filter.labels");
  }
  const auto has_path = [&](const std::string& prefix) {
    return any_test(state, [&](const auto& test) { return test.test.path.starts_with(prefix); });
  };
  if (const auto* path = first_unknown(filter.paths, has_path)) {
    return invalid("no test of this commit has a path that begins with '" + *path + "'",
                   "filter.paths");
  }
  return {};
}

Result<void> check_condition(const Condition& condition, const CommitState& state) {
  const auto& capacity = state.policy.capacity;
  const auto milli_cores = std::llround(condition.cpus * 1000);
  if (const auto why = never_fits({milli_cores, condition.memory_mb}, capacity); !why.empty()) {
    return invalid(why, "condition");
  }
  if (condition.order.before.empty() || state.plan != StepState::ok || !all_listed(state))
    return {};
  std::unordered_set<std::string> ids;
  for (const auto& suite : state.suites) {
    for (const auto& test : suite.tests) ids.insert(test.test.id());
  }
  for (const auto& id : condition.order.before) {
    if (ids.contains(id)) continue;
    return invalid("there is no test '" + id + "' at this commit", "condition");
  }
  return {};
}

}  // namespace testlooper::core
