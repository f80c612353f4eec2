// What a task reserves, as whom it shares, and how urgent the runs of a wish are. Pure.
#pragma once

#include <string>

#include "testlooper/domain/commit_state.hpp"

namespace testlooper::core {

// What a container of this environment reserves; a task of no environment reserves the default.
Resources reservation(const EnvironmentState& environment);
Resources default_reservation();

// Why it can never run here, for instance "needs 8 cores, and this server has 2"; empty where it
// can.
std::string never_fits(const Resources& needs, const Resources& capacity);

// A branch is one flow, however many commits it has; each request is one.
std::string flow_of(const DesiredState& desired);

// A request begins at once, and its first work, as much as one batch, goes before all else; the
// rest shares with the branches, so that a hunt does not hold up pushes.
class Urgency {
 public:
  Urgency(const CommitState& state, const DesiredState& desired);
  // Of the wish's next task.
  Priority next(Microseconds expected);
  // True where the wish has no run yet, and none under way.
  bool first() const { return first_; }

 private:
  bool request_ = false;
  Priority branch_priority_ = Priority::branch;
  Microseconds target_{0};
  Microseconds spent_{0};
  bool first_ = true;
};

}  // namespace testlooper::core
