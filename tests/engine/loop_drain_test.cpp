// The operator has the engine start nothing, for instance before the machine goes down.
#include "engine/loop_fixture.hpp"

namespace testlooper::engine {
namespace {

class DrainTest : public LoopTest {
 protected:
  void order(bool drain) {
    loop->handle(
        OrderGiven{orders::Drain{drain, "ann"},
                   [this](Result<orders::Done> done) { replies.push_back(done.has_value()); }},
        now());
    settle();
  }
};

TEST_F(DrainTest, WhatRunsEndsAndNothingIsStarted) {
  boot();
  ready();
  push("a");
  order(true);
  end(Outcome::passed, good_config());
  ASSERT_EQ(started.size(), 1u);
  EXPECT_EQ(count(TaskState::ready), 1u) << "its image waits";
  push("b", {"a"});
  EXPECT_EQ(started.size(), 1u) << "not even a config is read";
  EXPECT_EQ(replies, (std::vector{true, true, true})) << "pushes are taken all the same";
  order(false);
  EXPECT_GE(started.size(), 3u);
}

TEST_F(DrainTest, ARestartKeepsToIt) {
  boot();
  ready();
  order(true);
  push("a");
  boot();
  ready();
  EXPECT_TRUE(started.empty());
  EXPECT_EQ(count(TaskState::ready), 1u);
  order(false);
  EXPECT_EQ(started.size(), 1u);
  boot();
  settle();
  EXPECT_EQ(started.size(), 1u) << "and to its end";
}

}  // namespace
}  // namespace testlooper::engine
