// When a test is listed as flaky, and what makes it leave the list.
#include "lab/flaky.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "lab/prove.hpp"
#include "lab/random.hpp"

namespace testlooper::lab {
namespace {

AtCommit on_line(std::int64_t failures, std::int64_t runs) { return {{failures, runs}, true}; }
AtCommit beside(std::int64_t failures, std::int64_t runs) { return {{failures, runs}, false}; }

TEST(Flaky, OnlyMixedOutcomesAtOneCommitMakeATestFlaky) {
  EXPECT_FALSE(assess({}));
  EXPECT_FALSE(assess({on_line(0, 5), on_line(0, 9)}));
  // Broken, and then repaired.
  EXPECT_FALSE(assess({on_line(0, 5), on_line(5, 5), on_line(0, 5)}));
  EXPECT_FALSE(assess({on_line(0, 5), beside(5, 5), on_line(0, 5)}));
  EXPECT_TRUE(assess({on_line(0, 5), on_line(1, 2)}));
  EXPECT_TRUE(assess({on_line(0, 5), beside(1, 2)}));
}

TEST(Flaky, ItsFirstAndItsLastMixedCommitAreTold) {
  const auto found =
      assess({on_line(0, 4), on_line(1, 4), on_line(0, 1), beside(1, 2), on_line(0, 1)});
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->flaky);
  EXPECT_EQ(found->first_mixed, 1u);
  EXPECT_EQ(found->last_mixed, 3u);
  EXPECT_EQ(found->passes_since, 1);
  EXPECT_EQ(found->rate, (Counts{1, 10}));
}

TEST(Flaky, WhatABranchBreaksAlwaysIsItsOwnFault) {
  const auto found = assess({on_line(1, 10), beside(8, 8), on_line(0, 2)});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->rate, (Counts{1, 12}));
  EXPECT_EQ(found->last_evidence, 0u);
}

TEST(Flaky, WhereTheLineNeverFailedAllThatTellsIsTheRate) {
  const auto found = assess({on_line(0, 4), beside(1, 2), beside(0, 3), beside(2, 2)});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->rate, (Counts{1, 9}));
  EXPECT_EQ(found->old, (Counts{1, 6}));
}

// A failure on a branch has the test run again, so that commits with failures have mixed outcomes,
// and those without tell nothing. They must not make the rate larger than it is.
TEST(Flaky, BranchesThatRepeatWhatFailedDoNotBendTheRate) {
  constexpr double kRate = .02;
  Random random(7);
  std::vector<AtCommit> history;
  for (int commit = 0; commit < 20'000; ++commit) {
    AtCommit at{{0, 0}, commit % 10 == 0};
    for (int run = 0; run < (at.counts.failures > 0 ? 3 : 1); ++run) {
      at.counts = at.counts + Counts{random.chance(kRate) ? 1 : 0, 1};
    }
    history.push_back(at);
  }
  const auto found = assess(history);
  ASSERT_TRUE(found);
  const auto rate = jeffreys(found->rate, .999);
  EXPECT_LT(rate.low, kRate);
  EXPECT_GT(rate.high, kRate);
  EXPECT_GT(found->rate.runs, 1900);
}

TEST(Flaky, AFailureThatNewerCommitsDoNotHaveIsEvidence) {
  const auto found = assess({on_line(1, 4), on_line(0, 3), on_line(1, 1), on_line(0, 2)});
  EXPECT_EQ(found->last_evidence, 2u);
  EXPECT_EQ(found->passes_since, 2);
  // The newest may be broken for good: that says nothing of flaking, and nothing against it.
  const auto broken = assess({on_line(1, 4), on_line(0, 3), on_line(2, 2)});
  EXPECT_EQ(broken->last_evidence, 0u);
  EXPECT_EQ(broken->passes_since, 3);
}

TEST(Flaky, ItLeavesByProofAndNotBySilence) {
  const Counts old{10, 200};
  const auto needed = passes_to_exclude(old);
  const auto standing = [&](std::int64_t passes) {
    return assess({on_line(10, 200), on_line(0, passes)})->flaky;
  };
  EXPECT_TRUE(assess({on_line(10, 200)})->flaky);
  EXPECT_TRUE(standing(needed - 1));
  EXPECT_FALSE(standing(needed));
  // Runs at commits beside the line may lack what made it flake.
  EXPECT_TRUE(assess({on_line(10, 200), beside(0, 10 * needed)})->flaky);
  // Passes at the commit itself do not count: it flakes there.
  EXPECT_TRUE(assess({on_line(10, 200 + needed)})->flaky);
}

