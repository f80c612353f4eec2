// Is a flaky test fixed? It failed at the rate p0 before; how often may it run without a failure,
// or with how few, until "fixed" may be said with a stated error? Three tests; anytime() is the one
// for people who watch. Pure; any thread.
//
// All three let "fixed" be wrong with a probability of at most `risk` while the test still fails at
// the old rate or more often.
#pragma once

#include <cstdint>
#include <optional>

#include "lab/rate.hpp"

namespace testlooper::lab {

struct FixQuestion {
  double old_rate = 0;  // p0, in (0, 1)
  double risk = .05;    // in (0, 1)
};

// What counts as fixed where a failure is still seen now and then: a tenth of the old rate.
inline constexpr double kFixedShare = .1;

enum class FixVerdict { fixed, still_flaky, undecided };

// The runs that must all pass, looked at once, after the last: the smallest n with
// (1 - p0)^n <= risk, so ceil(ln risk / ln(1 - p0)).
std::int64_t fixed_runs(FixQuestion question);

// The same where the old rate itself is known from so many runs only: the passes in a row that have
// a probability of at most `risk` if nothing has changed, the old rate integrated out (the
// predictive distribution of the posterior that jeffreys() is of): the smallest m with
//   B(k + 1/2, n - k + 1/2 + m) / B(k + 1/2, n - k + 1/2) <= risk.
// A failure begins the row anew, so looking after each run does not raise the risk of a row; but
// whatever fails often enough has many rows, so that one in `1 / risk` of what still fails as often
// has such a row behind it at any time. `old` has a failure.
std::int64_t passes_to_exclude(Counts old, double risk = .05);

// Wald's sequential probability ratio test of p0 against p0/10 (Wald, "Sequential Tests of
// Statistical Hypotheses", Annals of Mathematical Statistics 16, 1945): the shortest on average,
// and silent about rates in between. "Fixed" is said at the ratio 1/risk, so that its error is at
// most `risk` exactly; Wald's (1 - risk)/risk lets it be risk/(1 - risk).
FixVerdict sequential(FixQuestion question, Counts counts);

// What is known of the rate at any time, however often it is looked at: the rates p with
//   B(k + 1/2, n - k + 1/2) / B(1/2, 1/2) < p^k (1 - p)^(n - k) / risk.
// The ratio is a martingale of mean 1 where p is the true rate, so by Ville's inequality the true
// rate is ever outside with a probability of at most `risk` (Robbins, "Statistical methods related
// to the law of the iterated logarithm", Annals of Mathematical Statistics 41, 1970).
Interval confidence_sequence(Counts counts, double risk);

struct FixAnswer {
  FixVerdict verdict = FixVerdict::undecided;
  Interval rate;  // by confidence_sequence()
  // Undecided: about how many runs more, if none of them fails, and if failures come as often as
  // they did. Absent where more than limits::kRunsPerRequest would be needed.
  std::optional<std::int64_t> more_if_none_fails;
  std::optional<std::int64_t> more_at_this_rate;
};

// By confidence_sequence(): "still flaky" where the whole interval is above p0/10 (also where the
// rate has fallen, but not to that), else "fixed" where it is below p0.
FixAnswer anytime(FixQuestion question, Counts counts);
// The verdict alone, which costs a few logarithms.
FixVerdict anytime_verdict(FixQuestion question, Counts counts);

}  // namespace testlooper::lab
