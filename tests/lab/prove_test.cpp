// What "fixed" takes, against exact values, and that it is rarely said of what is not.
#include "lab/prove.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

#include "lab/random.hpp"

namespace testlooper::lab {
namespace {

using enum FixVerdict;

TEST(Prove, FixedRunsAreTheFewestThatSuffice) {
  EXPECT_EQ(fixed_runs({.2}), 14);
  EXPECT_EQ(fixed_runs({.05}), 59);
  EXPECT_EQ(fixed_runs({.01}), 299);
  EXPECT_EQ(fixed_runs({.5, .25}), 2);
}

TEST(Prove, WithoutFailuresTheAnytimeTestTakesTheExactNumberOfRuns) {
  for (const auto& [rate, runs] : {std::pair{.2, 24}, {.05, 116}, {.01, 680}}) {
    EXPECT_EQ(anytime({rate}, {0, 0}).more_if_none_fails, runs);
    EXPECT_EQ(anytime({rate}, {0, 10}).more_if_none_fails, runs - 10);
    EXPECT_EQ(anytime_verdict({rate}, {0, runs - 1}), undecided);
    EXPECT_EQ(anytime_verdict({rate}, {0, runs}), fixed);
  }
}

TEST(Prove, FailuresAtTheOldRateAreStillFlaky) {
  EXPECT_EQ(anytime({.2}, {20, 100}).verdict, still_flaky);
  // Half as often as before is not fixed either.
  EXPECT_EQ(anytime({.2}, {100, 1'000}).verdict, still_flaky);
  EXPECT_EQ(anytime({.2}, {2, 300}).verdict, fixed);
}

TEST(Prove, UndecidedSaysHowManyRunsAreAboutMissing) {
  const auto answer = anytime({.2}, {1, 20});
  EXPECT_EQ(answer.verdict, undecided);
  ASSERT_TRUE(answer.more_if_none_fails);
  const Counts later{1, 20 + *answer.more_if_none_fails};
  EXPECT_EQ(anytime_verdict({.2}, later), fixed);
  EXPECT_EQ(anytime_verdict({.2}, {1, later.runs - 1}), undecided);
  EXPECT_GT(answer.more_at_this_rate.value_or(0), 0);
}

TEST(Prove, WhatWouldTakeTooLongHasNoNumber) {
  EXPECT_FALSE(anytime({1e-7}, {0, 0}).more_if_none_fails);
}

TEST(Prove, TheIntervalEndsWhereTheTestRejects) {
  const Counts counts{7, 90};
  const auto interval = confidence_sequence(counts, .05);
  // B(k + 1/2, n - k + 1/2) / B(1/2, 1/2) / (p^k (1 - p)^(n - k)) is 1/risk at both ends.
  for (const auto rate : {interval.low, interval.high}) {
    const auto ratio = std::lgamma(7.5) + std::lgamma(83.5) - std::lgamma(91.) -
                       2 * std::lgamma(.5) - 7 * std::log(rate) - 83 * std::log1p(-rate);
    EXPECT_NEAR(ratio, std::log(20), 1e-6);
  }
  EXPECT_EQ(confidence_sequence({0, 30}, .05).low, 0);
  EXPECT_EQ(confidence_sequence({30, 30}, .05).high, 1);
  EXPECT_EQ(confidence_sequence({0, 0}, .05).high, 1);
}

// ln 20 is passed by so many steps of ln((1 - p0/10) / (1 - p0)).
TEST(Prove, SequentialIsWaldsTest) {
  EXPECT_EQ(sequential({.2}, {0, 14}), undecided);
  EXPECT_EQ(sequential({.2}, {0, 15}), fixed);
  EXPECT_EQ(sequential({.2}, {1, 1}), undecided);
  EXPECT_EQ(sequential({.2}, {2, 2}), still_flaky);
}

struct Watched {
  double said_fixed = 0;
  double mean_runs = 0;
};

Watched watch(FixVerdict (*verdict)(FixQuestion, Counts), double old_rate, double rate) {
  constexpr int kTrials = 2'000;
  Random random(7);
  Watched watched;
  for (int trial = 0; trial < kTrials; ++trial) {
    Counts counts;
    auto said = undecided;
    while (said == undecided && counts.runs < 2'000) {
      counts = counts + Counts{random.chance(rate) ? 1 : 0, 1};
      said = verdict({old_rate}, counts);
    }
    watched.said_fixed += said == fixed ? 1. / kTrials : 0;
    watched.mean_runs += static_cast<double>(counts.runs) / kTrials;
  }
  return watched;
}

TEST(Prove, WhoeverLooksAfterEachRunIsRarelyToldAWrongFixed) {
  EXPECT_LE(watch(anytime_verdict, .2, .2).said_fixed, .05);
  EXPECT_LE(watch(anytime_verdict, .2, .4).said_fixed, .01);
  EXPECT_LE(watch(sequential, .2, .2).said_fixed, .05);
  EXPECT_GE(watch(anytime_verdict, .2, .01).said_fixed, .95);
}

TEST(Prove, SequentialTakesTheMeanRunsOfWaldsApproximation) {
  EXPECT_NEAR(watch(sequential, .2, 0).mean_runs, 15, .5);
  EXPECT_NEAR(watch(sequential, .05, 0).mean_runs, 65, 2);
  EXPECT_NEAR(watch(sequential, .2, .2).mean_runs, 12, 2);
}

}  // namespace
}  // namespace testlooper::lab
