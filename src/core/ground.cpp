#include "core/ground.hpp"

#include <algorithm>

#include "testlooper/base/limits.hpp"

#include "core/needs.hpp"
#include "core/reactors.hpp"

namespace testlooper::core {
namespace {

const ProductState& product(const std::map<std::string, ProductState>& products,
                            const std::string& key) {
  static const ProductState nothing;
  const auto found = products.find(key);
  return found == products.end() ? nothing : found->second;
}

const BuildState* build_named(const CommitState& state, const std::string& name) {
  const auto found = std::ranges::lower_bound(state.builds, name, {}, &BuildState::name);
  return found == state.builds.end() || found->name != name ? nullptr : &*found;
}

const ProductState& artifact_of(const CommitState& state, const std::string& build) {
  const auto* found = build_named(state, build);
  return product(state.artifacts, found == nullptr ? std::string{} : found->artifact);
}

template <typename User>
bool can_be_run(const CommitState& state, const User& user) {
  return is_there(state, ground_of(state, user)) &&
         std::ranges::all_of(user.dependencies, [&](const std::string& build) {
           return artifact_of(state, build).built == StepState::ok;
         });
}

std::string why_no_ground(const CommitState& state, const Ground& ground) {
  const auto* environment = ground.environment;
  if (environment == nullptr) return "its environment is not in the plan";
  if (environment->image.key.empty()) {
    return "environment '" + environment->name + "': " + environment->image.spec.unsupported;
  }
  if (!ground.set_up.empty()) {
    const auto& layer = product(state.images, ground.set_up);
    if (layer.built == StepState::ok) return {};
    if (layer.built == StepState::failed) {
      return "custom-setup of environment '" + environment->name + "' failed: " + layer.error;
    }
  }
  if (image_state(state, environment->image.key) == StepState::failed) {
    return "the image of environment '" + environment->name + "' could not be made";
  }
  return {};
}

template <typename User>
std::string why_never_run(const CommitState& state, const User& user) {
  if (auto why = why_no_ground(state, ground_of(state, user)); !why.empty()) return why;
  for (const auto& build : user.dependencies) {
    const auto& artifact = artifact_of(state, build);
    if (artifact.built != StepState::failed) continue;
    return ("build '" + build + "' failed: " + artifact.error).substr(0, limits::kCauseBytes);
  }
  return {};
}

// Builds in the order in which they were found to be needed.
void need_builds(const CommitState& state, const std::vector<std::string>& names,
                 std::set<ArtifactKey>& seen, Needs& needs) {
  std::vector<std::string> pending(names.rbegin(), names.rend());
  while (!pending.empty()) {
    const auto* build = build_named(state, pending.back());
    pending.pop_back();
    if (build == nullptr || product(state.artifacts, build->artifact).built != StepState::missing ||
        !seen.insert(build->artifact).second) {
      continue;
    }
    needs.builds.push_back(build);
    needs.grounds.push_back(ground_of(state, *build));
    pending.insert(pending.end(), build->dependencies.rbegin(), build->dependencies.rend());
  }
}

std::string too_small_for(const CommitState& state, const Ground& ground) {
  if (ground.environment == nullptr) return {};
  auto why = never_fits(reservation(*ground.environment), state.policy.capacity);
  return why.empty() ? why : "environment '" + ground.environment->name + "' " + why;
}

bool is_needed(const CommitState& state, const SuiteState& suite) {
  if (suite.listed == StepState::missing) {
    return why_never(state, suite).empty() && too_big(state, suite).empty();
  }
  return suite.listed == StepState::ok && lacks_runs(state, suite);
}

}  // namespace

StepState image_state(const CommitState& state, const ImageKey& key) {
  return product(state.images, key).built;
}

const EnvironmentState* environment_named(const CommitState& state, const std::string& name) {
  const auto found = std::ranges::find(state.environments, name, &EnvironmentState::name);
  return found == state.environments.end() ? nullptr : &*found;
}

Ground ground_of(const CommitState& state, const SuiteState& suite) {
  const auto* environment = environment_named(state, suite.environment);
  return {environment, environment == nullptr ? ImageKey{} : environment->set_up};
}

Ground ground_of(const CommitState& state, const BuildState& build) {
  return {environment_named(state, build.environment), build.set_up};
}

const ImageKey& key_of(const Ground& ground) {
  return ground.set_up.empty() ? ground.environment->image.key : ground.set_up;
}

bool is_there(const CommitState& state, const Ground& ground) {
  return ground.environment != nullptr && image_state(state, key_of(ground)) == StepState::ok;
}

bool can_run(const CommitState& state, const SuiteState& suite) { return can_be_run(state, suite); }
bool can_run(const CommitState& state, const BuildState& build) { return can_be_run(state, build); }

std::string why_never(const CommitState& state, const SuiteState& suite) {
  return why_never_run(state, suite);
}
std::string why_never(const CommitState& state, const BuildState& build) {
  return why_never_run(state, build);
}

bool fits(const CommitState& state, const Ground& ground) {
  return ground.environment != nullptr && too_small_for(state, ground).empty();
}

std::string too_big(const CommitState& state, const SuiteState& suite) {
  if (auto why = too_small_for(state, ground_of(state, suite)); !why.empty()) return why;
  Needs needs;
  std::set<ArtifactKey> seen;
  need_builds(state, suite.dependencies, seen, needs);
  for (const auto* build : needs.builds) {
    auto why = too_small_for(state, ground_of(state, *build));
    if (!why.empty()) return "build '" + build->name + "' can't be made: " + why;
  }
  return {};
}

Needs needs_of(const CommitState& state) {
  Needs needs;
  std::set<ArtifactKey> seen;
  for (const auto& suite : state.suites) {
    if (!is_needed(state, suite)) continue;
    needs.grounds.push_back(ground_of(state, suite));
    need_builds(state, suite.dependencies, seen, needs);
  }
  return needs;
}

}  // namespace testlooper::core
