// What idle room may be used for, as the store keeps it.
#include <algorithm>

#include "store_world.hpp"

namespace testlooper::store {
namespace {

class IdleStore : public StoreWorld {
 protected:
  IdleStore() { add_line(2); }

  static DesiredTesting idle(std::int64_t runs) {
    return {DesiredSource::idle, {}, {.runs = runs}, "idle room for main", {}};
  }
  RepoState repo() { return store_->repos().at(0); }
  pages::CommitSummary summary(int number) { return views_.commit("demo", sha(number))->commit; }
};

TEST_F(IdleStore, ARuleKeepsItsNumber) {
  auto rules = repo().rules;
  rules.at(0).idle_runs = 50;
  BranchRule more;
  more.branches = "release/*";
  more.idle_runs = 7;
  rules.push_back(more);
  commit({change::RulesSet{repo_, rules}});
  EXPECT_EQ(repo().rules.at(0).idle_runs, 50);
  EXPECT_EQ(repo().rules.at(1).idle_runs, 7);
  EXPECT_EQ(views_.rules("demo")->rules.at(1).rule.idle_runs, 7);
  rules = repo().rules;
  rules.at(0).idle_runs = 0;
  commit({change::RulesSet{repo_, rules}});
  EXPECT_EQ(repo().rules.at(0).idle_runs, 0);
}

TEST_F(IdleStore, TheRepositoryTellsThoseOfHeadsAndThoseThatAreOpen) {
  prepare(1, 1);
  prepare(2, 1);
  const auto old = want(1, idle(5));
  const auto head = want(2, idle(5));
  auto known = repo().idle_wishes;
  ASSERT_EQ(known.size(), 2u);
  EXPECT_EQ(known.at(sha(1)).id, old) << "it is to be ended, for it is no head";
  EXPECT_EQ(known.at(sha(2)).id, head);
  EXPECT_EQ(known.at(sha(2)).commit, id(2));
  EXPECT_EQ(known.at(sha(2)).wish.counts.runs, 5);
  EXPECT_EQ(known.at(sha(2)).wish.source, DesiredSource::idle);
  EXPECT_EQ(repo().head_wishes.at(sha(2)).wish.counts.runs, 1) << "the rule's own is another";
  commit({change::DesiredChanged{old, idle(0)}, change::DesiredStopped{head}});
  known = repo().idle_wishes;
  ASSERT_EQ(known.size(), 1u);
  EXPECT_TRUE(known.at(sha(2)).stopped);
}

TEST_F(IdleStore, WhatSchedulesWantIsTold) {
  const auto rule = repo().rules.at(0).id;
  DesiredTesting nightly{DesiredSource::schedule, {}, {.runs = 2}, "schedule of main", rule};
  const auto unlisted = want(1, nightly);
  prepare(2, 1);
  const auto open = want(2, nightly);
  const auto stopped = want(2, nightly);
  commit({change::DesiredStopped{stopped}});
  auto known = repo().schedule_wishes;
  ASSERT_EQ(known.size(), 2u);
  EXPECT_EQ(known.at(0).id, unlisted);
  EXPECT_EQ(known.at(1).id, open);
  EXPECT_EQ(known.at(1).sha, sha(2));
  EXPECT_EQ(known.at(1).rule, rule);
  for (int i = 0; i < 2; ++i) run(2, open, {result_of(named(0), Outcome::passed)});
  ASSERT_EQ(repo().schedule_wishes.size(), 1u) << "what was run to its end is over";
  EXPECT_EQ(repo().schedule_wishes.at(0).id, unlisted);
}

TEST_F(IdleStore, AnotherRepositoryHasItsOwn) {
  commit({change::RepoConfigured{spec("other"), "/srv/other.git"}});
  prepare(2, 1);
  want(2, idle(5));
  EXPECT_EQ(store_->repos().at(0).idle_wishes.size(), 1u);
  EXPECT_TRUE(store_->repos().at(1).idle_wishes.empty());
}

TEST_F(IdleStore, TheReactorsSeeHowOftenEachTestRanAndFailed) {
  prepare(1, 2);
  const auto wish = store_->commit_state(id(1)).desired.at(0).id;
  run(1, wish, {result_of(named(0), Outcome::failed), result_of(named(1), Outcome::skipped)});
  run(1, wish, {result_of(named(0), Outcome::passed)});
  run(1, wish, {result_of(named(0), Outcome::infra)});
  const auto tests = suite(1).tests;
  EXPECT_EQ(tests.at(0).runs.failures, 1);
  EXPECT_EQ(tests.at(0).runs.successes, 1);
  EXPECT_EQ(tests.at(1).runs.skipped, 1);
}

TEST_F(IdleStore, ACommitIsDoneWhateverItsIdleRunsDo) {
  prepare(2, 1);
  run(2, store_->commit_state(id(2)).desired.at(0).id, {result_of(named(0), Outcome::passed)});
  commit({change::CommitSettled{id(2)}});
  const auto wish = want(2, idle(5));
  EXPECT_EQ(summary(2).status, pages::Status::passed);
  const auto attempt = start_runs(2, wish, tests(2));
  EXPECT_EQ(summary(2).status, pages::Status::passed) << "one of them runs";
  finish(attempt, {change::RunsGivenUp{attempt.task}});
  EXPECT_EQ(summary(2).status, pages::Status::passed) << "the machine failed it";
  EXPECT_EQ(summary(2).runs_wanted, 1);
  run(2, wish, {result_of(named(0), Outcome::failed)});
  EXPECT_EQ(summary(2).status, pages::Status::failed) << "what it found counts";
}

TEST_F(IdleStore, CancellingABranchStopsItAtASettledHeadToo) {
  prepare(2, 1);
  run(2, store_->commit_state(id(2)).desired.at(0).id, {result_of(named(0), Outcome::passed)});
  commit({change::CommitSettled{id(2)}});
  const auto wish = want(2, idle(5));
  commit({change::CommitSettled{id(2)}});
  const auto plan = store_->cancel_plan(CancelBranch{"demo", "main"});
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->wishes, std::vector{wish});
  commit({change::DesiredStopped{wish}});
  commit({change::CommitRetried{id(2)}});
  EXPECT_FALSE(repo().idle_wishes.at(sha(2)).stopped) << "a retry wants all of it again";
}

}  // namespace
}  // namespace testlooper::store
