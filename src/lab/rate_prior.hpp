// What is thought of failure rates before any run: a grid of rates, and how likely each pair (rate
// before the culprit, rate after it) and each constant rate is. Pure; any thread.
#pragma once

#include <vector>

namespace testlooper::lab {

// The choices, tuned by `bench/run bisect`; docs/laboratory.md tells what each is for.
struct RatePriorSettings {
  int rates = 24;       // beside 0, evenly spaced in log odds
  double lowest = .01;  // of these rates
  double highest = .9;
  double never_failed = .3;  // that the rate before is exactly 0
  double odds_ratio = 2.5;   // by which the odds of failing rise at least
  // Of a test that failed before: a tenfold larger rise of the odds is 10^this rarer.
  double moderation = .4;
  double rare = .03;         // a rate after of less than about this would hardly have been noticed
  double never_at_all = .5;  // of the constant rates: 0
};

struct RatePrior {
  explicit RatePrior(const RatePriorSettings& settings = {});

  std::vector<double> rates;     // ascending; the first is 0
  std::vector<double> pairs;     // [before * rates.size() + after]; sums to 1
  std::vector<double> constant;  // by rate; sums to 1

  double pair(std::size_t before, std::size_t after) const {
    return pairs[before * rates.size() + after];
  }
};

}  // namespace testlooper::lab
