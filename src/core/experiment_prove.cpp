// Is it fixed there? The runs of the experiment alone count: whoever begins it may have seen
// others, and begun because of them.
#include <algorithm>

#include "testlooper/base/limits.hpp"

#include "core/experiment.hpp"
#include "core/experiment_text.hpp"
#include "lab/prove.hpp"

namespace testlooper::core {
namespace {

using lab::FixVerdict;

// Half of the risk is used up where the old rate is only known from runs (Berger and Boos, "P
// values maximized over a confidence set for the nuisance parameter", Journal of the American
// Statistical Association 89, 1994).
lab::FixQuestion fix_question(const ProveQuestion& question) {
  return {question.old_rate, question.against_runs > 0 ? question.risk / 2 : question.risk};
}

FixVerdict verdict_of(const ProveQuestion& question, lab::Counts counts) {
  const auto fix = fix_question(question);
  switch (question.method) {
    case ProveMethod::anytime:
      return lab::anytime_verdict(fix, counts);
    case ProveMethod::sequential:
      return lab::sequential(fix, counts);
    case ProveMethod::fixed:
      if (counts.failures > 0) return FixVerdict::still_flaky;
      return counts.runs >= lab::fixed_runs(fix) ? FixVerdict::fixed : FixVerdict::undecided;
  }
  return FixVerdict::undecided;
}

std::string old_rate_text(const ProveQuestion& question) {
  if (question.against_runs == 0) return percent(question.old_rate);
  const lab::Counts counts{question.against_failures, question.against_runs};
  const auto from =
      question.against_sha.empty() ? std::string{} : " at " + short_sha(question.against_sha);
  return "at least " + percent(question.old_rate) + " (" + failures_text(counts) + from + ")";
}

std::string fixed_text(const ProveQuestion& question, lab::Counts counts) {
  return "fixed: " + failures_text(counts) + " at " + short_sha(question.sha) + ", against " +
         old_rate_text(question) +
         " before; while it still failed as often as that, this would be " +
         "said with a probability of at most " + percent(question.risk);
}

std::string flaky_text(const ProveQuestion& question, lab::Counts counts) {
  const auto at = failures_text(counts) + " at " + short_sha(question.sha);
  if (counts.runs > 1 && counts.failures == counts.runs)
    return "not fixed: it fails each time; " + at;
  const std::string text = "still flaky: " + at + ", " + rate_text(counts);
  if (question.method == ProveMethod::fixed) {
    return text + "; this method allows for none";
  }
  return text + "; more than a tenth of the old rate, " + old_rate_text(question);
}

std::string open_text(const ProveQuestion& question, lab::Counts counts,
                      const std::optional<std::int64_t>& more) {
  std::string text = "not decided yet: " + failures_text(counts) + " at " + short_sha(question.sha);
  if (more) return text + "; about " + runs_text(*more) + " more, if none of them fails";
  return text;
}

}  // namespace

std::optional<std::int64_t> more_if_none_fails(const ProveQuestion& question, lab::Counts counts) {
  const auto decides = [&](std::int64_t runs) {
    return verdict_of(question, counts + lab::Counts{0, runs}) != FixVerdict::undecided;
  };
  std::int64_t high = 1;
  for (; !decides(high); high *= 2) {
    if (high >= limits::kExperimentRuns) return std::nullopt;
  }
  for (auto low = high / 2; low + 1 < high;) {
    const auto middle = low + (high - low) / 2;
    (decides(middle) ? high : low) = middle;
  }
  return high;
}

ExperimentPlan plan_proof(const ExperimentState& state, const ProveQuestion& question) {
  ExperimentPlan plan;
  const auto counts = lab_counts(counts_of(state));
  const auto use = use_of(state);
  const auto verdict = verdict_of(question, counts);
  // What ends soon is no sample: failures often end sooner than passes, or later. Only where one
  // failure decides, nothing that is under way can speak against it.
  const bool settled = verdict == FixVerdict::still_flaky && question.method == ProveMethod::fixed;
  if (verdict != FixVerdict::undecided && !settled && use.pending > 0) {
    plan.answer =
        failures_text(counts) + " at " + short_sha(question.sha) + "; " + waits_text(use.pending);
    return plan;
  }
  if (verdict != FixVerdict::undecided) {
    plan.end = ExperimentPlan::End::decided;
    const bool fixed = verdict == FixVerdict::fixed;
    plan.verdict = fixed ? "fixed" : "still_flaky";
    plan.answer = fixed ? fixed_text(question, counts) : flaky_text(question, counts);
    return plan;
  }
  plan.more_runs = more_if_none_fails(question, counts);
  plan.answer = open_text(question, counts, plan.more_runs);
  const auto* arm = find_arm(state, question.sha);
  if (auto obstacle = arm == nullptr ? std::string{} : obstacle_of(*arm); !obstacle.empty()) {
    plan.end = ExperimentPlan::End::decided;
    plan.verdict = "cannot_run";
    plan.answer = std::move(obstacle);
    return plan;
  }
  const auto& spec = state.experiment.spec;
  auto window = std::min<std::int64_t>(spec.in_flight, spec.max_runs - use.used);
  if (plan.more_runs) window = std::min(window, *plan.more_runs);
  if (window <= 0) {
    plan.end = ExperimentPlan::End::stopped;
    plan.answer += "; its bound of " + runs_text(spec.max_runs) + " is reached";
    return plan;
  }
  if (use.pending < window) {
    plan.wanted.push_back(wanted_runs(state, question.sha, use.used + window));
  }
  return plan;
}

}  // namespace testlooper::core
