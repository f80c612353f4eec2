#include "core/run_task.hpp"

#include <algorithm>
#include <chrono>

#include "testlooper/base/limits.hpp"

#include "core/ground.hpp"
#include "core/needs.hpp"

namespace testlooper::core {

bool is_runnable(const CommitState& state, const SuiteState& suite) {
  return suite.listed == StepState::ok && can_run(state, suite);
}

NewTask run_task(const CommitState& state, const DesiredState& desired, const SuiteState& suite,
                 std::string key) {
  const auto ground = ground_of(state, suite);
  NewTask task;
  task.key = std::move(key);
  task.kind = TaskKind::run_tests;
  task.repo = state.repo;
  task.commit = state.commit;
  task.image = key_of(ground);
  task.suite = suite.id;
  task.desired = desired.id;
  task.needs = reservation(*ground.environment, desired.wish.condition, state.policy.capacity);
  task.flow = flow_of(desired);
  return task;
}

std::string free_run_key(const CommitState& state, const DesiredState& desired,
                         const SuiteState& suite, const std::set<std::string>& taken) {
  const auto prefix =
      "run:" + std::to_string(desired.id.value) + ":" + std::to_string(suite.id.value) + ":";
  for (int place = 0;; ++place) {
    auto key = prefix + std::to_string(place);
    if (!std::ranges::binary_search(state.open_task_keys, key) && !taken.contains(key)) return key;
  }
}

Milliseconds expected_of_task(Microseconds tests) {
  return std::chrono::ceil<Milliseconds>(tests) + Milliseconds{limits::kContainerStartMs};
}

}  // namespace testlooper::core