TEST(Flaky, AFailureBringsItBack) {
  const auto needed = passes_to_exclude({2, 10});
  EXPECT_FALSE(assess({on_line(2, 10), on_line(0, needed)})->flaky);
  const auto back = assess({on_line(2, 10), on_line(0, needed), on_line(1, 2)});
  EXPECT_TRUE(back->flaky);
  EXPECT_EQ(back->passes_since, 0);
}

TEST(Flaky, TheRateIsThatOfToday) {
  std::vector<AtCommit> history(100, on_line(0, 2));
  history[10] = on_line(1, 2);
  for (int i = 0; i < 40; ++i) history.push_back(on_line(i % 2, 2));
  const auto found = assess(history);
  ASSERT_EQ(found->changes.size(), 1u);
  EXPECT_EQ(found->trend, Trend::worse);
  EXPECT_NEAR(static_cast<double>(found->changes[0].position), 101, 2);
  EXPECT_GT(found->rate.failures, 15);
  EXPECT_LE(found->rate.runs, 84);
  // What is to be excluded is the rate of where it flaked last.
  EXPECT_EQ(found->old, found->rate);
}

TEST(Flaky, PlacesOfChangesAreThoseOfTheHistory) {
  std::vector<AtCommit> history;
  for (int i = 0; i < 60; ++i) {
    history.push_back(beside(0, 3));
    history.push_back(on_line(i < 30 ? 0 : 2, 3));
  }
  const auto found = assess(history);
  ASSERT_EQ(found->changes.size(), 1u);
  EXPECT_EQ(found->changes[0].position, 61u);
  EXPECT_LE(found->changes[0].earliest, 61u);
  EXPECT_GE(found->changes[0].latest, 61u);
}

TEST(Flaky, TheHistoryIsSummedUpInGroups) {
  const std::vector<AtCommit> history{on_line(1, 2), beside(3, 3),  on_line(0, 2),
                                      on_line(2, 4), on_line(0, 0), on_line(1, 1)};
  EXPECT_EQ(summed_up(history, 2), (std::vector<Counts>{{1, 4}, {3, 5}}));
  EXPECT_EQ(summed_up(history, 10).size(), 4u);
  EXPECT_TRUE(summed_up({}, 3).empty());
}

TEST(Flaky, ThePassesThatExcludeARateAreExact) {
  // B(k + 1/2, n - k + 1/2 + m) / B(k + 1/2, n - k + 1/2), by the gamma function.
  const auto silence = [](Counts old, std::int64_t passes) {
    const auto k = static_cast<double>(old.failures) + .5;
    const auto m = static_cast<double>(old.passes()) + .5;
    const auto more = static_cast<double>(passes);
    return std::exp(std::lgamma(m + more) - std::lgamma(m) + std::lgamma(k + m) -
                    std::lgamma(k + m + more));
  };
  for (const Counts old : {Counts{1, 2}, {1, 100}, {10, 200}, {50, 100}, {3, 3}}) {
    const auto needed = passes_to_exclude(old);
    EXPECT_LE(silence(old, needed), .05);
    EXPECT_GT(silence(old, needed - 1), .05);
    EXPECT_GE(passes_to_exclude(old, .01), needed);
  }
  // A rate that is known well is excluded as one that is given: ceil(ln .05 / ln .8).
  EXPECT_EQ(passes_to_exclude({200'000, 1'000'000}), fixed_runs({.2}));
  EXPECT_LE(silence({1, 1'000'000}, passes_to_exclude({1, 1'000'000})), .05) << "millions of them";
}

TEST(Flaky, NothingFixedIsCalledFixedAtTheStatedRisk) {
  // The old rate is drawn as the formula assumes it, observed, and then nothing changes.
  Random random{7};
  int trials = 0, wrong = 0;
  for (int i = 0; i < 4'000; ++i) {
    const auto angle = random.uniform() * 3.14159265358979 / 2;
    const auto rate = std::sin(angle) * std::sin(angle);  // Beta(1/2, 1/2)
    Counts old;
    for (int run = 0; run < 40; ++run) {
      old = old + Counts{random.uniform() < rate ? 1 : 0, 1};
    }
    if (old.failures == 0) continue;
    ++trials;
    auto left = passes_to_exclude(old);
    while (left > 0 && random.uniform() >= rate) --left;
    wrong += left == 0 ? 1 : 0;
  }
  EXPECT_LT(static_cast<double>(wrong) / trials, .06);
}

}  // namespace
}  // namespace testlooper::lab
