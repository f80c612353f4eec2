// What is known of flaky tests follows their runs; people say which are quarantined.
#include "testlooper/base/limits.hpp"

#include "engine/loop_fixture.hpp"

namespace testlooper::engine {
namespace {

class FlakyLoop : public LoopTest {
 protected:
  FlakyLoop() {
    boot();
    ready();
    push("a");
    while (started.back().kind != TaskKind::run_tests) {
      end(Outcome::passed, preparation(started.back().kind, {"t"}));
    }
  }
  // One attempt, in which a framework tried twice.
  void run_mixed() {
    TestResult failed;
    failed.test = {"a.py", "t"};
    failed.outcome = Outcome::failed;
    auto passed = failed;
    passed.outcome = Outcome::passed;
    end(Outcome::passed, TestsRun{{failed, passed}, now().wall});
  }
  Result<orders::Done> give(orders::Order order) {
    Result<orders::Done> done = unavailable("no reply");
    loop->handle(OrderGiven{std::move(order), [&](Result<orders::Done> reply) { done = reply; }},
                 now());
    return done;
  }
};

TEST_F(FlakyLoop, AnAssessmentIsMadeAMomentAfterTheRuns) {
  run_mixed();
  const auto revision = revisions.back();
  const auto next = loop->next_deadline();
  ASSERT_TRUE(next);
  EXPECT_LE(*next, now().monotonic + Milliseconds{limits::kFlakySettleMs});
  elapsed += Milliseconds{limits::kFlakySettleMs};
  settle();
  EXPECT_EQ(revisions.back(), revision + 1);
  EXPECT_FALSE(store->assess_flaky(10).assessed);
}

TEST_F(FlakyLoop, WhatARestartInterruptedIsDoneAtTheStart) {
  run_mixed();
  boot();
  EXPECT_FALSE(store->assess_flaky(10).assessed);
}

TEST_F(FlakyLoop, ATestIsQuarantinedOnceItsRepositoryIsKnown) {
  orders::Quarantine order{"demo", TestId{1}, "ada", "a race", 7, "web"};
  ASSERT_TRUE(give(order));
  const auto repo = store->repos().front().repo.id;
  EXPECT_EQ(store->quarantined(repo), 1);
  EXPECT_EQ(store->quarantine(QuarantineId{1})->test, "unit/a.py::t");
  order.repo = "nobody";
  EXPECT_EQ(give(order).error().kind, ErrorKind::not_found);
  EXPECT_EQ(give(orders::Unquarantine{"demo", QuarantineId{9}, "web"}).error().kind,
            ErrorKind::not_found);
  ASSERT_TRUE(give(orders::Unquarantine{"demo", QuarantineId{1}, "web"}));
  EXPECT_EQ(store->quarantined(repo), 0);
}

}  // namespace
}  // namespace testlooper::engine
