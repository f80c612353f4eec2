// The posterior over commits, against the sums written out hypothesis by hypothesis.
#include "lab/belief.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

namespace testlooper::lab {
namespace {

// Two branches and their merge: 0 - 1 - 3 - 5 (merge), 0 - 2 - 4 - 5, and 6 on top.
const Parents kGraph{{}, {0}, {0}, {1}, {2}, {3, 4}, {5}};
constexpr double kNone = .1;

struct Posterior {
  std::vector<double> culprit = std::vector<double>(kGraph.size(), 0);
  double none = 0;
  std::vector<double> failing = std::vector<double>(kGraph.size(), 0);
};

double power(double rate, Counts counts) {
  return std::pow(rate, static_cast<double>(counts.failures)) *
         std::pow(1 - rate, static_cast<double>(counts.passes()));
}

Posterior by_hand(const RatePrior& prior, const std::vector<Counts>& runs) {
  const Ancestry ancestry(kGraph);
  Posterior posterior;
  const auto commits = kGraph.size();
  std::vector<std::vector<char>> has(commits, std::vector<char>(commits, 0));
  for (std::size_t x = 0; x < commits; ++x) {
    for (const auto c : ancestry.with_ancestors(static_cast<int>(x))) {
      has[x][static_cast<std::size_t>(c)] = 1;
    }
  }
  double sum = 0;
  for (std::size_t i = 0; i < prior.rates.size(); ++i) {
    double none = kNone * prior.constant[i];
    for (const auto counts : runs) none *= power(prior.rates[i], counts);
    posterior.none += none;
    sum += none;
    for (auto& failing : posterior.failing) failing += none * prior.rates[i];
    for (std::size_t j = i + 1; j < prior.rates.size(); ++j) {
      for (std::size_t c = 1; c < commits; ++c) {
        auto mass = (1 - kNone) / static_cast<double>(commits - 1) * prior.pair(i, j);
        for (std::size_t x = 0; x < commits; ++x) {
          mass *= power(prior.rates[has[x][c] ? j : i], runs[x]);
        }
        posterior.culprit[c] += mass;
        sum += mass;
        for (std::size_t x = 0; x < commits; ++x) {
          posterior.failing[x] += mass * prior.rates[has[x][c] ? j : i];
        }
      }
    }
  }
  posterior.none /= sum;
  for (auto& each : posterior.culprit) each /= sum;
  for (auto& each : posterior.failing) each /= sum;
  return posterior;
}

double entropy(const Posterior& posterior) {
  double sum = 0;
  const auto add = [&](double p) { sum -= p > 0 ? p * std::log(p) : 0; };
  add(posterior.none);
  for (const auto p : posterior.culprit) add(p);
  return sum;
}

Belief belief_of(const Ancestry& ancestry, const RatePrior& prior,
                 const std::vector<Counts>& runs) {
  std::vector<double> weights(kGraph.size(), (1 - kNone) / 6);
  weights[0] = 0;
  return Belief(ancestry, prior, weights, kNone, runs);
}

class BeliefTest : public ::testing::Test {
 protected:
  Ancestry ancestry{kGraph};
  RatePrior prior;
  std::vector<Counts> runs{{0, 4}, {1, 5}, {0, 0}, {3, 6}, {0, 7}, {2, 5}, {1, 2}};
};

TEST_F(BeliefTest, IsTheSumOverAllHypotheses) {
  const auto belief = belief_of(ancestry, prior, runs);
  const auto expected = by_hand(prior, runs);
  EXPECT_NEAR(belief.none(), expected.none, 1e-12);
  for (int commit = 0; commit < 7; ++commit) {
    const auto at = static_cast<std::size_t>(commit);
    EXPECT_NEAR(belief.probability(commit), expected.culprit[at], 1e-12);
    EXPECT_NEAR(belief.failing(commit), expected.failing[at], 1e-12);
  }
}

TEST_F(BeliefTest, RunsAddedOneByOneAreTheSameEvidence) {
  auto belief = belief_of(ancestry, prior, std::vector<Counts>(kGraph.size()));
  for (int round = 0; round < 10; ++round) {
    for (int commit = 6; commit >= 0; --commit) {
      const auto counts = runs[static_cast<std::size_t>(commit)];
      if (round < counts.runs) belief.add(commit, {round < counts.failures ? 1 : 0, 1});
    }
  }
  const auto at_once = belief_of(ancestry, prior, runs);
  EXPECT_NEAR(belief.none(), at_once.none(), 1e-12);
  for (int commit = 0; commit < 7; ++commit) {
    EXPECT_NEAR(belief.probability(commit), at_once.probability(commit), 1e-12);
  }
}

TEST_F(BeliefTest, AGainIsTheEntropyThatARunIsExpectedToTake) {
  const auto gains = belief_of(ancestry, prior, runs).gains();
  const auto now = by_hand(prior, runs);
  for (std::size_t x = 0; x < kGraph.size(); ++x) {
    auto failed = runs;
    auto passed = runs;
    failed[x] = failed[x] + Counts{1, 1};
    passed[x] = passed[x] + Counts{0, 1};
    const auto expected = now.failing[x] * entropy(by_hand(prior, failed)) +
                          (1 - now.failing[x]) * entropy(by_hand(prior, passed));
    EXPECT_NEAR(gains[x], entropy(now) - expected, 1e-10);
  }
}

TEST_F(BeliefTest, ManyRunsNeitherOverflowNorVanish) {
  std::vector<Counts> many(kGraph.size(), {2'000, 100'000});
  many[3] = many[5] = many[6] = {20'000, 100'000};
  const auto belief = belief_of(ancestry, prior, many);
  EXPECT_NEAR(belief.probability(3), 1, 1e-9);
  EXPECT_NEAR(belief.rates(3).after, .2, .06);
  EXPECT_LT(belief.rates(3).before, .05);
}

TEST(RatePriorTest, IsADistributionOfRisingRates) {
  const RatePrior prior;
  double pairs = 0;
  double constant = 0;
  for (std::size_t i = 0; i < prior.rates.size(); ++i) {
    constant += prior.constant[i];
    for (std::size_t j = 0; j < prior.rates.size(); ++j) {
      pairs += prior.pair(i, j);
      if (j <= i) EXPECT_EQ(prior.pair(i, j), 0);
    }
  }
  EXPECT_NEAR(pairs, 1, 1e-12);
  EXPECT_NEAR(constant, 1, 1e-12);
  EXPECT_EQ(prior.rates.front(), 0);
  EXPECT_TRUE(std::ranges::is_sorted(prior.rates));
}

}  // namespace
}  // namespace testlooper::lab
