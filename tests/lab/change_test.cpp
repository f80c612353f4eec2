// Change points: found where they are, and not where there are none.
#include "lab/change.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "lab/random.hpp"

namespace testlooper::lab {
namespace {

std::vector<Counts> drawn(const std::vector<std::pair<int, double>>& parts, std::uint64_t seed) {
  Random random(seed);
  std::vector<Counts> series;
  for (const auto& [places, rate] : parts) {
    for (int i = 0; i < places; ++i) series.push_back({random.chance(rate) ? 1 : 0, 1});
  }
  return series;
}

TEST(ChangePoints, AChangeIsFoundWithBothRates) {
  const auto changes = find_changes(drawn({{300, .02}, {200, .4}}, 1));
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_NEAR(static_cast<double>(changes[0].position), 300, 8);
  EXPECT_LE(changes[0].earliest, 300u);
  EXPECT_GE(changes[0].latest, 300u);
  EXPECT_GT(changes[0].log_odds, std::log(1e4));
  EXPECT_EQ(changes[0].before.runs + changes[0].after.runs, 500);
}

TEST(ChangePoints, ManyChangesAreFoundInOrder) {
  const auto changes = find_changes(drawn({{200, 0}, {200, .5}, {200, .02}, {200, 1}}, 2));
  ASSERT_EQ(changes.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(static_cast<double>(changes[i].position), 200. * static_cast<double>(i + 1), 10);
    EXPECT_LE(changes[i].earliest, changes[i].position);
    EXPECT_GE(changes[i].latest, changes[i].position);
  }
}

TEST(ChangePoints, AConstantRateHasNone) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    EXPECT_TRUE(find_changes(drawn({{500, .1}}, seed)).empty()) << seed;
  }
  EXPECT_TRUE(find_changes({}).empty());
  EXPECT_TRUE(find_changes({{0, 10}}).empty());
  EXPECT_TRUE(find_changes(std::vector<Counts>(100)).empty());
}

TEST(ChangePoints, TheIntervalHoldsTheChangeAsOftenAsItSays) {
  int held = 0;
  int found = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const auto changes = find_changes(drawn({{150, .05}, {150, .4}}, seed));
    if (changes.size() != 1) continue;
    ++found;
    held += changes[0].earliest <= 150 && changes[0].latest >= 150;
  }
  EXPECT_GE(found, 290);
  EXPECT_GE(held, found * 96 / 100);
}

TEST(ChangePoints, CommitsWithoutRunsMayHoldTheChange) {
  std::vector<Counts> series(30);
  for (std::size_t i = 0; i < 10; ++i) series[i] = {0, 20};
  for (std::size_t i = 20; i < 30; ++i) series[i] = {10, 20};
  const auto changes = find_changes(series);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].position, 20u);
  EXPECT_EQ(changes[0].earliest, 10u);
  EXPECT_EQ(changes[0].latest, 20u);
}

// B(k + .3, m + .5) / B(.3, .5) for one run is the prior mean.
TEST(ChangePoints, TheMarginalIsTheBetaBinomial) {
  const Marginal tabled(100);
  const Marginal computed(0);
  EXPECT_NEAR(std::exp(tabled({1, 1})), .3 / .8, 1e-12);
  EXPECT_NEAR(std::exp(tabled({0, 1})), .5 / .8, 1e-12);
  EXPECT_NEAR(std::exp(tabled({1, 2})), .3 / .8 * .5 / 1.8, 1e-12);
  EXPECT_NEAR(tabled({13, 90}), computed({13, 90}), 1e-9);
}

TEST(ChangePoints, TheSequenceIsTheLineOfFirstParents) {
  const Ancestry ancestry({{}, {0}, {0}, {1, 2}, {3}});
  EXPECT_EQ(first_parents(ancestry, 4), (std::vector{0, 1, 3, 4}));
}

}  // namespace
}  // namespace testlooper::lab
