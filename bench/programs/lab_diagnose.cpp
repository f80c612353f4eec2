// The two tools of a diagnosis on drawn data with stated seeds: a comparison of two arms (runs an
// arm, beside published medians, and how often equal rates are said to differ), and the search for
// the tests that make another fail. Exits with 1 where a target is missed.
#include <algorithm>
#include <cstdio>
#include <vector>

#include "lab/diagnose.hpp"
#include "lab/random.hpp"
#include "lab_options.hpp"

namespace {

using namespace testlooper;
using namespace testlooper::lab;

struct Comparison {
  std::int64_t runs = 0;  // of an arm
  ComparisonVerdict verdict = ComparisonVerdict::open;
};

Comparison compare(double baseline, double changed, Random& random) {
  Counts arms[2];
  Comparison comparison;
  while (comparison.verdict == ComparisonVerdict::open) {
    const bool second = next_arm(arms[0], arms[1]) == Arm::changed;
    const bool failed = random.chance(second ? changed : baseline);
    arms[second] = arms[second] + Counts{failed ? 1 : 0, 1};
    comparison.verdict = comparison_verdict(arms[0], arms[1]);
  }
  comparison.runs = arms[0].runs;
  return comparison;
}

bool differences(bench::LabOptions options) {
  struct Row {
    double changed;
    int published;
  };
  bool good = true;
  std::printf("%-12s%18s%6s%12s%10s\n", "rates", "median runs/arm", "p90", "published", "said so");
  for (const auto& row : {Row{1, 5}, Row{.5, 12}, Row{.2, 82}}) {
    Random random(options.seed);
    std::vector<std::int64_t> runs;
    int said = 0;
    for (int trial = 0; trial < options.trials; ++trial) {
      const auto comparison = compare(.05, row.changed, random);
      runs.push_back(comparison.runs);
      said += comparison.verdict == ComparisonVerdict::fails_more;
    }
    std::ranges::sort(runs);
    const auto median = runs[runs.size() / 2];
    good = good && median <= row.published;
    std::printf("%.2f -> %.2f%18lld%6lld%12d%10.3f%s\n", .05, row.changed,
                static_cast<long long>(median), static_cast<long long>(runs[runs.size() * 9 / 10]),
                row.published, static_cast<double>(said) / options.trials,
                median <= row.published ? "" : " <- missed");
  }
  return good;
}

// The mean share of equal rates that are said to differ: what the Bayes factor bounds by 1/25.
double false_differences(bench::LabOptions options) {
  double sum = 0;
  for (const auto rate : {.01, .05, .2, .5}) {
    Random random(options.seed);
    int wrong = 0;
    for (int trial = 0; trial < options.trials; ++trial) {
      wrong += compare(rate, rate, random).verdict != ComparisonVerdict::undecided;
    }
    const auto share = static_cast<double>(wrong) / options.trials;
    sum += share / 4;
    std::printf("%.2f in both: said to differ %.3f\n", rate, share);
  }
  return sum;
}

bool orders(bench::LabOptions options) {
  bool good = true;
  std::printf("\n%-12s%-12s%-8s%14s%10s\n", "tests", "polluters", "rate", "median runs", "right");
  for (const std::size_t polluters : {1u, 2u}) {
    for (const auto rate : {1., .5, .2}) {
      constexpr std::size_t kTests = 200;
      Random random(options.seed);
      std::vector<std::int64_t> runs;
      int right = 0;
      for (int trial = 0; trial < options.trials; ++trial) {
        std::vector<std::size_t> needed;
        while (needed.size() < polluters) {
          const auto test = random.below(kTests);
          if (std::ranges::find(needed, test) == needed.end()) needed.push_back(test);
        }
        std::ranges::sort(needed);
        OrderSearch search(kTests, probe_runs(rate, .001).value_or(1), probe_failures(rate));
        while (const auto order = search.next()) {
          search.ended(std::ranges::includes(*order, needed) && random.chance(rate));
        }
        runs.push_back(search.runs());
        right += search.minimal() == needed;
      }
      std::ranges::sort(runs);
      const auto share = static_cast<double>(right) / options.trials;
      good = good && share >= .9;
      std::printf("%-12zu%-12zu%-8.1f%14lld%10.3f\n", kTests, polluters, rate,
                  static_cast<long long>(runs[runs.size() / 2]), share);
    }
  }
  return good;
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = bench::lab_options(argc, argv, 1'000);
  std::printf("%d trials each, seed %llu\n\n", options.trials,
              static_cast<unsigned long long>(options.seed));
  const bool told_apart = differences(options);
  const auto wrong = false_differences(options);
  const bool ordered = orders(options);
  std::printf("\ndiagnose false_differences=%.3f trials=%d\n", wrong, options.trials);
  return told_apart && ordered && wrong <= .04 ? 0 : 1;
}
