// People begin experiments, pause them and have them go on; what must hold of them at rest.
#include <algorithm>
#include <optional>

#include "sim/world.hpp"

namespace testlooper::sim {
namespace {

constexpr std::int64_t kMostExperiments = 50;

}  // namespace

// A test that some commit has listed, and a question about it.
void World::start_experiment() {
  if (!loop_ || pushed_.empty()) return;
  const auto repo = store_.repos().at(0).repo.id;
  auto sha = pushed_[static_cast<std::size_t>(between(0, static_cast<int>(pushed_.size()) - 1))];
  std::optional<TestId> test;
  for (const auto& each : pushed_) {
    const auto commit = store_.find_commit(repo, each);
    if (!commit || test) continue;
    for (const auto& suite : store_.commit_state(*commit).suites) {
      if (!suite.tests.empty()) test = suite.tests.front().id;
    }
    if (test && chance() < .7) sha = each;
  }
  if (!test) return;
  orders::StartExperiments order;
  order.specs.push_back({.repo = repo,
                         .test = *test,
                         .question = HuntQuestion{sha, between(0, 3), Seconds{0}},
                         .max_runs = between(1, 30),
                         .in_flight = between(1, 6),
                         .background = chance() < .3,
                         .requested_by = "somebody",
                         .condition = {}});
  auto& spec = order.specs.front();
  const int kind = between(0, 3);
  if (kind == 1) {
    ProveQuestion question;
    question.sha = sha;
    question.old_rate = .6;
    spec.question = question;
  }
  if (kind == 2) spec.question = BisectQuestion{.good = "", .bad = sha};
  if (kind == 3) spec.question = HuntQuestion{sha, 0, Seconds{between(1, 20)}};
  loop_->handle(engine::OrderGiven{std::move(order), [](const Result<orders::Done>&) {}}, now());
}

void World::meddle_with_experiment() {
  if (!loop_ || !options_.meddles) return;
  meddled_with_ = true;
  const ExperimentId id{between(1, 6)};
  orders::Order order = orders::PauseExperiment{id, "somebody"};
  if (chance() < .5) {
    orders::ContinueExperiment more;
    more.experiment = id;
    more.runs = between(1, 40);
    more.who = "somebody";
    order = more;
  }
  loop_->handle(engine::OrderGiven{std::move(order), [](const Result<orders::Done>&) {}}, now());
}

bool World::an_experiment_runs() {
  return std::ranges::any_of(store_.open_experiments(), [&](ExperimentId id) {
    return store_.experiment(id)->experiment.standing == ExperimentStanding::running;
  });
}

// Whatever happened: none runs for ever, and none has had more runs than it may. Somebody may have
// lowered what it may after it had more.
void World::check_experiments() {
  for (std::int64_t id = 1; id <= kMostExperiments; ++id) {
    const auto state = store_.experiment(ExperimentId{id});
    if (!state) continue;
    ++report_.experiments;
    if (state->experiment.standing == ExperimentStanding::running) {
      violation("an experiment was left running");
    }
    if (!meddled_with_) {
      std::int64_t runs = 0;
      for (const auto& arm : state->arms) runs += arm.tally.done + arm.tally.given_up;
      if (runs > state->experiment.spec.max_runs) violation("an experiment had too many runs");
    }
  }
}

}  // namespace testlooper::sim
