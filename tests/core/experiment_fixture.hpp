// An experiment whose engine and store are a few lines.
#pragma once

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "core/experiment.hpp"

namespace testlooper::core {

inline constexpr WallTime kNow{1'000'000};

inline std::string sha(int number) {
  auto digits = std::to_string(number);
  return std::string(40 - digits.size(), 'a') + digits;
}

inline ExperimentState state_of(ExperimentQuestion question, std::int64_t max_runs = 1'000) {
  ExperimentState state;
  state.experiment.id = ExperimentId{7};
  state.experiment.spec = {.repo = RepoId{1},
                           .test = TestId{9},
                           .question = std::move(question),
                           .max_runs = max_runs,
                           .in_flight = 4,
                           .background = false,
                           .requested_by = "cli",
                           .condition = {}};
  state.experiment.created_at = state.experiment.resumed_at = kNow;
  state.names = {{"a.py", "test_one"}};
  state.suites = {"unit"};
  return state;
}

// The engine and the store, as far as an experiment sees them: wishes are kept, and run when told.
class Lab {
 public:
  explicit Lab(ExperimentState state) : state_(std::move(state)) {}

  // Until nothing more is asked for without news.
  void follow(WallTime now = kNow) {
    const auto changes = follow_experiment(state_, now);
    for (const auto& change : changes) carry_out(change);
    EXPECT_TRUE(follow_experiment(state_, now).empty()) << "it asks again for what is in flight";
  }

  ExperimentArm* arm_at(const std::string& commit) {
    const auto found = std::ranges::find(state_.arms, commit, &ExperimentArm::sha);
    return found == state_.arms.end() ? nullptr : &*found;
  }
  std::int64_t pending() const { return use_of(state_).pending; }
  // A run of the arm ends.
  void end_run(ExperimentArm& arm, bool failed) {
    ++arm.tally.done;
    ++(failed ? arm.counts.failed : arm.counts.passed);
    for (auto& commit : state_.range) {
      if (commit.sha != arm.sha) continue;
      commit.listed = StepState::ok;
      ++(failed ? commit.counts.failed : commit.counts.passed);
    }
  }
  ExperimentState& state() { return state_; }
  const Experiment& experiment() const { return state_.experiment; }
  bool running() const { return experiment().standing == ExperimentStanding::running; }

 private:
  void carry_out(const Change& change) {
    if (const auto* desired = std::get_if<change::Desired>(&change)) {
      ExperimentArm arm;
      arm.sha = desired->sha;
      arm.key = desired->wish.arm;
      arm.wish = DesiredId{std::ssize(state_.arms) + 1};
      arm.wanted = desired->wish;
      state_.arms.push_back(arm);
    } else if (const auto* changed = std::get_if<change::DesiredChanged>(&change)) {
      auto& arm = state_.arms.at(static_cast<std::size_t>(changed->desired.value - 1));
      arm.wanted = changed->wish;
      arm.stopped = false;
    } else if (const auto* stopped = std::get_if<change::DesiredStopped>(&change)) {
      state_.arms.at(static_cast<std::size_t>(stopped->desired.value - 1)).stopped = true;
    } else if (const auto* moved = std::get_if<change::ExperimentMoved>(&change)) {
      state_.experiment.standing = moved->standing;
      state_.experiment.verdict = moved->verdict;
      state_.experiment.answer = moved->answer;
      state_.experiment.watched = moved->watched;
    } else if (const auto* extended = std::get_if<change::ExperimentExtended>(&change)) {
      state_.experiment.spec.question = extended->question;
      state_.experiment.spec.max_runs = extended->max_runs;
    }
  }

  ExperimentState state_;
};

}  // namespace testlooper::core
