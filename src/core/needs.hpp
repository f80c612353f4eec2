// What a task reserves, as whom it shares, and how urgent the runs of a wish are. Pure.
#pragma once

#include <string>

#include "testlooper/domain/commit_state.hpp"

#include "core/filter.hpp"

namespace testlooper::core {

// What a container of this environment reserves; a task of no environment reserves the default.
Resources reservation(const EnvironmentState& environment);
// And of a run under a condition that says what it may have: never more than `capacity`, so that
// what could run here without the condition can run with it.
Resources reservation(const EnvironmentState& environment, const Condition& condition,
                      const Resources& capacity);
Resources default_reservation();

// Why it can never run here, for instance "needs 8 cores, and this server has 2"; empty where it
// can.
std::string never_fits(const Resources& needs, const Resources& capacity);

// "4 cores and 0.5 GB"
std::string resources_text(const Resources& resources);

// A branch is one flow, however many commits it has; each request is one.
std::string flow_of(const DesiredState& desired);

// Of what is no request: a branch's, or less. An experiment shares with the branches, wherever its
// commits are.
Priority usual_priority(const CommitState& state, const DesiredTesting& wish);

// A request begins at once: its first task goes before all else, and so do the others where all of
// them together are as short as one batch. Otherwise they share with the branches, so that a hunt
// does not hold up pushes.
class Urgency {
 public:
  Urgency(const CommitState& state, const DesiredState& desired, const TestMatcher& matcher);
  // Of the wish's next task.
  Priority next();
  // True where the wish has no run yet, and none under way, and people wait for one.
  bool first() const { return first_; }

 private:
  bool request_ = false;
  Priority branch_priority_ = Priority::branch;
  bool first_ = true;
  bool short_ = false;  // all of it
};

}  // namespace testlooper::core
