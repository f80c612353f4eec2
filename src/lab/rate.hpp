// The rate at which a test fails, from k failures in n runs, with its uncertainty. Pure; any
// thread.
#pragma once

#include <cstdint>

namespace testlooper::lab {

// Runs that count: `infra` and skipped runs are not among them.
struct Counts {
  std::int64_t failures = 0;
  std::int64_t runs = 0;

  std::int64_t passes() const { return runs - failures; }
  Counts operator+(const Counts& other) const {
    return {failures + other.failures, runs + other.runs};
  }
  bool operator==(const Counts&) const = default;
};

struct Interval {
  double low = 0;
  double high = 1;
};

// The Jeffreys interval: quantiles of Beta(k + 1/2, n - k + 1/2), what Brown, Cai and DasGupta,
// "Interval Estimation for a Binomial Proportion" (Statistical Science 16, 2001) recommend for
// small n. Its coverage is `confidence` on average, not at each rate. Where none or all failed it
// is one-sided: it begins at 0 or ends at 1, and the whole risk lies at the other end. No runs: [0,
// 1]. To be shown to people; claims use clopper_pearson().
Interval jeffreys(Counts counts, double confidence = .95);

// Clopper and Pearson, "The use of confidence or fiducial limits" (Biometrika 26, 1934): its
// coverage is at least `confidence` at every rate.
Interval clopper_pearson(Counts counts, double confidence = .95);

}  // namespace testlooper::lab
