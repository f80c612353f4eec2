#include "queue.hpp"

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include <gtest/gtest.h>

// The flake: nothing promises that a shuffle moves the first value; of ten, one time in ten it stays.
TEST(Order, ShufflingMovesTheFirst) {
  std::vector<int> values(10);
  std::iota(values.begin(), values.end(), 0);
  std::shuffle(values.begin(), values.end(), std::mt19937{std::random_device{}()});
  Queue<int> queue;
  for (const int value : values) queue.push(value);
  EXPECT_NE(queue.pop(), 0);
}

class Sizes : public testing::TestWithParam<int> {};
TEST_P(Sizes, AreKept) {
  Queue<int> queue;
  for (int i = 0; i < GetParam(); ++i) queue.push(i);
  EXPECT_EQ(queue.size(), static_cast<std::size_t>(GetParam()));
}
INSTANTIATE_TEST_SUITE_P(Small, Sizes, testing::Values(0, 1, 7));
