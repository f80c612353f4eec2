// Room that nobody wants: when it is used, and what goes before.
#include "testlooper/base/limits.hpp"

#include "engine/loop_fixture.hpp"

namespace testlooper::engine {
namespace {

class IdleRoomTest : public LoopTest {
 protected:
  void rest() {
    settle();
    for (int i = 0; i < 20 && *loop->next_deadline() <= now().monotonic; ++i) settle();
  }

  // All work of one commit, or one kind of it, answered until nothing more is started but idle
  // runs.
  void end_all() {
    for (rest(); const auto attempt = next(false); rest()) finish(*attempt);
  }
  void finish(const Assignment& assignment) {
    AttemptResult result;
    result.attempt = assignment.attempt;
    result.product = product_of(assignment);
    ended.insert(assignment.attempt);
    loop->handle(AttemptEndedEvent{result}, now());
    rest();
  }
  bool is_idle(const Assignment& assignment) {
    const auto desired = store->task(assignment.attempt.task)->spec.desired;
    return desired && store->wish(*desired)->wish.source == DesiredSource::idle;
  }
  // Of those that were started and have not ended.
  std::vector<Assignment> open(bool idle) {
    std::vector<Assignment> found;
    for (const auto& each : started) {
      if (!ended.contains(each.attempt) && is_idle(each) == idle) found.push_back(each);
    }
    return found;
  }
  std::optional<Assignment> next(bool idle) {
    const auto all = open(idle);
    return all.empty() ? std::nullopt : std::optional{all.front()};
  }

  static Product product_of(const Assignment& assignment) {
    if (assignment.kind != TaskKind::run_tests) return preparation(assignment.kind, {"one", "two"});
    return run_of(assignment, Outcome::passed);
  }

  void order(orders::Order order) {
    loop->handle(OrderGiven{std::move(order),
                            [](const Result<orders::Done>& done) {
                              EXPECT_TRUE(done) << done.error().text();
                            }},
                 now());
    rest();
  }
  void allow(std::int64_t runs) {
    auto rule = store->repos().at(0).rules.at(0);
    rule.idle_runs = runs;
    order(orders::ChangeRule{"demo", rule, {}, "ann"});
  }
  void begin(std::int64_t idle_runs, int slots = 1) {
    capacity = {{1000 * slots, 4096}, slots};
    boot();
    ready();
    allow(idle_runs);
    push("a");
    end_all();
  }
  std::string sha_of(const Assignment& assignment) { return assignment.sha; }

