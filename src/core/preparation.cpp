// The reactors that bring a commit from "pushed" to "its tests are known".
#include <algorithm>
#include <functional>
#include <set>

#include "testlooper/base/limits.hpp"

#include "core/ground.hpp"
#include "core/needs.hpp"
#include "core/reactors.hpp"

namespace testlooper::core {
namespace {

bool wanted(const CommitState& state) {
  return std::ranges::any_of(state.desired, [](const DesiredState& desired) {
    return !desired.stopped && is_owed(desired.wish.source);
  });
}

bool is_open(const CommitState& state, const std::string& key) {
  return std::ranges::binary_search(state.open_task_keys, key);
}

// The most urgent of what is wanted; preparation is as urgent.
const DesiredState* first_wish(const CommitState& state) {
  const DesiredState* first = nullptr;
  for (const auto& desired : state.desired) {
    if (desired.stopped) continue;
    if (desired.wish.source == DesiredSource::request) return &desired;
    if (first == nullptr || is_background(first->wish)) first = &desired;
  }
  return first;
}

// Whose share it takes. Where an experiment waits for an old commit, its branch goes on to newer
// ones.
std::string preparation_flow(const CommitState& state) {
  const auto* wish = first_wish(state);
  if (wish == nullptr) return {};
  const auto experiment = std::ranges::find_if(state.desired, [](const DesiredState& desired) {
    return !desired.stopped && desired.wish.source == DesiredSource::experiment &&
           !is_background(desired.wish);
  });
  const bool a_person_waits = wish->wish.source == DesiredSource::request;
  return flow_of(a_person_waits || experiment == state.desired.end() ? *wish : *experiment);
}

Priority preparation_priority(const CommitState& state) {
  const auto* wish = first_wish(state);
  if (wish == nullptr) return Priority::background;
  return wish->wish.source == DesiredSource::request ? Priority::interactive
                                                     : usual_priority(state, wish->wish);
}

NewTask new_task(const CommitState& state, TaskKind kind, std::string key) {
  NewTask task;
  task.key = std::move(key);
  task.kind = kind;
  task.repo = state.repo;
  task.commit = state.commit;
  task.priority = preparation_priority(state);
  task.flow = preparation_flow(state);
  if (kind != TaskKind::read_config) task.needs = default_reservation();
  const auto recorded = state.step_durations.find(kind);
  task.measured = recorded != state.step_durations.end();
  task.expected = task.measured ? recorded->second : Seconds{limits::kGuessedStepSeconds};
  return task;
}

void create(Changes& changes, const CommitState& state, NewTask task) {
  if (!is_open(state, task.key)) changes.push_back(change::TaskCreated{std::move(task)});
}

bool unsupported(const KeyedImage& image) { return image.key.empty(); }

// Of what all commits of a repository share: one at a time makes it, for all of them.
std::string shared_key(const CommitState& state, const char* kind, const std::string& product) {
  return std::string{kind} + ":" + std::to_string(state.repo.value) + ":" + product;
}

void build_image(Changes& changes, const CommitState& state, const KeyedImage& image) {
  if (unsupported(image) || image_state(state, image.key) != StepState::missing) return;
  auto task = new_task(state, TaskKind::build_image, shared_key(state, "image", image.key));
  task.image = image.key;
  create(changes, state, std::move(task));
}

// Several suites may ask for the same; once is enough.
Changes each_once(Changes changes) {
  std::set<std::string> seen;
  std::erase_if(changes, [&](const Change& each) {
    return !seen.insert(std::get<change::TaskCreated>(each).task.key).second;
  });
  return changes;
}

}  // namespace

Changes parse_test_config(const CommitState& state) {
  Changes changes;
  if (!wanted(state) || state.config != StepState::missing) return changes;
  create(changes, state,
         new_task(state, TaskKind::read_config, "config:" + std::to_string(state.commit.value)));
  return changes;
}

Changes build_docker_images(const CommitState& state) {
  Changes changes;
  if (!wanted(state) || state.config != StepState::ok) return changes;
  if (state.plan == StepState::missing) build_image(changes, state, state.config_image);
  for (const auto& ground : needs_of(state).grounds) {
    if (ground.environment == nullptr || is_there(state, ground)) continue;
    build_image(changes, state, ground.environment->image);
  }
  return each_once(std::move(changes));
}

Changes set_up_environments(const CommitState& state) {
  Changes changes;
  if (!wanted(state)) return changes;
  for (const auto& ground : needs_of(state).grounds) {
    if (ground.set_up.empty() || image_state(state, ground.set_up) != StepState::missing ||
        image_state(state, ground.environment->image.key) != StepState::ok ||
        !fits(state, ground)) {
      continue;
    }
    auto task = new_task(state, TaskKind::set_up, shared_key(state, "set_up", ground.set_up));
    task.image = ground.environment->image.key;
    task.product = ground.set_up;
    task.needs = reservation(*ground.environment);
    create(changes, state, std::move(task));
  }
  return each_once(std::move(changes));
}

Changes make_builds(const CommitState& state) {
  Changes changes;
  if (!wanted(state)) return changes;
  for (const auto* build : needs_of(state).builds) {
    const auto ground = ground_of(state, *build);
    if (!can_run(state, *build) || !fits(state, ground)) continue;
    auto task = new_task(state, TaskKind::build, shared_key(state, "build", build->artifact));
    task.image = key_of(ground);
    task.product = build->artifact;
    task.needs = reservation(*ground.environment);
    create(changes, state, std::move(task));
  }
  return changes;
}

Changes generate_test_plan(const CommitState& state) {
  Changes changes;
  if (!wanted(state) || state.config != StepState::ok || state.plan != StepState::missing ||
      image_state(state, state.config_image.key) != StepState::ok) {
    return changes;
  }
  auto task =
      new_task(state, TaskKind::generate_plan, "plan:" + std::to_string(state.commit.value));
  task.image = state.config_image.key;
  create(changes, state, std::move(task));
  return changes;
}

Changes generate_test_suites(const CommitState& state) {
  Changes changes;
  if (!wanted(state)) return changes;
  for (const auto& suite : state.suites) {
    if (suite.listed != StepState::missing || !can_run(state, suite) ||
        !fits(state, ground_of(state, suite))) {
      continue;
    }
    auto task = new_task(state, TaskKind::list_tests, "list:" + std::to_string(suite.id.value));
    task.image = key_of(ground_of(state, suite));
    task.suite = suite.id;
    task.needs = reservation(*ground_of(state, suite).environment);
    create(changes, state, std::move(task));
  }
  return changes;
}

Changes report_blocked_steps(const CommitState& state) {
  Changes changes;
  if (!wanted(state)) return changes;
  if (state.config == StepState::ok && state.plan == StepState::missing) {
    if (unsupported(state.config_image)) {
      changes.push_back(change::PlanFailed{state.commit, state.config_image.spec.unsupported});
    } else if (image_state(state, state.config_image.key) == StepState::failed) {
      changes.push_back(
          change::PlanFailed{state.commit, "the image of the config could not be made"});
    }
  }
  // Also of builds that nothing needs any more, because the suite has another reason not to run.
  for (const auto& build : state.builds) {
    const auto artifact = state.artifacts.find(build.artifact);
    if (artifact != state.artifacts.end() && artifact->second.built != StepState::missing) continue;
    if (auto why = why_never(state, build); !why.empty()) {
      changes.push_back(change::ArtifactFailed{state.repo, build.artifact, std::move(why)});
    }
  }
  for (const auto& suite : state.suites) {
    if (suite.listed != StepState::missing) continue;
    if (auto why = why_never(state, suite); !why.empty()) {
      changes.push_back(change::ListFailed{suite.id, std::move(why)});
    } else if (why = too_big(state, suite); !why.empty()) {
      changes.push_back(change::ListFailed{suite.id, std::move(why), true});
    }
  }
  return changes;
}

}  // namespace testlooper::core
