// The states of a commit on its way from push to runs, and what reactors make of them.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/reactors.hpp"

namespace testlooper::core {

inline const ImageKey kSetupImage = "named:setup";
inline const ImageKey kTestImage = "named:test";

inline DesiredState wish_for(std::int64_t runs, DesiredSource source = DesiredSource::branch_rule) {
  DesiredState desired;
  desired.id = {5};
  desired.wish.counts.runs = runs;
  desired.wish.source = source;
  return desired;
}

inline CommitState pushed() {
  CommitState state;
  state.repo = {1};
  state.commit = {2};
  state.desired = {wish_for(1)};
  return state;
}

inline CommitState configured() {
  auto state = pushed();
  state.config = StepState::ok;
  state.config_image = {kSetupImage, {}};
  state.images[kSetupImage];
  return state;
}

inline CommitState planned() {
  auto state = configured();
  state.images[kSetupImage].built = StepState::ok;
  state.images[kTestImage];
  state.plan = StepState::ok;
  state.environments = {{"linux", {kTestImage, {}}, ""}};
  SuiteState suite;
  suite.id = {3};
  suite.name = "unit";
  suite.environment = "linux";
  state.suites = {suite};
  return state;
}

inline CommitState listed(int tests) {
  auto state = planned();
  state.images[kTestImage].built = StepState::ok;
  state.suites[0].listed = StepState::ok;
  for (int i = 1; i <= tests; ++i) {
    state.suites[0].tests.push_back({{i}, {"a.py", "t" + std::to_string(i)}, {}});
  }
  return state;
}

inline std::vector<NewTask> tasks_of(const Changes& changes) {
  std::vector<NewTask> tasks;
  for (const auto& each : changes) {
    if (const auto* created = std::get_if<change::TaskCreated>(&each)) {
      tasks.push_back(created->task);
    }
  }
  return tasks;
}

// Applies what the reactors created, as the store would.
inline void open(CommitState& state, const Changes& changes) {
  for (const auto& task : tasks_of(changes)) {
    state.open_task_keys.push_back(task.key);
    for (const auto& test : task.tests) {
      state.desired[0].tallies[test].in_flight += task.repeats;
    }
    if (task.suite && !task.tests.empty()) ++state.desired[0].open_tasks[*task.suite];
  }
  std::ranges::sort(state.open_task_keys);
}

inline NewTask only_task(const CommitState& state) {
  const auto tasks = tasks_of(react(state));
  EXPECT_EQ(tasks.size(), 1u);
  return tasks.empty() ? NewTask{} : tasks.front();
}

}  // namespace testlooper::core
