#include "core/experiment.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "testlooper/base/limits.hpp"

#include "core/experiment_text.hpp"
#include "core/experiment_watch.hpp"

namespace testlooper::core {
namespace {

using End = ExperimentPlan::End;

struct Plan {
  const ExperimentState& state;
  WallTime now;

  ExperimentPlan operator()(const HuntQuestion& question) const {
    return plan_hunt(state, question, now);
  }
  ExperimentPlan operator()(const ProveQuestion& question) const {
    return plan_proof(state, question);
  }
  ExperimentPlan operator()(const BisectQuestion& question) const {
    return plan_bisection(state, question);
  }
  ExperimentPlan operator()(const DiagnoseQuestion& question) const {
    return plan_diagnosis(state, question);
  }
};

// What has runs left goes; what was measured stays.
void stop_arms(const ExperimentState& state, Changes& changes) {
  for (const auto& arm : state.arms) {
    if (!arm.stopped && use_of(arm).pending > 0) {
      changes.push_back(change::DesiredStopped{arm.wish});
    }
  }
}

Changes moved(const ExperimentState& state, ExperimentStanding standing, std::string verdict,
              std::string answer, bool watched = false) {
  Changes changes{change::ExperimentMoved{state.experiment.id, standing, std::move(verdict),
                                          std::move(answer), watched}};
  if (standing != ExperimentStanding::running) stop_arms(state, changes);
  return changes;
}

Changes raise(const ExperimentState& state, std::vector<WantedArm> wanted) {
  Changes changes;
  for (auto& each : wanted) {
    const auto* arm = find_arm(state, each.sha, each.wish.arm);
    if (arm == nullptr) {
      changes.push_back(
          change::Desired{state.experiment.spec.repo, each.sha, std::move(each.wish)});
    } else if (arm->wanted.counts.runs < each.wish.counts.runs) {
      changes.push_back(change::DesiredChanged{arm->wish, std::move(each.wish)});
    }
  }
  return changes;
}

// What is in tasks that have started can't be dropped, and ends.
Changes drop_rest(const ExperimentState& state) {
  Changes changes;
  for (const auto& arm : state.arms) {
    const auto used = use_of(arm).used;
    if (arm.stopped || arm.wanted.counts.runs <= used) continue;
    auto wish = arm.wanted;
    wish.counts.runs = used;
    changes.push_back(change::DesiredChanged{arm.wish, std::move(wish)});
  }
  return changes;
}

Changes follow_running(const ExperimentState& state, WallTime now) {
  const auto cancelled = std::ranges::find(state.arms, true, &ExperimentArm::stopped);
  if (cancelled != state.arms.end()) {
    return moved(state, ExperimentStanding::paused, "",
                 "its runs at " + short_sha(cancelled->sha) + " were cancelled");
  }
  auto plan = plan_experiment(state, now);
  if (plan.end == End::open) {
    return plan.drains ? drop_rest(state) : raise(state, std::move(plan.wanted));
  }
  if (plan.end == End::stopped) {
    return moved(state, ExperimentStanding::stopped, "", std::move(plan.answer));
  }
  // Nothing but experiments runs it under a condition, so nothing would be seen afterwards.
  const bool watched = plan.verdict == "fixed" && state.experiment.spec.condition.plain();
  return moved(state, ExperimentStanding::decided, std::move(plan.verdict), std::move(plan.answer),
               watched);
}

Changes follow_watched(const ExperimentState& state) {
  const auto reopened = came_back(state);
  if (!reopened) return {};
  return {change::ExperimentMoved{state.experiment.id, ExperimentStanding::decided, "reopened",
                                  *reopened, false}};
}

std::string kind_text(ExperimentStanding standing) {
  switch (standing) {
    case ExperimentStanding::running:
      return "is running";
    case ExperimentStanding::paused:
      return "is paused";
    case ExperimentStanding::stopped:
      return "was stopped";
    case ExperimentStanding::decided:
      return "is decided";
  }
  return {};
}

std::unexpected<Error> wrong_standing(const Experiment& experiment) {
  return fail(ErrorKind::conflict, "experiment " + std::to_string(experiment.id.value) + " " +
                                       kind_text(experiment.standing));
}

}  // namespace

ExperimentUse use_of(const ExperimentArm& arm) {
  ExperimentUse use;
  use.used = arm.tally.done + arm.tally.given_up;
  const auto left = arm.stopped || arm.settled ? 0 : arm.wanted.counts.runs - use.used;
  use.pending = std::max(left, arm.tally.in_flight);
  use.begun = arm.tally.in_flight;
  return use;
}

ExperimentUse use_of(const ExperimentState& state) {
  ExperimentUse sum;
  for (const auto& arm : state.arms) {
    const auto use = use_of(arm);
    sum.used += use.used;
    sum.pending += use.pending;
    sum.begun += use.begun;
  }
  return sum;
}

ArmCounts counts_of(const ExperimentState& state) {
  ArmCounts sum;
  for (const auto& arm : state.arms) {
    sum.passed += arm.counts.passed;
    sum.failed += arm.counts.failed;
    sum.skipped += arm.counts.skipped;
  }
  return sum;
}

lab::Counts lab_counts(const ArmCounts& counts) { return {counts.failed, counts.measured()}; }

const ExperimentArm* find_arm(const ExperimentState& state, const std::string& sha,
                              const std::string& key) {
  const auto found = std::ranges::find_if(
      state.arms, [&](const ExperimentArm& arm) { return arm.sha == sha && arm.key == key; });
  return found == state.arms.end() ? nullptr : &*found;
}

std::string obstacle_of(const ExperimentArm& arm) {
  const auto at = " at " + short_sha(arm.sha);
  const auto lacking = arm.wanted.counts.runs - arm.tally.done - arm.tally.given_up;
  if (arm.settled && !arm.stopped && lacking > 0) {
    return arm.obstacle.empty() ? "the test cannot be run" + at : arm.obstacle;
  }
  if (arm.counts.measured() > 0) return {};
  if (arm.counts.skipped >= limits::kExperimentTries) return "the test is skipped" + at;
  // A condition that can't be had gives its run up, and says why.
  if (arm.tally.given_up > 0 && !arm.obstacle.empty()) return arm.obstacle;
  if (arm.tally.given_up >= limits::kExperimentTries) {
    return "no run" + at + " told anything: the machine failed, or the report left the test out";
  }
  return {};
}

WantedArm wanted_runs(const ExperimentState& state, const std::string& sha, std::int64_t runs) {
  DesiredTesting wish;
  wish.source = DesiredSource::experiment;
  wish.experiment = state.experiment.id;
  wish.background = state.experiment.spec.background;
  wish.condition = state.experiment.spec.condition;
  wish.counts = {.runs = runs};
  wish.requested_by = "experiment " + std::to_string(state.experiment.id.value);
  wish.filter.suites.emplace();
  wish.filter.tests.emplace();
  for (std::size_t i = 0; i < state.names.size(); ++i) {
    if (std::ranges::find(*wish.filter.suites, state.suites[i]) == wish.filter.suites->end()) {
      wish.filter.suites->push_back(state.suites[i]);
    }
    wish.filter.tests->push_back(state.suites[i] + "/" + state.names[i].id());
  }
  return {sha, std::move(wish)};
}

ExperimentPlan plan_experiment(const ExperimentState& state, WallTime now) {
  return std::visit(Plan{state, now}, state.experiment.spec.question);
}

Changes follow_experiment(const ExperimentState& state, WallTime now) {
  if (!state.repo_active) return {};
  if (state.experiment.standing == ExperimentStanding::running) return follow_running(state, now);
  if (state.experiment.watched) return follow_watched(state);
  return {};
}

std::optional<WallTime> experiment_deadline(const Experiment& experiment) {
  const auto* hunt = std::get_if<HuntQuestion>(&experiment.spec.question);
  if (experiment.standing != ExperimentStanding::running || hunt == nullptr) return std::nullopt;
  if (hunt->duration == Seconds{0}) return std::nullopt;
  return experiment.resumed_at + (hunt->duration - experiment.ran);
}

Result<Changes> pause_experiment(const ExperimentState& state, const std::string& who) {
  if (state.experiment.standing != ExperimentStanding::running) {
    return wrong_standing(state.experiment);
  }
  return moved(state, ExperimentStanding::paused, "", "paused by " + who);
}

Result<Changes> stop_experiment(const ExperimentState& state, const std::string& who) {
  const auto standing = state.experiment.standing;
  if (standing != ExperimentStanding::running && standing != ExperimentStanding::paused) {
    return wrong_standing(state.experiment);
  }
  return moved(state, ExperimentStanding::stopped, "", "stopped by " + who);
}

Result<Changes> continue_experiment(const ExperimentState& state,
                                    const ExperimentQuestion& question, std::int64_t max_runs) {
  const auto& experiment = state.experiment;
  if (experiment.standing == ExperimentStanding::running) return wrong_standing(experiment);
  const bool same = question == experiment.spec.question && max_runs == experiment.spec.max_runs;
  if (experiment.standing == ExperimentStanding::decided && same) {
    return fail(ErrorKind::conflict,
                "experiment " + std::to_string(experiment.id.value) +
                    " is decided: name what more it shall do (more runs, more confidence)");
  }
  Changes changes;
  if (!same) changes.push_back(change::ExperimentExtended{experiment.id, question, max_runs});
  for (const auto& arm : state.arms) {
    if (!arm.stopped) continue;
    auto wish = arm.wanted;
    wish.counts.runs = arm.tally.done + arm.tally.given_up;
    changes.push_back(change::DesiredChanged{arm.wish, std::move(wish)});
  }
  std::ranges::move(moved(state, ExperimentStanding::running, "", ""), std::back_inserter(changes));
  return changes;
}

}  // namespace testlooper::core
