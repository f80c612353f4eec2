#include "core/retention.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace testlooper::core {
namespace {

constexpr std::int64_t kDay = 86'400'000;
constexpr std::uint64_t kMb = 1 << 20;
constexpr WallTime kNow{1'000 * kDay};

Kept aged(std::int64_t days, std::uint64_t bytes = kMb, bool needed = false) {
  return {{kNow.ms - days * kDay}, bytes, needed};
}
std::uint64_t bytes_of(const std::vector<Kept>& all) {
  std::uint64_t bytes = 0;
  for (const auto& each : all) bytes += each.bytes;
  return bytes;
}
std::vector<Going> going(const std::vector<Kept>& all, const KeepRule& rule) {
  return what_goes(all, std::ssize(all), bytes_of(all), rule, kNow);
}
std::vector<std::string> reasons(const std::vector<Kept>& all, const KeepRule& rule) {
  std::vector<std::string> all_reasons;
  for (const auto& each : going(all, rule)) {
    all_reasons.push_back(std::to_string(each.index) + ": " + each.why);
  }
  return all_reasons;
}
using Reasons = std::vector<std::string>;

TEST(Retention, WithoutLimitsEverythingStays) {
  EXPECT_EQ(reasons({aged(10'000), aged(1)}, {}), Reasons{});
  EXPECT_EQ(reasons({}, {.days = 1, .count = 1, .mb = 1}), Reasons{});
}

TEST(Retention, WhatIsOlderGoes) {
  EXPECT_EQ(reasons({aged(31), aged(30), aged(0)}, {.days = 30}), Reasons{"0: older than 30 days"});
}

TEST(Retention, TheOldestGoUntilTheCountFits) {
  EXPECT_EQ(reasons({aged(3), aged(2), aged(1)}, {.count = 1}),
            (Reasons{"0: the oldest of more than 1", "1: the oldest of more than 1"}));
}

TEST(Retention, TheOldestGoUntilTheSizeFits) {
  EXPECT_EQ(reasons({aged(3, 2 * kMb), aged(2, kMb), aged(1, kMb)}, {.mb = 2}),
            Reasons{"0: the oldest of more than 2 MB"});
}

TEST(Retention, WhatIsNeededStaysAndCounts) {
  EXPECT_EQ(reasons({aged(90, kMb, true), aged(80), aged(1)}, {.days = 30}),
            Reasons{"1: older than 30 days"});
  EXPECT_EQ(reasons({aged(3, kMb, true), aged(2, kMb), aged(1, kMb, true)}, {.count = 1}),
            Reasons{"1: the oldest of more than 1"});
}

TEST(Retention, WhatLiesBeyondTheListCountsToo) {
  EXPECT_EQ(what_goes({aged(3), aged(2)}, 10, 10 * kMb, {.count = 9}, kNow).size(), 1u);
}

TEST(Retention, AClockThatWentBackRemovesNothing) {
  EXPECT_EQ(reasons({aged(-5)}, {.days = 1}), Reasons{});
}

// Whatever is there: nothing needed goes, what is left fits where it can, and asking again removes
// nothing.
TEST(Retention, RandomShelvesAreLeftInOrder) {
  std::mt19937 random(7);
  const auto up_to = [&](int most) {
    return static_cast<std::int64_t>(random() % static_cast<unsigned>(most + 1));
  };
  for (int round = 0; round < 3'000; ++round) {
    std::vector<Kept> all;
    for (auto i = up_to(40); i > 0; --i) {
      all.push_back(aged(up_to(60), static_cast<std::uint64_t>(up_to(5)) * kMb, up_to(3) == 0));
    }
    std::ranges::sort(all, {}, &Kept::since);
    const KeepRule rule{.days = up_to(50), .count = up_to(30), .mb = up_to(60)};
    auto left = all;
    const auto gone = going(all, rule);
    for (auto each = gone.rbegin(); each != gone.rend(); ++each) {
      EXPECT_FALSE(all[each->index].needed);
      EXPECT_FALSE(each->why.empty());
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(each->index));
    }
    EXPECT_TRUE(going(left, rule).empty());
    for (const auto& each : left) {
      if (each.needed) continue;
      EXPECT_TRUE(rule.days == 0 || (kNow - each.since).count() <= rule.days * kDay);
      EXPECT_TRUE(rule.count == 0 || std::ssize(left) <= rule.count);
      EXPECT_TRUE(rule.mb == 0 || bytes_of(left) <= static_cast<std::uint64_t>(rule.mb) * kMb);
    }
  }
}

TEST(Disk, ItStopsBelowTheReserveAndGoesOnWithATenthMore) {
  EXPECT_FALSE(disk_is_low(false, 1'000, 1'000));
  EXPECT_TRUE(disk_is_low(false, 999, 1'000));
  EXPECT_TRUE(disk_is_low(true, 1'099, 1'000));
  EXPECT_FALSE(disk_is_low(true, 1'100, 1'000));
  EXPECT_FALSE(disk_is_low(true, 0, 0));
}

}  // namespace
}  // namespace testlooper::core
