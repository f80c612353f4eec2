// Comparisons that say what differs, and orders made minimal.
#include "lab/diagnose.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include <boost/math/distributions/beta.hpp>
#include <gtest/gtest.h>

#include "lab/compare.hpp"
#include "lab/random.hpp"

namespace testlooper::lab {
namespace {

using Order = std::vector<std::size_t>;

// Of single runs: M is 1/2 for each; of two, 3/8 where they agree and 1/8 where they do not.
TEST(Comparison, TheBayesFactorIsExact) {
  EXPECT_NEAR(std::exp(log_bayes_factor({1, 1}, {0, 1})), .25 / .125, 1e-12);
  EXPECT_NEAR(std::exp(log_bayes_factor({1, 1}, {1, 1})), .25 / .375, 1e-12);
  EXPECT_NEAR(log_bayes_factor({}, {3, 9}), 0, 1e-12);
}

// The posteriors of a run that failed and one that passed are Beta(3/2, 1/2) and Beta(1/2, 3/2):
// the first is higher with a probability of 1/2 + 4/pi^2, by hand.
TEST(Comparison, ARiseIsTwoRatesOfWhichTheFirstIsHigher) {
  const auto higher = .5 + 4 / (std::numbers::pi * std::numbers::pi);
  EXPECT_NEAR(std::exp(log_rise_factor({1, 1}, {0, 1})), 2 * 2 * higher, .002);
  EXPECT_NEAR(std::exp(log_rise_factor({0, 1}, {1, 1})), 2 * 2 * (1 - higher), .002);
  EXPECT_NEAR(std::exp(log_rise_factor({3, 10}, {3, 10})),
              std::exp(log_bayes_factor({3, 10}, {3, 10})), 1e-9);
  EXPECT_NEAR(log_rise_factor({900, 100'000}, {100, 100'000}),
              log_bayes_factor({900, 100'000}, {100, 100'000}) + std::log(2), 1e-9);
}

TEST(Comparison, SaysWhichArmFailsMore) {
  using enum ComparisonVerdict;
  EXPECT_EQ(compared({0, 5}, {5, 5}).verdict, fails_more);
  EXPECT_EQ(compared({5, 5}, {0, 5}).verdict, fails_less);
  EXPECT_EQ(compared({1, 10}, {2, 10}).verdict, open);
  EXPECT_EQ(compared({20, 400}, {25, 400}).verdict, undecided);
  EXPECT_EQ(next_arm({0, 3}, {0, 3}), Arm::baseline);
  EXPECT_EQ(next_arm({0, 4}, {0, 3}), Arm::changed);
}

TEST(Comparison, EqualArmsAreRarelySaidToDiffer) {
  Random random(5);
  int wrong = 0;
  for (int trial = 0; trial < 200; ++trial) {
    Counts arms[2];
    auto verdict = ComparisonVerdict::open;
    while (verdict == ComparisonVerdict::open) {
      auto& arm = arms[next_arm(arms[0], arms[1]) == Arm::changed];
      arm = arm + Counts{random.chance(.1) ? 1 : 0, 1};
      verdict = comparison_verdict(arms[0], arms[1]);
    }
    wrong += verdict != ComparisonVerdict::undecided;
  }
  EXPECT_LE(wrong, 10);
}

TEST(ProbeRuns, AreAsManyAsTheRateNeeds) {
  EXPECT_EQ(probe_runs(1, .05), 1);
  EXPECT_EQ(probe_runs(.2, .05), 14);
  EXPECT_FALSE(probe_runs(0, .05));
}

// By simulation: the rate is drawn as Jeffreys' posterior has it, given what is known.
TEST(ProbeSize, OverlooksAsSeldomAsItSays) {
  for (const Counts known : {Counts{10, 20}, Counts{3, 10}, Counts{18, 20}}) {
    for (const std::int64_t failures : {1, 2, 4}) {
      const auto probe = probe_size(known, 0, .02, failures, 1'000);
      EXPECT_EQ(probe.failures, failures);
      Random random(3);
      int silent = 0;
      constexpr int kTrials = 20'000;
      for (int trial = 0; trial < kTrials; ++trial) {
        const auto rate = boost::math::quantile(
            boost::math::beta_distribution<>(static_cast<double>(known.failures) + .5,
                                             static_cast<double>(known.passes()) + .5),
            random.uniform());
        Counts seen;
        while (seen.failures < probe.failures && seen.passes() < probe.passes) {
          seen = seen + Counts{random.chance(rate) ? 1 : 0, 1};
        }
        if (seen.failures < probe.failures) ++silent;
      }
      EXPECT_LE(silent, .02 * kTrials + 3 * std::sqrt(.02 * kTrials));
      EXPECT_GE(silent, .004 * kTrials) << "it is the smallest";
    }
  }
}

TEST(ProbeSize, WhatFailsEachTimeNeedsFewRunsAndWhatFailsByItselfMore) {
  EXPECT_EQ(probe_size({8, 8}, 0, .005, 2, 400).passes, 2);
  EXPECT_EQ(probe_size({10, 20}, 0, .005, 1, 400).failures, 1);
  const auto noisy = probe_size({10, 20}, .05, .005, 1, 400);
  EXPECT_GT(noisy.failures, 1);
  EXPECT_GT(noisy.passes, probe_size({10, 20}, 0, .005, 1, 400).passes);
  EXPECT_EQ(probe_size({1, 200}, 0, .005, 1, 50).passes, 50) << "the cap";
}

// The victim fails at `rate` where all of `needed` ran before it.
Order minimised(std::size_t tests, const Order& needed, double rate, std::uint64_t seed) {
  Random random(seed);
  OrderSearch search(tests, *probe_runs(rate, .001), probe_failures(rate));
  while (const auto order = search.next()) {
    search.ended(std::ranges::includes(*order, needed) && random.chance(rate));
    if (search.runs() > 20'000) break;
  }
  return search.minimal();
}

TEST(OrderSearch, FindsOnePolluterAmongMany) {
  for (const std::size_t polluter : {0u, 50u, 99u}) {
    EXPECT_EQ(minimised(100, {polluter}, 1, 1), Order{polluter});
  }
}

TEST(OrderSearch, FindsPollutersThatAreNeededTogether) {
  EXPECT_EQ(minimised(100, {17, 80}, 1, 1), (Order{17, 80}));
  EXPECT_EQ(minimised(64, {3, 4, 63}, 1, 1), (Order{3, 4, 63}));
  EXPECT_EQ(minimised(3, {0, 1, 2}, 1, 1), (Order{0, 1, 2}));
}

TEST(OrderSearch, RepeatsItsProbesWhereTheVictimFailsAtARate) {
  int right = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    right += minimised(60, {7, 41}, .4, seed) == Order{7, 41};
  }
  EXPECT_GE(right, 19);
}

TEST(OrderSearch, AVictimThatFailsAloneNeedsNobody) {
  EXPECT_TRUE(minimised(50, {}, 1, 1).empty());
  EXPECT_FALSE(OrderSearch(0, 1).next());
}

}  // namespace
}  // namespace testlooper::lab
