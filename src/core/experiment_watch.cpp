#include "core/experiment_watch.hpp"

#include <vector>

#include "core/experiment.hpp"
#include "core/experiment_text.hpp"
#include "lab/change.hpp"

namespace testlooper::core {
namespace {

// It is looked at after each failure, so it takes more than what is looked at once.
constexpr double kOdds = 1e5;

double rate(lab::Counts counts) {
  return counts.runs == 0 ? 0
                          : static_cast<double>(counts.failures) / static_cast<double>(counts.runs);
}

}  // namespace

std::optional<std::string> came_back(const ExperimentState& state) {
  std::vector<lab::Counts> series;
  for (const auto& commit : state.since) series.push_back(lab_counts(commit.counts));
  for (const auto& change : lab::find_changes(series, {.odds = kOdds})) {
    if (rate(change.after) <= rate(change.before)) continue;
    return "it came back: " + failures_text(change.after) + " since " +
           short_sha(state.since[change.position].sha) + ", after " + failures_text(change.before) +
           "; the change is between " + short_sha(state.since[change.earliest].sha) + " and " +
           short_sha(state.since[change.latest].sha) + " (99 %)";
  }
  return std::nullopt;
}

}  // namespace testlooper::core
