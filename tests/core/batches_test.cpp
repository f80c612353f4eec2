#include "core/batches.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

namespace testlooper::core {
namespace {

constexpr Seconds kTarget{30};

std::vector<TimedTest> tests_of(std::initializer_list<int> seconds) {
  std::vector<TimedTest> tests;
  for (const int each : seconds) {
    tests.push_back({{std::ssize(tests) + 1}, Microseconds{Seconds{each}}});
  }
  return tests;
}

std::vector<std::vector<std::int64_t>> cut(const std::vector<TimedTest>& tests) {
  std::vector<std::vector<std::int64_t>> cut;
  for (const auto& batch : cut_into_batches(tests, kTarget)) {
    auto& ids = cut.emplace_back();
    for (const auto& test : batch.tests) ids.push_back(test.value);
  }
  return cut;
}

using Cut = std::vector<std::vector<std::int64_t>>;

TEST(Batches, AShortSuiteStaysWhole) {
  EXPECT_EQ(cut(tests_of({1, 2, 3})), (Cut{{1, 2, 3}}));
  EXPECT_EQ(cut(tests_of({20, 24})), (Cut{{1, 2}})) << "a little more than the target";
  EXPECT_EQ(cut(tests_of({300})), (Cut{{1}}));
  EXPECT_TRUE(cut({}).empty());
}

TEST(Batches, ALongSuiteIsCutWhereItWasListed) {
  EXPECT_EQ(cut(tests_of({15, 15, 15, 15})), (Cut{{1, 2}, {3, 4}}));
  EXPECT_EQ(cut(tests_of({10, 10, 10, 29, 29, 2})), (Cut{{5, 6}, {1, 2, 3}, {4}}))
      << "pieces of about the same length, the longest first";
}

TEST(Batches, LongTestsAreAloneAndFirst) {
  EXPECT_EQ(cut(tests_of({1, 40, 1, 90})), (Cut{{4}, {2}, {1, 3}}));
}

TEST(Batches, UnknownTestsTakeWhatTheirNeighboursTake) {
  auto tests = tests_of({15, 15, 15});
  tests.push_back({{4}, std::nullopt});
  const auto batches = cut_into_batches(tests, kTarget);
  ASSERT_EQ(batches.size(), 2u);
  EXPECT_EQ(batches[1].expected, Seconds{30});
  std::vector<TimedTest> unknown(1200);
  for (int i = 0; i < 1200; ++i) unknown[static_cast<std::size_t>(i)].test = {i + 1};
  EXPECT_EQ(cut_into_batches(unknown, kTarget).size(),
            static_cast<std::size_t>(1200 * limits::kGuessedTestMs / 30'000));
}

TEST(Batches, EachTestIsInOneBatchAndNoBatchIsMuchLongerThanTheTarget) {
  std::mt19937_64 random{7};
  for (int round = 0; round < 300; ++round) {
    std::vector<TimedTest> tests;
    const int count = std::uniform_int_distribution<int>{0, 400}(random);
    for (int i = 0; i < count; ++i) {
      const int ms = std::uniform_int_distribution<int>{0, 1 << (i % 16)}(random);
      tests.push_back({{i + 1}, Microseconds{Milliseconds{ms}}});
      if (i % 7 == 0) tests.back().duration.reset();
    }
    std::vector<TestId> seen;
    auto longest = Microseconds::max();
    for (const auto& batch : cut_into_batches(tests, kTarget)) {
      EXPECT_FALSE(batch.tests.empty());
      EXPECT_TRUE(std::ranges::is_sorted(batch.tests)) << "in the order given";
      EXPECT_LE(batch.expected, longest);
      longest = batch.expected;
      if (batch.tests.size() > 1) EXPECT_LE(batch.expected, Seconds{30 * 3});
      std::ranges::copy(batch.tests, std::back_inserter(seen));
    }
    std::ranges::sort(seen);
    ASSERT_EQ(seen.size(), tests.size());
    EXPECT_TRUE(std::ranges::adjacent_find(seen) == seen.end());
  }
}

}  // namespace
}  // namespace testlooper::core
