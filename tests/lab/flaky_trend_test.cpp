// How many tests flaked, day by day.
#include "lab/flaky_trend.hpp"

#include <gtest/gtest.h>

namespace testlooper::lab {
namespace {

constexpr std::int64_t kDay = 86'400'000;
constexpr WallTime kNow{1'700'000'000'000};

using Counts = std::vector<std::int64_t>;

WallTime ago(double days) { return {kNow.ms - static_cast<std::int64_t>(days * kDay)}; }

TEST(FlakyTrend, ATestCountsFromItsFirstMixedCommitOn) {
  EXPECT_EQ(flaky_by_day({}, kNow, 3), (Counts{0, 0, 0, 0}));
  EXPECT_EQ(flaky_by_day({{ago(1.5), {}}, {ago(90), {}}}, kNow, 3), (Counts{1, 1, 2, 2}));
}

TEST(FlakyTrend, AFixedOneCountsUntilItsLast) {
  EXPECT_EQ(flaky_by_day({{ago(2.5), ago(0.5)}}, kNow, 3), (Counts{0, 1, 1, 0}));
  EXPECT_EQ(flaky_by_day({{ago(9), ago(5)}}, kNow, 3), (Counts{0, 0, 0, 0}));
}

TEST(FlakyTrend, TodayCountsWhatIsNotFixedWhateverTheClocksSay) {
  EXPECT_EQ(flaky_by_day({{ago(-4), {}}}, kNow, 1), (Counts{0, 1}));
  EXPECT_EQ(flaky_by_day({{ago(1.5), ago(-4)}}, kNow, 1), (Counts{1, 0}));
}

}  // namespace
}  // namespace testlooper::lab
