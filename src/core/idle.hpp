// What room that nobody wants is used for: more runs of those tests at a commit of which most is to
// be learnt in a second. Pure and deterministic; ties break by id. docs/scheduling.md says it for
// people.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "testlooper/domain/commit_state.hpp"
#include "testlooper/domain/task.hpp"

namespace testlooper::core {

// What the outcome of one more run is expected to tell of a test's failure rate, in nats.
//
// The rate is believed to be Beta(a, b) with a = failures + ½, b = runs − failures + ½ (Jeffreys'
// prior). Told is the mutual information of the rate and the next outcome (Lindley, "On a measure
// of the information provided by an experiment", 1956): with n = a + b, p = a / n and the binary
// entropy H,
//   H(p) − E[H(rate)] = H(p) − (ψ(n + 1) − p ψ(a + 1) − (1 − p) ψ(b + 1)).
// Runs in flight count as if they had ended as expected: they scale a and b by (n + in_flight) / n.
//
// It falls with about 1 / 2n whatever the rate is, so it asks for runs of what was run least;
// at the same number of runs, for a test that flakes before one that always ended alike.
double information_gain(std::int64_t runs, std::int64_t failures, std::int64_t in_flight);

// A test that may have one more run.
struct IdleTest {
  TestId test;
  std::int64_t runs = 0;  // that passed or failed
  std::int64_t failures = 0;
  std::int64_t in_flight = 0;
  Microseconds duration{0};
};

struct IdleBatch {
  std::vector<TestId> tests;  // in the order given
  Microseconds expected{0};   // of its tests, one after the other
  double gain_per_second = 0;
};

// Those of a suite's tests whose runs in one task tell most in a second, its start included: those
// that tell most in a second each, as long as one more raises the average, and no more than fit
// into `target` together. Nothing where no test fits: whoever comes next would wait for it.
// O(n log n) for n tests.
std::optional<IdleBatch> densest_batch(std::span<const IdleTest> tests, Milliseconds target);

struct IdleOffer {
  NewTask task;
  double gain_per_second = 0;
};

// The best use of idle room at the commit: one task, for its idle wish, of at most one batch's
// length. Nothing where no idle wish has runs left that can be made now; nothing is prepared for
// one.
std::optional<IdleOffer> idle_offer(const CommitState& state);

}  // namespace testlooper::core
