#include "lab/diagnose.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "testlooper/base/check.hpp"

#include "lab/compare.hpp"
#include "lab/log_beta.hpp"
#include "lab/prove.hpp"

namespace testlooper::lab {
namespace {

constexpr double kSteady = .9;     // a rate of "each time", as far as a few runs tell
constexpr double kBaseRisk = .05;  // that what fails by itself is taken for what was looked for
constexpr std::int64_t kMostProbeFailures = 12;

double log_choose(std::int64_t n, std::int64_t k) {
  return log_gamma(static_cast<double>(n) + 1) - log_gamma(static_cast<double>(k) + 1) -
         log_gamma(static_cast<double>(n - k) + 1);
}

// The probability that a probe has all its passes before all its failures (a negative binomial).
// `log_ordered` gives the logarithm of that of so many failures and passes in one stated order.
template <typename Log>
double silent(ProbeSize probe, Log log_ordered) {
  double sum = 0;
  for (std::int64_t failures = 0; failures < probe.failures; ++failures) {
    sum += std::exp(log_choose(probe.passes - 1 + failures, failures) +
                    log_ordered(failures, probe.passes));
  }
  return sum;
}

double silent_at(double rate, ProbeSize probe) {
  return silent(probe, [rate](std::int64_t failures, std::int64_t passes) {
    return static_cast<double>(failures) * std::log(rate) +
           static_cast<double>(passes) * std::log1p(-rate);
  });
}

// The same, the rate integrated out.
double overlooks(Counts known, ProbeSize probe) {
  const auto k = static_cast<double>(known.failures) + .5;
  const auto m = static_cast<double>(known.passes()) + .5;
  const auto whole = log_beta(k, m);
  const auto sum = silent(probe, [&](std::int64_t failures, std::int64_t passes) {
    return log_beta(k + static_cast<double>(failures), m + static_cast<double>(passes)) - whole;
  });
  const auto each_time = known.passes() > 0 ? 0 : 1 / (1 + std::exp(whole - log_beta(.5, .5)));
  return (1 - each_time) * sum;
}

}  // namespace

ComparisonVerdict comparison_verdict(Counts baseline, Counts changed, ComparisonSettings settings) {
  if (log_bayes_factor(baseline, changed) >= std::log(settings.odds)) {
    const bool more = changed.failures * baseline.runs > baseline.failures * changed.runs;
    return more ? ComparisonVerdict::fails_more : ComparisonVerdict::fails_less;
  }
  const bool capped = baseline.runs >= settings.cap && changed.runs >= settings.cap;
  return capped ? ComparisonVerdict::undecided : ComparisonVerdict::open;
}

ComparisonAnswer compared(Counts baseline, Counts changed, ComparisonSettings settings) {
  return {.verdict = comparison_verdict(baseline, changed, settings),
          .log_odds = log_bayes_factor(baseline, changed),
          .baseline = jeffreys(baseline),
          .changed = jeffreys(changed)};
}

Arm next_arm(Counts baseline, Counts changed) {
  return baseline.runs <= changed.runs ? Arm::baseline : Arm::changed;
}

std::optional<std::int64_t> probe_runs(double rate, double risk) {
  if (rate <= 0) return std::nullopt;
  if (rate >= 1) return 1;
  return fixed_runs({rate, risk});
}

std::int64_t probe_failures(double rate) { return rate >= kSteady ? 2 : 1; }

ProbeSize probe_size(Counts known, double base, double risk, std::int64_t failures,
                     std::int64_t cap) {
  TL_CHECK(failures > 0 && cap > 0 && risk > 0);
  ProbeSize probe{1, failures};
  for (;; ++probe.failures) {
    while (probe.passes < cap && overlooks(known, probe) > risk) ++probe.passes;
    if (base <= 0 || probe.failures >= kMostProbeFailures) return probe;
    if (base < 1 && 1 - silent_at(base, probe) <= kBaseRisk) return probe;
  }
}

OrderSearch::OrderSearch(std::size_t predecessors, std::int64_t repeats, std::int64_t failures)
    : kept_(predecessors), repeats_(repeats), failures_(failures) {
  TL_CHECK(repeats > 0 && failures > 0);
  std::iota(kept_.begin(), kept_.end(), std::size_t{0});
}

std::optional<std::vector<std::size_t>> OrderSearch::next() const {
  if (done()) return std::nullopt;
  return probe();
}

// First without any; then each part alone, and each left out, which of two parts is the same.
std::vector<std::size_t> OrderSearch::probe() const {
  if (!tried_none_) return {};
  const auto size = kept_.size();
  const auto part = at_ % parts_;
  const auto begin = kept_.begin() + static_cast<std::ptrdiff_t>(part * size / parts_);
  const auto end = kept_.begin() + static_cast<std::ptrdiff_t>((part + 1) * size / parts_);
  if (at_ < parts_) return {begin, end};
  std::vector<std::size_t> rest(kept_.begin(), begin);
  rest.insert(rest.end(), end, kept_.end());
  return rest;
}

void OrderSearch::ended(bool failed) {
  TL_CHECK(!done());
  ++runs_;
  if (failed) {
    if (++fails_ == failures_) failed_with(probe());
  } else if (++passes_ == repeats_) {
    passed();
  }
}

void OrderSearch::failed_with(std::vector<std::size_t> kept) {
  const bool left_out = tried_none_ && at_ >= parts_;
  kept_ = std::move(kept);
  parts_ = left_out ? std::max<std::size_t>(parts_ - 1, 2) : 2;
  tried_none_ = true;
  at_ = 0;
  passes_ = 0;
  fails_ = 0;
}

void OrderSearch::passed() {
  passes_ = 0;
  fails_ = 0;
  if (!std::exchange(tried_none_, true)) return;
  ++at_;
  if (at_ < (parts_ == 2 ? parts_ : 2 * parts_)) return;
  at_ = 0;
  // Finer, until each part is one test; after those, done() holds.
  parts_ = parts_ >= kept_.size() ? kept_.size() + 1 : std::min(2 * parts_, kept_.size());
}

}  // namespace testlooper::lab
