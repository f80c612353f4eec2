// Intervals of rates against published values, and against their definition.
#include "lab/rate.hpp"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

namespace testlooper::lab {
namespace {

// Of Beta(a, b) below `x`, by Simpson's rule over the angle whose sine squared is x: the integrand
// is smooth for a, b >= 1/2.
double beta_below(double a, double b, double x) {
  const auto density = [&](double angle) {
    const auto log_scale = std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b);
    return 2 * std::exp(log_scale) * std::pow(std::sin(angle), 2 * a - 1) *
           std::pow(std::cos(angle), 2 * b - 1);
  };
  constexpr int kSteps = 2'000;
  const auto width = std::asin(std::sqrt(x)) / kSteps;
  double sum = density(0) + density(width * kSteps);
  for (int i = 1; i < kSteps; ++i) sum += density(width * i) * (i % 2 == 0 ? 2 : 4);
  return sum * width / 3;
}

void expect_interval(Interval interval, double low, double high, double within) {
  EXPECT_NEAR(interval.low, low, within);
  EXPECT_NEAR(interval.high, high, within);
}

// Brown, Cai, DasGupta 2001, table 5: n = 10.
TEST(Rate, JeffreysIsAsPublished) {
  expect_interval(jeffreys({1, 10}), .011, .381, .0006);
  expect_interval(jeffreys({2, 10}), .044, .503, .0006);
  expect_interval(jeffreys({3, 10}), .093, .606, .0006);
  expect_interval(jeffreys({4, 10}), .153, .696, .0006);
  expect_interval(jeffreys({5, 10}), .224, .776, .0006);
}

TEST(Rate, JeffreysLeavesHalfTheRiskAtEachEnd) {
  for (const Counts counts : {Counts{1, 10}, {7, 20}, {3, 300}, {199, 200}}) {
    const auto a = static_cast<double>(counts.failures) + .5;
    const auto b = static_cast<double>(counts.passes()) + .5;
    const auto interval = jeffreys(counts, .9);
    EXPECT_NEAR(beta_below(a, b, interval.low), .05, 1e-6);
    EXPECT_NEAR(beta_below(a, b, interval.high), .95, 1e-6);
  }
}

TEST(Rate, WithoutFailuresOrPassesJeffreysIsOneSided) {
  const auto none = jeffreys({0, 50});
  EXPECT_EQ(none.low, 0);
  EXPECT_NEAR(beta_below(.5, 50.5, none.high), .95, 1e-6);
  const auto all = jeffreys({50, 50});
  EXPECT_EQ(all.high, 1);
  EXPECT_NEAR(all.low, 1 - none.high, 1e-9);
}

// As R's binom.test() has them.
TEST(Rate, ClopperPearsonIsAsPublished) {
  expect_interval(clopper_pearson({5, 10}), .1870860, .8129140, 1e-6);
  expect_interval(clopper_pearson({1, 20}), .001265089, .2487328, 1e-6);
  expect_interval(clopper_pearson({7, 20}), .1539092, .5921885, 1e-6);
}

TEST(Rate, ClopperPearsonIsExactWithoutFailures) {
  for (const int runs : {1, 10, 1'000, 100'000}) {
    expect_interval(clopper_pearson({0, runs}), 0, 1 - std::pow(.025, 1. / runs), 1e-9);
    expect_interval(clopper_pearson({runs, runs}), std::pow(.025, 1. / runs), 1, 1e-9);
  }
}

TEST(Rate, NothingIsKnownWithoutRuns) {
  expect_interval(jeffreys({0, 0}), 0, 1, 0);
  expect_interval(clopper_pearson({0, 0}), 0, 1, 0);
}

TEST(Rate, ManyRunsNarrowTheInterval) {
  const auto interval = jeffreys({50'000, 1'000'000});
  EXPECT_NEAR(interval.low, .05 - 1.96 * std::sqrt(.05 * .95 / 1e6), 2e-6);
  EXPECT_NEAR(interval.high, .05 + 1.96 * std::sqrt(.05 * .95 / 1e6), 2e-6);
}

}  // namespace
}  // namespace testlooper::lab
