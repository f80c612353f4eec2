// Why does a test flake? Two arms of runs, alike but for one factor, are compared; and the order of
// tests that makes it fail is made as short as it gets. Pure: these say which run is next, somebody
// else runs it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "lab/rate.hpp"

namespace testlooper::lab {

struct ComparisonSettings {
  double odds = 25;        // Bayes factor at which rates are said to differ
  std::int64_t cap = 400;  // runs of an arm
};

enum class ComparisonVerdict {
  open,
  fails_more,  // with the factor changed
  fails_less,
  undecided,  // at the cap: "no difference" is never proved; the intervals say what is left
};

struct ComparisonAnswer {
  ComparisonVerdict verdict = ComparisonVerdict::open;
  double log_odds = 0;  // of two rates against one (log_bayes_factor)
  Interval baseline;    // of the rates, 95 %
  Interval changed;
};

// After any number of runs, in any order.
ComparisonAnswer compared(Counts baseline, Counts changed, ComparisonSettings settings = {});

// The verdict alone, which costs a few gamma functions.
ComparisonVerdict comparison_verdict(Counts baseline, Counts changed,
                                     ComparisonSettings settings = {});

enum class Arm { baseline, changed };
// The arm with fewer runs, so that what changes with time (a busy host) strikes both alike.
Arm next_arm(Counts baseline, Counts changed);

// How many passes a probe must show before "this order does not make it fail" may be believed with
// the stated risk, the failing order failing at `rate`: fixed_runs() of it; absent at a rate of 0.
std::optional<std::int64_t> probe_runs(double rate, double risk);
// How many failures show that it does: where it fails nearly each time, one may be a chance that
// smaller sets of tests have, too.
std::int64_t probe_failures(double rate);

// When a probe ends: at so many failures, "it does", or at so many passes, "it does not".
struct ProbeSize {
  std::int64_t passes = 1;
  std::int64_t failures = 1;
};
// The smallest probe, of `failures` or more, that overlooks with a probability of at most `risk`
// what has failed as in `known`: that rate integrated out, a rate of 1 being as likely before as
// all others. Where the test fails at the rate `base` by itself, enough failures that this alone
// shows as many with a probability of at most a twentieth. At most `cap` passes and twelve
// failures; a probe that ends there may be wrong more often.
ProbeSize probe_size(Counts known, double base, double risk, std::int64_t failures,
                     std::int64_t cap);

// Which of the tests that ran before a victim are needed to make it fail: delta debugging (ddmin;
// Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE Transactions on
// Software Engineering 28, 2002) with probes that are repeated, because the victim fails at a rate
// only. The result is minimal in that leaving out any one of it makes the failure go, each with the
// risk of its probe.
class OrderSearch {
 public:
  // `predecessors` tests, named by their place; with all of them the victim fails at `rate`. A
  // probe passes `repeats` times before it counts as "does not fail", and fails `failures` times
  // before it counts as "fails": see probe_size().
  OrderSearch(std::size_t predecessors, std::int64_t repeats, std::int64_t failures = 1);

  // The predecessors, ascending, to run once before the victim; absent when done.
  std::optional<std::vector<std::size_t>> next() const;
  // What that run said of the victim.
  void ended(bool failed);

  // The least set that is known to make it fail: while searching, the best so far.
  const std::vector<std::size_t>& minimal() const { return kept_; }
  std::int64_t runs() const { return runs_; }

 private:
  bool done() const { return kept_.empty() || (parts_ > kept_.size()); }
  std::vector<std::size_t> probe() const;
  void failed_with(std::vector<std::size_t> kept);
  void passed();

  std::vector<std::size_t> kept_;
  std::int64_t repeats_;
  std::int64_t failures_;
  std::size_t parts_ = 2;
  std::size_t at_ = 0;       // of 2 * parts_ probes: each part alone, then each left out
  bool tried_none_ = false;  // without any predecessor
  std::int64_t passes_ = 0;  // of the probe
  std::int64_t fails_ = 0;
  std::int64_t runs_ = 0;
};

}  // namespace testlooper::lab
