// The coverage of the Jeffreys interval, computed and not drawn: for each rate, the probability of
// all counts whose interval holds it. Exits with 1 where the mean over rates is off by more than
// .02.
#include <cmath>
#include <cstdio>
#include <vector>

#include "lab/rate.hpp"

namespace {

using namespace testlooper::lab;

constexpr int kRuns[] = {10, 20, 50, 100, 200, 500, 1000};
constexpr double kRates[] = {.001, .002, .005, .01, .02, .05, .1, .2, .3, .5};
constexpr double kConfidences[] = {.9, .95, .99};
constexpr double kTolerance = .02;

double coverage(const std::vector<Interval>& intervals, double rate) {
  const auto runs = static_cast<double>(intervals.size() - 1);
  double covered = 0;
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    if (rate < intervals[i].low || rate > intervals[i].high) continue;
    const auto k = static_cast<double>(i);
    covered += std::exp(std::lgamma(runs + 1) - std::lgamma(k + 1) - std::lgamma(runs - k + 1) +
                        k * std::log(rate) + (runs - k) * std::log1p(-rate));
  }
  return covered;
}

// Over the rates .001, .002, … .5.
double mean_coverage(const std::vector<Interval>& intervals) {
  double sum = 0;
  for (int i = 1; i <= 500; ++i) sum += coverage(intervals, i * .001);
  return sum / 500;
}

template <typename Method>
std::vector<Interval> all(Method method, int runs, double confidence) {
  std::vector<Interval> intervals;
  for (int k = 0; k <= runs; ++k) intervals.push_back(method({k, runs}, confidence));
  return intervals;
}

}  // namespace

int main() {
  double worst = 0;
  for (const auto confidence : kConfidences) {
    std::printf(
        "\nJeffreys, nominal %.2f: coverage at each rate, and mean over the rates .001 to .5"
        "\n%6s",
        confidence, "runs");
    for (const auto rate : kRates) std::printf("%8.3f", rate);
    std::printf("%9s%18s\n", "mean", "Clopper-Pearson");
    for (const auto runs : kRuns) {
      const auto intervals = all(jeffreys, runs, confidence);
      std::printf("%6d", runs);
      for (const auto rate : kRates) std::printf("%8.3f", coverage(intervals, rate));
      const auto mean = mean_coverage(intervals);
      worst = std::max(worst, std::abs(mean - confidence));
      std::printf("%9.4f%18.4f\n", mean, mean_coverage(all(clopper_pearson, runs, confidence)));
    }
  }
  std::printf("\nintervals worst_mean_error=%.4f target=%.2f\n", worst, kTolerance);
  return worst <= kTolerance ? 0 : 1;
}