  std::set<AttemptKey> ended;
};

TEST_F(IdleRoomTest, IsUsedUpToTheCapOnceNothingElseIsLeft) {
  begin(3);
  int rounds = 0;
  while (const auto run = next(true)) {
    ++rounds;
    EXPECT_EQ(open(true).size(), 1u);
    EXPECT_EQ(run->tests.size(), 2u);
    finish(*run);
  }
  EXPECT_EQ(rounds, 3);
  EXPECT_EQ(count(TaskState::ready), 0u);
  EXPECT_GT(*loop->next_deadline(), now().monotonic) << "it does not go round and round";
}

TEST_F(IdleRoomTest, IsUsedOnlyWhereARuleAllowsIt) {
  begin(0);
  EXPECT_FALSE(next(true));
  allow(1);
  EXPECT_TRUE(next(true)) << "a rule that is changed applies at once";
}

TEST_F(IdleRoomTest, EachSlotHasOneBatchAtMost) {
  begin(10, 2);
  EXPECT_EQ(open(true).size(), 2u);
  EXPECT_EQ(count(TaskState::ready), 0u) << "none waits";
}

TEST_F(IdleRoomTest, APushWaitsForNoMoreThanTheBatchThatRuns) {
  begin(50);
  ASSERT_EQ(open(true).size(), 1u);
  const auto batch = *next(true);
  const auto expected = store->task(batch.attempt.task)->spec.expected;
  EXPECT_LE(expected,
            Seconds{limits::kBatchTargetSeconds} + Milliseconds{limits::kContainerStartMs});
  push("b", {"a"});
  finish(*next(false));  // its config needs no container
  finish(batch);
  bool ran = false;
  while (const auto mine = next(false)) {
    EXPECT_TRUE(open(true).empty()) << "nothing idle starts before its first result";
    EXPECT_EQ(mine->sha, "b");
    ran = ran || mine->kind == TaskKind::run_tests;
    finish(*mine);
  }
  EXPECT_TRUE(ran);
  ASSERT_EQ(open(true).size(), 1u);
  EXPECT_EQ(next(true)->sha, "b") << "the head has moved";
}

TEST_F(IdleRoomTest, NothingStartsWhileAPushIsBeingPrepared) {
  begin(50, 2);
  push("b", {"a"});
  finish(*next(false));
  while (const auto idle = next(true)) finish(*idle);
  ASSERT_EQ(open(false).size(), 1u) << "one step, and a slot beside it";
  EXPECT_NE(next(false)->kind, TaskKind::run_tests);
  EXPECT_TRUE(open(true).empty());
}

TEST_F(IdleRoomTest, WhatHasNotStartedIsDroppedWhenTheHeadMoves) {
  begin(50);
  ASSERT_EQ(open(true).size(), 1u);
  const auto task = next(true)->attempt.task;
  boot();  // it was interrupted, and waits for docker
  settle();
  EXPECT_EQ(store->task(task)->state, TaskState::ready);
  push("b", {"a"});
  EXPECT_EQ(store->task(task)->state, TaskState::finished);
  EXPECT_EQ(store->task(task)->outcome, Outcome::cancelled);
}

TEST_F(IdleRoomTest, IsLeftAloneWhileTheEngineIsDrained) {
  begin(50);
  order(orders::Drain{true, "ann"});
  finish(*next(true));
  EXPECT_TRUE(open(true).empty());
  order(orders::Drain{false, "ann"});
  EXPECT_EQ(open(true).size(), 1u);
}

TEST_F(IdleRoomTest, IsLeftAloneWhileNoTaskMayStart) {
  begin(50);
  loop->handle(ExecutorChanged{{.ready = false, .reason = "the disk is full", .version = {}}},
               now());
  finish(*next(true));
  EXPECT_TRUE(open(true).empty());
  ready();
  rest();
  EXPECT_EQ(open(true).size(), 1u);
}

TEST_F(IdleRoomTest, WaitsWhileTheMachineFails) {
  begin(50);
  AttemptResult result;
  result.attempt = next(true)->attempt;
  result.end.outcome = Outcome::infra;
  ended.insert(result.attempt);
  loop->handle(AttemptEndedEvent{result}, now());
  rest();
  EXPECT_TRUE(open(true).empty());
  EXPECT_EQ(count(TaskState::waiting), 1u);
}

TEST_F(IdleRoomTest, GoesWithItsRepository) {
  configured.clear();
  capacity = {{1000, 4096}, 1};
  boot();
  ready();
  loop->handle(RepoAdded{spec_of("demo"), "/git", [](const Result<Revision>&) {}}, now());
  allow(50);
  push("a");
  end_all();
  const auto run = next(true);
  ASSERT_TRUE(run);
  loop->handle(RepoRemoved{"demo", false, [](const Result<Revision>& done) { EXPECT_TRUE(done); }},
               now());
  rest();
  EXPECT_EQ(cancelled, std::vector{run->attempt});
  finish(*run);
  EXPECT_TRUE(open(true).empty());
}

TEST_F(IdleRoomTest, IsNotUsedForACommitThatSomebodyCancelled) {
  begin(50);
  loop->handle(CancelAsked{CancelBranch{"demo", "main"}, "ann",
                           [](const Result<Revision>& done) { EXPECT_TRUE(done); }},
               now());
  finish(*next(true));
  EXPECT_TRUE(open(true).empty());
  loop->handle(RetryRequested{"demo", "a", [](const Result<Revision>&) {}}, now());
  rest();
  EXPECT_EQ(open(true).size(), 1u);
}

TEST_F(IdleRoomTest, ItsWishIsChangedByTheRuleAlone) {
  begin(50);
  const auto wish = store->task(next(true)->attempt.task)->spec.desired.value();
  std::string why;
  orders::ChangeRequest change;
  change.request = wish;
  change.runs = 7;
  loop->handle(
      OrderGiven{change,
                 [&](const Result<orders::Done>& done) { why = done ? "" : done.error().text(); }},
      now());
  EXPECT_EQ(why, "wish " + std::to_string(wish.value) +
                     " is for idle room: change idle_runs of the rule instead");
}

}  // namespace
}  // namespace testlooper::engine
