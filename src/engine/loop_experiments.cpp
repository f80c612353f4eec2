// Experiments. See loop.hpp.
#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "core/experiment.hpp"
#include "engine/loop.hpp"

namespace testlooper::engine {
namespace {

std::string kind_text(const ExperimentQuestion& question) {
  switch (kind_of(question)) {
    case ExperimentKind::hunt:
      return "a hunt";
    case ExperimentKind::prove:
      return "a proof";
    case ExperimentKind::bisect:
      return "a bisection";
    case ExperimentKind::diagnose:
      return "a diagnosis";
  }
  return {};
}

change::Audited audited(const std::string& who, const std::string& subject, RepoId repo,
                        std::string detail) {
  return {{who, "experiment", repo, subject, std::move(detail)}};
}

std::string numbered(ExperimentId id) { return "experiment " + std::to_string(id.value); }

struct Extend {
  const orders::ContinueExperiment& order;

  void operator()(HuntQuestion& question) const {
    question.until_failures = order.until_failures.value_or(question.until_failures);
    question.duration = order.duration.value_or(question.duration);
  }
  void operator()(ProveQuestion&) const {}
  void operator()(DiagnoseQuestion&) const {}
  void operator()(BisectQuestion& question) const {
    question.confidence = order.confidence.value_or(question.confidence);
  }
};

}  // namespace

void Loop::follow_experiments(Now now) {
  while (!experiment_due_.empty()) {
    const auto due =
        std::ranges::min_element(experiment_due_, {}, [](const auto& each) { return each.second; });
    if (due->second > now.monotonic) break;
    experiments_.insert(due->first);
    experiment_due_.erase(due);
  }
  while (!experiments_.empty()) {
    const auto id = *experiments_.begin();
    experiments_.erase(experiments_.begin());
    experiment_due_.erase(id);
    const auto state = store_.experiment(id);
    if (!state) continue;  // purged
    const auto changes = core::follow_experiment(*state, now.wall);
    commit(changes, now);
    experiments_.erase(id);  // its own wishes tell it nothing new
    const bool ended = std::ranges::any_of(changes, [](const Change& each) {
      return std::holds_alternative<change::ExperimentMoved>(each);
    });
    // Once it is over, the end of what has begun is the next that there is to look at.
    const auto due = core::experiment_deadline(state->experiment);
    if (due && *due > now.wall && !ended) {
      experiment_due_[id] = now.monotonic + (*due - now.wall);
    }
  }
}

void Loop::on(HistoryAsked& event, Now now) {
  static_cast<void>(now);
  const bool only = event.wish.repo.empty() && repos_.size() == 1;
  auto* repo = only ? &repos_.begin()->second : find_repo(event.wish.repo);
  if (repo == nullptr) {
    return event.reply(not_found("there is no repository '" + event.wish.repo + "'"));
  }
  for (const auto& state : store_.repos()) {
    const auto head = state.heads.find(state.primary_branch);
    if (state.repo.id != repo->repo.id || head == state.heads.end()) continue;
    for (auto& range : event.wish.ranges) {
      if (range.to.empty()) range.to = head->second;
    }
  }
  scanner_.read_history(repo->repo.spec, repo->repo.git_dir, std::move(event.wish.ranges),
                        [enqueue = enqueue_, id = repo->repo.id,
                         reply = std::move(event.reply)](std::vector<CommitInfo> commits) {
                          enqueue(HistoryRead{id, std::move(commits), reply});
                        });
}

void Loop::on(HistoryRead& event, Now now) {
  Changes changes;
  if (!event.commits.empty() && repos_.contains(event.repo)) {
    changes.push_back(change::CommitsFound{event.repo, std::move(event.commits)});
  }
  event.reply(commit(changes, now, true).revision);
}

std::optional<ExperimentState> Loop::experiment_of(ExperimentId id) {
  auto state = store_.experiment(id);
  if (state && !state->repo_active) state.reset();
  return state;
}

Result<orders::Done> Loop::carry_out(orders::StartExperiments& order, Now now) {
  Changes changes;
  for (auto& spec : order.specs) {
    if (auto checked = core::check_experiment(spec, order.yes); !checked) {
      return std::unexpected(checked.error());
    }
    if (!repos_.contains(spec.repo)) return not_found("its repository was removed");
    changes.push_back(audited(spec.requested_by, "test " + std::to_string(spec.test.value),
                              spec.repo,
                              kind_text(spec.question) + " of at most " +
                                  std::to_string(spec.max_runs) + " runs was started"));
    changes.push_back(change::ExperimentCreated{std::move(spec)});
  }
  const auto committed = commit(changes, now);
  orders::Done done{.revision = committed.revision};
  for (const auto id : committed.created) done.experiments.push_back(ExperimentId{id.value});
  if (!done.experiments.empty()) done.id = done.experiments.front().value;
  return done;
}

Result<orders::Done> Loop::change(const ExperimentState& state, Result<Changes> changes,
                                  std::string action, const std::string& who, Now now) {
  if (!changes) return std::unexpected(changes.error());
  const auto& experiment = state.experiment;
  changes->push_back(
      audited(who, numbered(experiment.id), experiment.spec.repo, std::move(action)));
  const auto committed = commit(*changes, now);
  return orders::Done{.revision = committed.revision, .id = experiment.id.value};
}

Result<orders::Done> Loop::carry_out(orders::PauseExperiment& order, Now now) {
  const auto state = experiment_of(order.experiment);
  if (!state) return not_found("there is no " + numbered(order.experiment));
  return change(*state, core::pause_experiment(*state, order.who), "paused", order.who, now);
}

Result<orders::Done> Loop::carry_out(orders::StopExperiment& order, Now now) {
  const auto state = experiment_of(order.experiment);
  if (!state) return not_found("there is no " + numbered(order.experiment));
  return change(*state, core::stop_experiment(*state, order.who), "stopped", order.who, now);
}

Result<orders::Done> Loop::carry_out(orders::ContinueExperiment& order, Now now) {
  const auto state = experiment_of(order.experiment);
  if (!state) return not_found("there is no " + numbered(order.experiment));
  auto spec = state->experiment.spec;
  std::visit(Extend{order}, spec.question);
  spec.max_runs = order.runs.value_or(spec.max_runs);
  const bool more = spec.max_runs > state->experiment.spec.max_runs;
  if (auto checked = core::check_experiment(spec, order.yes || !more); !checked) {
    return std::unexpected(checked.error());
  }
  return change(*state, core::continue_experiment(*state, spec.question, spec.max_runs),
                "continued, at most " + std::to_string(spec.max_runs) + " runs", order.who, now);
}

}  // namespace testlooper::engine
