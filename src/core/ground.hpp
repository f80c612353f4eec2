// What a commit's suites and builds stand on: images, set-up layers, artifacts. Which of these are
// needed now, which are there, and why something can never run. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "testlooper/domain/commit_state.hpp"

namespace testlooper::core {

StepState image_state(const CommitState& state, const ImageKey& key);
const EnvironmentState* environment_named(const CommitState& state, const std::string& name);

// What something runs in: an image, or the set-up layer on top of it.
struct Ground {
  const EnvironmentState* environment = nullptr;  // null where the plan does not have it
  ImageKey set_up;                                // empty where there is no custom-setup
};
Ground ground_of(const CommitState& state, const SuiteState& suite);
Ground ground_of(const CommitState& state, const BuildState& build);
// The key of what its containers start from.
const ImageKey& key_of(const Ground& ground);
bool is_there(const CommitState& state, const Ground& ground);

// Everything that the suite's containers need is there.
bool can_run(const CommitState& state, const SuiteState& suite);
bool can_run(const CommitState& state, const BuildState& build);
// Why it can never run as things are, in one sentence; empty where it can.
std::string why_never(const CommitState& state, const SuiteState& suite);
std::string why_never(const CommitState& state, const BuildState& build);

// Why this host is too small for it, or for a build that is to be made for it; empty where it is
// not.
std::string too_big(const CommitState& state, const SuiteState& suite);
bool fits(const CommitState& state, const Ground& ground);

// What the commit's work that is left needs.
struct Needs {
  std::vector<const BuildState*> builds;  // whose artifacts are to be made; each once
  std::vector<Ground> grounds;            // of them, and of suites
};
// A suite needs what it stands on while it is not listed, and while it lacks runs. A build needs it
// while its artifact is missing; one that nothing needs is not made.
Needs needs_of(const CommitState& state);

}  // namespace testlooper::core
