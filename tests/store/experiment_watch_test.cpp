// What was proven fixed, as far as the store sees whether it came back.
#include "experiment_store.hpp"

namespace testlooper::store {
namespace {

class WatchedFix : public ExperimentStore {
 protected:
  ExperimentId proven_at(int number) {
    ProveQuestion question;
    question.sha = sha(number);
    question.old_rate = .2;
    const auto id = create(question);
    commit({change::ExperimentMoved{id, ExperimentStanding::decided, "fixed", "fixed", true}});
    return id;
  }
  // The experiments that a run of the test is news of.
  std::vector<ExperimentId> looked_at_after(int number, DesiredId desired, Outcome outcome) {
    const auto attempt = start_runs(number, desired, {test(number, named(0))});
    return finish(attempt,
                  {change::RunsRecorded{attempt, {{result_of(named(0), outcome)}, clock_.now}}})
        .experiments;
  }
};

TEST_F(WatchedFix, AFailureAfterAFixHasItLookedAt) {
  const auto id = proven_at(3);
  const auto desired = want(4, request(2));
  EXPECT_TRUE(looked_at_after(4, desired, Outcome::passed).empty());
  EXPECT_EQ(looked_at_after(4, desired, Outcome::failed), std::vector<ExperimentId>{id});
  const auto since = state(id).since;
  ASSERT_EQ(since.size(), 3u) << "what was proven, what else ran there, and commit 4";
  EXPECT_EQ(since[2].counts, (ArmCounts{1, 1, 0}));
}

TEST_F(WatchedFix, AFixThatWasMergedIsWatchedFromItsMergeOn) {
  add_commit(5, {3});
  const auto id = proven_at(5);
  const auto shas_since = [&] {
    std::vector<std::string> shas;
    for (const auto& each : state(id).since) shas.push_back(each.sha);
    return shas;
  };
  EXPECT_EQ(shas_since(), std::vector<std::string>{}) << "main does not have it";
  add_commit(6, {4, 5});
  add_commit(7, {6});
  set_branches({{"main", 7}});
  prepare(7, 2);
  EXPECT_EQ(shas_since(), (std::vector{sha(5), sha(5), sha(6), sha(7)}));
  EXPECT_EQ(looked_at_after(7, want(7, request(1)), Outcome::failed),
            std::vector<ExperimentId>{id});
  EXPECT_EQ(state(id).since.back().counts, (ArmCounts{0, 1, 0}));
}

TEST_F(WatchedFix, OfManyCommitsSinceAFixTheNewestAreWatched) {
  const auto id = proven_at(4);
  constexpr int kMore = static_cast<int>(limits::kWatchedCommits) + 10;
  change::CommitsFound more{repo_, {}};
  for (int i = 5; i < 5 + kMore; ++i) more.commits.push_back(info(i, {i - 1}));
  commit({more});
  set_branches({{"main", 4 + kMore}});
  const auto since = state(id).since;
  EXPECT_EQ(since.size(), limits::kWatchedCommits + 1) << "the fix counts twice";
  EXPECT_EQ(since[1].sha, sha(4));
  EXPECT_EQ(since.back().sha, sha(4 + kMore));
}

}  // namespace
}  // namespace testlooper::store
