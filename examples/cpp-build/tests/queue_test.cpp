#include "queue.hpp"

#include <string>
#include <thread>

#include <gtest/gtest.h>

TEST(Queue, IsEmptyAtFirst) {
  Queue<int> queue;
  EXPECT_EQ(queue.size(), 0u);
  EXPECT_FALSE(queue.pop());
}

TEST(Queue, GivesBackWhatItTook) {
  Queue<std::string> queue;
  queue.push("a");
  queue.push("b");
  EXPECT_EQ(queue.pop(), "a");
  EXPECT_EQ(queue.pop(), "b");
}

TEST(Queue, TakesFromManyThreads) {
  Queue<int> queue;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) queue.push(i);
  });
  for (int i = 0; i < 1000; ++i) queue.push(i);
  other.join();
  EXPECT_EQ(queue.size(), 2000u);
}
