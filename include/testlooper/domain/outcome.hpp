// Where a task is (TaskState) and how things ended (Outcome) are two different questions. `failed`
// is the test's side; `infra` is ours and never counts as a test's failure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace testlooper {

enum class TaskKind {
  read_config,
  build_image,
  generate_plan,
  set_up,  // an environment's custom-setup, kept as a layer
  build,   // a build of the plan, whose output is kept as an artifact
  list_tests,
  run_tests,
};

enum class TaskState {
  waiting,   // something it needs is not there yet, or its next attempt is not due
  ready,     // may start as soon as a slot is free
  starting,  // an attempt's intent is stored; its container may or may not exist
  running,   // the executor has reported the attempt as under way
  finished,
};

enum class Outcome {
  passed,
  failed,
  error,  // the test could not be judged: set-up failed, or it was listed and not reported
  skipped,
  xfailed,  // failed, as its author expected
  xpassed,  // passed, although its author expected a failure
  timed_out,
  crashed,    // the process died: a signal, out of memory
  infra,      // the machine's fault: docker, disk, a restart
  cancelled,  // of tasks only: somebody asked to stop
};
inline constexpr std::size_t kOutcomes = 10;

// True where the outcome counts against the test.
constexpr bool is_failure(Outcome o) {
  return o == Outcome::failed || o == Outcome::error || o == Outcome::timed_out ||
         o == Outcome::crashed;
}
// True where the outcome says the test is fine.
constexpr bool is_success(Outcome o) {
  return o == Outcome::passed || o == Outcome::xfailed || o == Outcome::xpassed;
}
// True where the run measured the test, well or badly.
constexpr bool is_measurement(Outcome o) { return o != Outcome::infra && o != Outcome::cancelled; }

// How many runs ended in each way.
struct OutcomeCounts {
  std::array<std::int64_t, kOutcomes> by_outcome{};

  std::int64_t& operator[](Outcome o) { return by_outcome[static_cast<std::size_t>(o)]; }
  std::int64_t operator[](Outcome o) const { return by_outcome[static_cast<std::size_t>(o)]; }
  std::int64_t failures() const {
    return (*this)[Outcome::failed] + (*this)[Outcome::error] + (*this)[Outcome::timed_out] +
           (*this)[Outcome::crashed];
  }
  std::int64_t successes() const {
    return (*this)[Outcome::passed] + (*this)[Outcome::xfailed] + (*this)[Outcome::xpassed];
  }
  std::int64_t measured() const { return failures() + successes() + (*this)[Outcome::skipped]; }
  // Mixed outcomes at one commit: the definition of a flaky test.
  bool flaky() const { return failures() > 0 && successes() > 0; }
  bool operator==(const OutcomeCounts&) const = default;
};

}  // namespace testlooper
