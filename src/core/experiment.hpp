// What an experiment asks for next, and what it has found. Pure: everything follows from the
// question, the runs so far and what is in flight, so an experiment goes on after any restart as if
// nothing had happened. docs/laboratory.md says it for people.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/change.hpp"
#include "testlooper/domain/experiment.hpp"

#include "lab/rate.hpp"

namespace testlooper::core {

// So many runs in all, `wish.counts.runs`, of this kind at this commit. What differs between the
// arms of one commit (conditions, an order of tests) is the wish's; `wish.arm` names it.
struct WantedArm {
  std::string sha;
  DesiredTesting wish;
};

struct ExperimentPlan {
  enum class End { open, decided, stopped };
  End end = End::open;
  std::vector<WantedArm> wanted;          // that lack runs; empty where it has ended
  bool drains = false;                    // open: what has begun is waited for, the rest is dropped
  std::string verdict;                    // one word, where it is decided
  std::string answer;                     // one sentence: what was found, or how it stands
  std::optional<std::int64_t> more_runs;  // about so many more, where that can be said
};

// Of a running experiment. Idempotent: what is in flight is not asked for again.
ExperimentPlan plan_experiment(const ExperimentState& state, WallTime now);

// What is to be stored: wishes raised, an answer said, what is no longer wanted stopped. Nothing
// where nothing has changed.
Changes follow_experiment(const ExperimentState& state, WallTime now);

// When it is to be looked at again, whatever happens.
std::optional<WallTime> experiment_deadline(const Experiment& experiment);

// Orders of people. Errors: conflict, where it is not in that standing.
Result<Changes> pause_experiment(const ExperimentState& state, const std::string& who);
Result<Changes> stop_experiment(const ExperimentState& state, const std::string& who);
// `question` and `max_runs` may ask for more than before.
Result<Changes> continue_experiment(const ExperimentState& state,
                                    const ExperimentQuestion& question, std::int64_t max_runs);

// Who may want to know what it costs before it begins. Errors: invalid, where it is out of bounds;
// conflict, where it would take more than limits::kExperimentRunsUnasked and nobody said `yes`.
Result<void> check_experiment(const NewExperiment& spec, bool yes);
// About so many runs, if all goes as it is asked for.
std::int64_t expected_runs(const NewExperiment& spec);

// Helpers of its kinds.

struct ExperimentUse {
  std::int64_t used = 0;     // done or given up
  std::int64_t pending = 0;  // wanted beside them, or in flight
  std::int64_t begun = 0;    // of `pending`, in tasks
};
ExperimentUse use_of(const ExperimentArm& arm);
ExperimentUse use_of(const ExperimentState& state);
ArmCounts counts_of(const ExperimentState& state);
lab::Counts lab_counts(const ArmCounts& counts);
const ExperimentArm* find_arm(const ExperimentState& state, const std::string& sha,
                              const std::string& key = {});
// Why nothing can be measured by the arm; empty where it can, as far as is known.
std::string obstacle_of(const ExperimentArm& arm);
// The experiment's test at the commit, `runs` times in all.
WantedArm wanted_runs(const ExperimentState& state, const std::string& sha, std::int64_t runs);

// The least number of further runs that decides, if none of them fails; nothing beyond
// limits::kExperimentRuns.
std::optional<std::int64_t> more_if_none_fails(const ProveQuestion& question, lab::Counts counts);

ExperimentPlan plan_hunt(const ExperimentState& state, const HuntQuestion& question, WallTime now);
ExperimentPlan plan_proof(const ExperimentState& state, const ProveQuestion& question);
ExperimentPlan plan_bisection(const ExperimentState& state, const BisectQuestion& question);
ExperimentPlan plan_diagnosis(const ExperimentState& state, const DiagnoseQuestion& question);

}  // namespace testlooper::core
