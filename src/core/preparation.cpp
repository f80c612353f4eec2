// The reactors that bring a commit from "pushed" to "its tests are known".
#include <algorithm>
#include <functional>

#include "testlooper/base/limits.hpp"

#include "core/needs.hpp"
#include "core/reactors.hpp"

namespace testlooper::core {
namespace {

bool wanted(const CommitState& state) {
  return std::ranges::any_of(state.desired, std::logical_not{}, &DesiredState::stopped);
}

bool is_open(const CommitState& state, const std::string& key) {
  return std::ranges::binary_search(state.open_task_keys, key);
}

// The most urgent of what is wanted; preparation is as urgent, and shares as it.
const DesiredState* first_wish(const CommitState& state) {
  const DesiredState* first = nullptr;
  for (const auto& desired : state.desired) {
    if (desired.stopped) continue;
    if (desired.wish.source == DesiredSource::request) return &desired;
    if (first == nullptr || is_background(first->wish.source)) first = &desired;
  }
  return first;
}

Priority preparation_priority(const CommitState& state) {
  const auto* wish = first_wish(state);
  if (wish == nullptr || is_background(wish->wish.source)) return Priority::background;
  return wish->wish.source == DesiredSource::request ? Priority::interactive : state.priority;
}

NewTask new_task(const CommitState& state, TaskKind kind, std::string key) {
  NewTask task;
  task.key = std::move(key);
  task.kind = kind;
  task.repo = state.repo;
  task.commit = state.commit;
  task.priority = preparation_priority(state);
  if (const auto* wish = first_wish(state)) task.flow = flow_of(*wish);
  if (kind != TaskKind::read_config) task.needs = default_reservation();
  task.expected = Seconds{limits::kGuessedStepSeconds};
  return task;
}

void create(Changes& changes, const CommitState& state, NewTask task) {
  if (!is_open(state, task.key)) changes.push_back(change::TaskCreated{std::move(task)});
}

StepState image_state(const CommitState& state, const ImageKey& key) {
  const auto found = state.images.find(key);
  return found == state.images.end() ? StepState::missing : found->second.built;
}

const EnvironmentState* environment_of(const CommitState& state, const SuiteState& suite) {
  const auto found =
      std::ranges::find(state.environments, suite.environment, &EnvironmentState::name);
  return found == state.environments.end() ? nullptr : &*found;
}

bool unsupported(const KeyedImage& image) { return image.key.empty(); }

// A suite that can be listed, once its image is there.
bool listable(const CommitState& state, const SuiteState& suite) {
  const auto* environment = environment_of(state, suite);
  return suite.listed == StepState::missing && suite.dependencies.empty() &&
         environment != nullptr && !unsupported(environment->image) &&
         never_fits(reservation(*environment), state.policy.capacity).empty();
}

// Why the suite's environment can never run here; empty where it can.
std::string too_big(const CommitState& state, const SuiteState& suite) {
  const auto* environment = environment_of(state, suite);
  if (environment == nullptr) return {};
  auto why = never_fits(reservation(*environment), state.policy.capacity);
  return why.empty() ? why : "environment '" + environment->name + "' " + why;
}

// Why this suite can never be listed as things are; empty where it can.
std::string blocked_because(const CommitState& state, const SuiteState& suite) {
  if (!suite.dependencies.empty()) {
    return "it depends on build '" + suite.dependencies.front() +
           "', and builds are not carried out by this version";
  }
  const auto* environment = environment_of(state, suite);
  if (environment == nullptr) return "its environment is not in the plan";
  if (unsupported(environment->image)) {
    return "environment '" + environment->name + "': " + environment->image.spec.unsupported;
  }
  if (image_state(state, environment->image.key) == StepState::failed) {
    return "the image of environment '" + environment->name + "' could not be made";
  }
  return {};
}

void build_image(Changes& changes, const CommitState& state, const KeyedImage& image) {
  if (unsupported(image) || image_state(state, image.key) != StepState::missing) return;
  auto task = new_task(state, TaskKind::build_image, "image:" + image.key);
  task.image = image.key;
  create(changes, state, std::move(task));
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
  for (const auto& suite : state.suites) {
    const auto* environment = environment_of(state, suite);
    // A listed suite needs its image again where docker has lost it and runs are still wanted.
    const bool needed =
        listable(state, suite) || (suite.listed == StepState::ok && lacks_runs(state, suite));
    if (environment != nullptr && needed) build_image(changes, state, environment->image);
  }
  // Two suites of one environment ask for the same image; once is enough.
  std::vector<std::string> seen;
  std::erase_if(changes, [&](const Change& each) {
    const auto& key = std::get<change::TaskCreated>(each).task.key;
    if (std::ranges::find(seen, key) != seen.end()) return true;
    seen.push_back(key);
    return false;
  });
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
    if (!listable(state, suite)) continue;
    const auto* environment = environment_of(state, suite);
    if (image_state(state, environment->image.key) != StepState::ok) continue;
    auto task = new_task(state, TaskKind::list_tests, "list:" + std::to_string(suite.id.value));
    task.image = environment->image.key;
    task.suite = suite.id;
    task.needs = reservation(*environment);
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
  for (const auto& suite : state.suites) {
    if (suite.listed != StepState::missing) continue;
    if (auto why = blocked_because(state, suite); !why.empty()) {
      changes.push_back(change::ListFailed{suite.id, std::move(why)});
    } else if (why = too_big(state, suite); !why.empty()) {
      changes.push_back(change::ListFailed{suite.id, std::move(why), true});
    }
  }
  return changes;
}

}  // namespace testlooper::core
