// Numbers of runs that depend on what is known of a test, and the sums that pages show.
#include "testlooper/base/limits.hpp"

#include "store_world.hpp"

namespace testlooper::store {
namespace {

class Wishes : public StoreWorld {
 protected:
  static DesiredTesting kinds(RunCounts counts) {
    auto wish = request(1);
    wish.counts = counts;
    return wish;
  }
  pages::DesiredSummary shown(DesiredId id) { return views_.request(id)->desired; }
  void fail_one(int number, DesiredId desired, int test_number) {
    run(number, desired, {result_of(named(test_number), Outcome::failed)});
  }
  void pass_one(int number, DesiredId desired, int test_number) {
    run(number, desired, {result_of(named(test_number), Outcome::passed)});
  }
  TestTraits traits(int number, int test_number) {
    for (const auto& each : suite(number).tests) {
      if (each.test == named(test_number)) return each.traits;
    }
    ADD_FAILURE();
    return {};
  }
};

TEST_F(Wishes, AFailureRaisesWhatIsWantedOfThatTestAlone) {
  add_line(1);
  prepare(1, 3);
  const auto wish = want(1, kinds({.runs = 1, .fail_runs = 5}));
  EXPECT_EQ(shown(wish).wanted, 3);
  fail_one(1, wish, 0);
  EXPECT_TRUE(traits(1, 0).failed);
  EXPECT_FALSE(traits(1, 1).failed);
  EXPECT_EQ(shown(wish).wanted, 5 + 1 + 1);
  EXPECT_EQ(shown(wish).done, 1);
}

TEST_F(Wishes, AFlakeIsKnownToTheCommitsThatComeAfterIt) {
  add_line(limits::kFlakeMemoryCommits + 2);
  const int last = limits::kFlakeMemoryCommits + 1;
  for (const int number : {1, 2, last, last + 1}) prepare(number, 2);
  const auto near = want(2, kinds({.runs = 1, .flake_runs = 10}));
  const auto far = want(last, kinds({.runs = 0, .flake_runs = 10}));
  const auto beyond = want(last + 1, kinds({.runs = 0, .flake_runs = 10}));
  const auto first = want(1, request(1));
  pass_one(1, first, 0);
  EXPECT_EQ(shown(near).wanted, 2);
  const auto attempt = start_runs(1, first, {test(1, named(0))});
  const auto committed =
      finish(attempt,
             {change::RunsRecorded{attempt, {{result_of(named(0), Outcome::failed)}, clock_.now}}});
  EXPECT_TRUE(std::ranges::count(committed.touched, id(2))) << "its reactors shall look";
  EXPECT_TRUE(traits(2, 0).flaky);
  EXPECT_FALSE(traits(2, 1).flaky);
  EXPECT_EQ(shown(near).wanted, 10 + 1);
  EXPECT_EQ(shown(far).wanted, 10);
  EXPECT_EQ(shown(beyond).wanted, 0) << "so long ago";
  EXPECT_FALSE(traits(last + 1, 0).flaky);
}

TEST_F(Wishes, BackgroundWorkThatABranchComesBackToIsNoneAnyMore) {
  add_line(1);
  auto old = rule();
  old.background = true;
  const auto wish = want(1, old);
  const auto in_background = [&] {
    return store_->commit_state(id(1)).desired.at(0).wish.background;
  };
  EXPECT_TRUE(in_background());
  EXPECT_EQ(want(1, rule()), wish);
  EXPECT_FALSE(in_background());
  EXPECT_EQ(want(1, old), wish);
  EXPECT_FALSE(in_background()) << "it is asked for";
}

TEST_F(Wishes, ATestIsNewWhereNoListedParentHasIt) {
  add_commit(1);
  add_commit(2);
  add_commit(3, {1, 2});
  prepare(3, 3);
  const auto wish = want(3, kinds({.runs = 1, .new_runs = 20}));
  EXPECT_EQ(shown(wish).wanted, 3) << "nothing is known of its parents";
  prepare(1, 1);
  EXPECT_EQ(shown(wish).wanted, 1 + 20 + 20);
  EXPECT_TRUE(traits(3, 1).is_new);
  prepare(2, 2);
  EXPECT_EQ(shown(wish).wanted, 1 + 1 + 20);
  EXPECT_FALSE(traits(3, 1).is_new);
  EXPECT_TRUE(traits(3, 2).is_new);
}

TEST_F(Wishes, ALoweredWishIsDoneWhenEachTestHasWhatIsWantedOfIt) {
  add_line(1);
  prepare(1, 2);
  const auto wish = want(1, request(10));
  for (int i = 0; i < 4; ++i) pass_one(1, wish, 0);
  EXPECT_EQ(shown(wish).wanted, 20);
  commit({change::DesiredChanged{wish, request(2)}});
  EXPECT_EQ(shown(wish).wanted, 4 + 2);
  EXPECT_EQ(shown(wish).done, 4);
  pass_one(1, wish, 0);
  EXPECT_EQ(shown(wish).wanted, 5 + 2) << "what is done beyond it hides nothing";
  pass_one(1, wish, 1);
  EXPECT_FALSE(views_.request(wish)->finished);
  pass_one(1, wish, 1);
  EXPECT_TRUE(views_.request(wish)->finished);
}

TEST_F(Wishes, ANarrowedFilterKeepsWhatWasDone) {
  add_line(1);
  prepare(1, 2);
  const auto wish = want(1, request(3));
  pass_one(1, wish, 0);
  TestFilter other;
  other.tests = {named(1).id()};
  commit({change::DesiredChanged{wish, request(3, other)}});
  EXPECT_EQ(shown(wish).wanted, 1 + 3);
}

TEST_F(Wishes, AStoppedWishIsOverAndCanBeTakenUpAgain) {
  add_line(1);
  prepare(1, 2);
  const auto wish = want(1, request(3));
  pass_one(1, wish, 0);
  commit({change::DesiredStopped{wish}});
  EXPECT_TRUE(store_->commit_state(id(1)).desired.back().stopped);
  EXPECT_EQ(shown(wish).wanted, 1);
  EXPECT_EQ(shown(wish).stopped_at, clock_.now);
  EXPECT_TRUE(views_.request(wish)->finished);
  commit({change::DesiredChanged{wish, request(4)}});
  EXPECT_EQ(shown(wish).wanted, 8);
  EXPECT_EQ(shown(wish).stopped_at, std::nullopt);
}

TEST_F(Wishes, WhatHasNotStartedIsSeenByTheReactors) {
  add_line(1);
  prepare(1, 2);
  const auto wish = want(1, request(3));
  NewTask task;
  task.key = "run:x";
  task.kind = TaskKind::run_tests;
  task.repo = repo_;
  task.commit = id(1);
  task.suite = suite(1).id;
  task.desired = wish;
  task.tests = tests(1);
  commit({change::TaskCreated{task}});
  EXPECT_EQ(store_->commit_state(id(1)).desired.back().not_started.size(), 1u);
  start(store_->tasks_in(TaskState::ready, 10).back());
  EXPECT_TRUE(store_->commit_state(id(1)).desired.back().not_started.empty());
  EXPECT_EQ(store_->commit_state(id(1)).desired.back().open_tasks.at(suite(1).id), 1);
}

}  // namespace
}  // namespace testlooper::store
