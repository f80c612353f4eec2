#include "engine/inbox.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace testlooper::engine {
namespace {

Event event(int task) { return AttemptRunning{{{task}, 1}}; }

TEST(Inbox, EventsComeOutInOrder) {
  Inbox inbox(10);
  for (int i = 1; i <= 3; ++i) EXPECT_TRUE(inbox.try_put(event(i)));
  const auto taken = inbox.take(std::nullopt);
  ASSERT_EQ(taken.size(), 3u);
  EXPECT_EQ(std::get<AttemptRunning>(taken[2]).attempt.task, TaskId{3});
}

TEST(Inbox, AFullInboxRefusesPeopleButNotResults) {
  Inbox inbox(1);
  EXPECT_TRUE(inbox.try_put(event(1)));
  EXPECT_FALSE(inbox.try_put(event(2)));
  inbox.put(event(3));
  EXPECT_EQ(inbox.take(std::nullopt).size(), 2u);
}

TEST(Inbox, ADeadlineThatHasPassedWaitsForNothing) {
  Inbox inbox(1);
  EXPECT_TRUE(inbox.take(std::chrono::steady_clock::time_point{}).empty());
}

TEST(Inbox, CloseWakesTheTaker) {
  Inbox inbox(1);
  std::thread closer([&] { inbox.close(); });
  EXPECT_TRUE(inbox.take(std::nullopt).empty());
  closer.join();
  EXPECT_FALSE(inbox.try_put(event(1)));
}

}  // namespace
}  // namespace testlooper::engine
