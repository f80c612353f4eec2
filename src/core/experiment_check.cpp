// Whether an experiment may begin, and what it would cost.
#include <algorithm>

#include "testlooper/base/limits.hpp"

#include "core/experiment.hpp"
#include "core/experiment_text.hpp"

namespace testlooper::core {
namespace {

bool is_share(double number) { return number > 0 && number < 1; }

struct Check {
  Result<void> operator()(const HuntQuestion& question) const {
    if (question.until_failures < 0 || question.until_failures > limits::kExperimentRuns) {
      return invalid("must be at most " + std::to_string(limits::kExperimentRuns),
                     "until_failures");
    }
    if (question.duration < Seconds{0} || question.duration > Seconds{limits::kMaxTimeoutSeconds}) {
      return invalid("must be at most " + std::to_string(limits::kMaxTimeoutSeconds) + " seconds",
                     "for_s");
    }
    return {};
  }
  Result<void> operator()(const ProveQuestion& question) const {
    if (!is_share(question.risk)) return invalid("must be between 0 and 1", "risk");
    if (question.old_rate <= 0) {
      return invalid("the old rate must be above 0: a test that never failed can't be proven fixed",
                     "against");
    }
    if (question.old_rate < limits::kLeastOldRate) {
      return invalid("an old rate below one in a million takes more runs than can be made",
                     "against");
    }
    if (question.old_rate >= 1) {
      return invalid("the old rate must be below 1: for a test that always failed, say .99",
                     "against");
    }
    return {};
  }
  Result<void> operator()(const BisectQuestion& question) const {
    if (question.confidence >= .5 && question.confidence < 1) return {};
    return invalid("must be from .5 to less than 1", "confidence");
  }
  Result<void> operator()(const DiagnoseQuestion& question) const {
    if (question.effort >= 1 && question.effort <= limits::kDiagnoseEffort) return {};
    return invalid("must be a whole number from 1 to " + std::to_string(limits::kDiagnoseEffort),
                   "effort");
  }
};

struct Expected {
  const NewExperiment& spec;

  // Until a time or a number of failures, nobody knows how many, but no fewer than the failures.
  std::int64_t operator()(const HuntQuestion& question) const {
    const bool open = question.until_failures > 0 || question.duration > Seconds{0};
    const auto likely = std::max(limits::kHuntRuns, question.until_failures);
    return open ? std::min(spec.max_runs, likely) : spec.max_runs;
  }
  std::int64_t operator()(const ProveQuestion& question) const {
    return more_if_none_fails(question, {}).value_or(limits::kExperimentRuns);
  }
  std::int64_t operator()(const BisectQuestion&) const { return spec.max_runs; }
  std::int64_t operator()(const DiagnoseQuestion&) const { return spec.max_runs; }
};

}  // namespace

std::int64_t expected_runs(const NewExperiment& spec) {
  return std::visit(Expected{spec}, spec.question);
}

Result<void> check_experiment(const NewExperiment& spec, bool yes) {
  if (spec.max_runs < 1 || spec.max_runs > limits::kExperimentRuns) {
    return invalid("must be a whole number from 1 to " + std::to_string(limits::kExperimentRuns),
                   "runs");
  }
  if (spec.in_flight < 1 || spec.in_flight > limits::kExperimentInFlightMost) {
    return invalid(
        "must be a whole number from 1 to " + std::to_string(limits::kExperimentInFlightMost),
        "in_flight");
  }
  if (auto checked = std::visit(Check{}, spec.question); !checked) return checked;
  const auto runs = expected_runs(spec);
  if (yes || runs <= limits::kExperimentRunsUnasked) return {};
  return fail(ErrorKind::conflict,
              "this may take " + runs_text(runs) + " of the test, and more than " +
                  runs_text(limits::kExperimentRunsUnasked) +
                  " are only made for who says so: repeat it with yes (--yes)");
}

}  // namespace testlooper::core
