// How often does it fail there?
#include "core/experiment.hpp"
#include "core/experiment_text.hpp"

namespace testlooper::core {
namespace {

std::string found_text(const HuntQuestion& question, lab::Counts counts) {
  return failures_text(counts) + " at " + short_sha(question.sha) + ": " + rate_text(counts);
}

// In a word what was found.
std::string verdict_of(lab::Counts counts) {
  if (counts.failures == 0) return "never_failed";
  return counts.failures == counts.runs ? "always_failed" : "flaky";
}

}  // namespace

// All that it may take is wanted at once; what has not started goes when it ends. So it costs
// nothing to choose, and runs as fast as the machine can. What has started counts: the rate of what
// ended first is another one where failures end sooner than passes, or later.
ExperimentPlan plan_hunt(const ExperimentState& state, const HuntQuestion& question, WallTime now) {
  ExperimentPlan plan;
  const auto counts = lab_counts(counts_of(state));
  const auto* arm = find_arm(state, question.sha);
  plan.answer = found_text(question, counts);
  const auto use = use_of(state);
  const auto deadline = experiment_deadline(state.experiment);
  const bool over = (question.until_failures > 0 && counts.failures >= question.until_failures) ||
                    (deadline && *deadline <= now) || use.used >= state.experiment.spec.max_runs;
  if (over && use.begun > 0) {
    plan.drains = true;
    plan.answer += "; " + waits_text(use.begun);
    return plan;
  }
  if (over && counts.runs > 0) {
    plan.end = ExperimentPlan::End::decided;
    plan.verdict = verdict_of(counts);
    return plan;
  }
  if (auto obstacle = arm == nullptr ? std::string{} : obstacle_of(*arm); !obstacle.empty()) {
    plan.end = ExperimentPlan::End::decided;
    plan.verdict = "cannot_run";
    plan.answer = std::move(obstacle);
    return plan;
  }
  if (over) {
    plan.end = ExperimentPlan::End::stopped;
    plan.answer = "its bound was reached before any run told anything";
    return plan;
  }
  if (counts.runs == 0) plan.answer = "no run has ended yet";
  plan.wanted.push_back(wanted_runs(state, question.sha, state.experiment.spec.max_runs));
  if (question.until_failures == 0 && question.duration == Seconds{0}) {
    plan.more_runs = state.experiment.spec.max_runs - use.used;
  }
  return plan;
}

}  // namespace testlooper::core
