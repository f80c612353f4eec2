#include "store_world.hpp"

namespace testlooper::store {
namespace {

class RepoChanges : public StoreWorld {
 protected:
  RepoState state() { return store_->repos().front(); }
  Push push(const std::string& delivery) { return {"refs/heads/main", sha(1), sha(2), delivery}; }
  Priority priority(int number) { return store_->commit_state(id(number)).priority; }
};

TEST_F(RepoChanges, AConfiguredRepositoryIsReadBackWhole) {
  RepoSpec full{"full", "https://example.org/x.git", "ci/loop.yaml", "feature/", "trunk", 33};
  commit({change::RepoConfigured{full, "/data/clones/x"}});
  const auto repos = store_->repos();
  ASSERT_EQ(repos.size(), 2u);
  EXPECT_EQ(repos[1].repo.spec, full);
  EXPECT_EQ(repos[1].repo.git_dir, "/data/clones/x");
}

TEST_F(RepoChanges, ConfiguringAgainUpdatesTheSameRow) {
  auto changed = spec("demo");
  changed.scan_depth = 7;
  commit({change::RepoConfigured{changed, "/moved"}});
  ASSERT_EQ(store_->repos().size(), 1u);
  EXPECT_EQ(state().repo.id, repo_);
  EXPECT_EQ(state().repo.spec.scan_depth, 7);
  EXPECT_EQ(state().repo.git_dir, "/moved");
}

TEST_F(RepoChanges, APushIsPendingUntilItIsHandled) {
  EXPECT_FALSE(state().pending_push);
  commit({change::PushReceived{repo_, push("")}});
  EXPECT_TRUE(state().pending_push);
  commit({change::PushesHandled{repo_, state().last_push}});
  EXPECT_FALSE(state().pending_push);
  EXPECT_TRUE(state().last_push);
}

TEST_F(RepoChanges, APushThatArrivesDuringAScanStaysPending) {
  commit({change::PushReceived{repo_, push("")}});
  const auto before_scan = state().last_push;
  commit({change::PushReceived{repo_, push("")}});
  commit({change::PushesHandled{repo_, before_scan}});
  EXPECT_TRUE(state().pending_push);
}

TEST_F(RepoChanges, ADeliveryCountsOnce) {
  commit({change::PushReceived{repo_, push("d1")}});
  const auto first = state().last_push;
  commit({change::PushesHandled{repo_, first}});
  commit({change::PushReceived{repo_, push("d1")}});
  EXPECT_EQ(state().last_push, first);
  EXPECT_FALSE(state().pending_push);
  commit({change::PushReceived{repo_, push("d2")}});
  EXPECT_GT(state().last_push, first);
}

TEST_F(RepoChanges, KnownCommitsAreLeftAsTheyAre) {
  const auto first = add_commit(1);
  auto changed = info(1);
  changed.message = "another";
  changed.parents = {sha(9)};
  commit({change::CommitsFound{repo_, {changed}}});
  EXPECT_EQ(id(1), first);
  set_branches({{"main", 1}});
  const auto page = views_.commit("demo", sha(1));
  EXPECT_EQ(page->message, info(1).message);
  EXPECT_TRUE(page->commit.parents.empty());
}

TEST_F(RepoChanges, TheSameIdInTwoRepositoriesIsTwoCommits) {
  commit({change::RepoConfigured{spec("fork"), "/srv/fork.git"}});
  const auto fork = store_->repos()[1].repo.id;
  add_commit(1);
  EXPECT_FALSE(store_->find_commit(fork, sha(1)));
  commit({change::CommitsFound{fork, {info(1)}}});
  EXPECT_NE(store_->find_commit(fork, sha(1)), store_->find_commit(repo_, sha(1)));
}

TEST_F(RepoChanges, RefsAreExactlyWhatWasSeen) {
  add_line(2);
  set_branches({{"main", 2}, {"feature/a/b", 1}});
  EXPECT_EQ(state().heads.size(), 2u);
  EXPECT_EQ(state().heads.at("feature/a/b"), sha(1));
  set_branches({{"main", 1}});
  EXPECT_EQ(state().heads, (std::map<std::string, std::string>{{"main", sha(1)}}));
  set_branches({{"main", 1}, {"feature/a/b", 2}});
  EXPECT_EQ(state().heads.at("feature/a/b"), sha(2)) << "a branch that was deleted may return";
}

TEST_F(RepoChanges, CommitsOfThePrimaryBranchAreMoreUrgent) {
  add_line(3);
  add_commit(10, {2});
  set_branches({{"main", 3}, {"topic", 10}});
  EXPECT_EQ(priority(1), Priority::primary_branch);
  EXPECT_EQ(priority(3), Priority::primary_branch);
  EXPECT_EQ(priority(10), Priority::branch);
  add_commit(4, {3, 10});
  set_branches({{"main", 4}, {"topic", 10}});
  EXPECT_EQ(priority(10), Priority::primary_branch) << "it was merged";
}

TEST_F(RepoChanges, AForcePushKeepsWhatWasOnThePrimaryBranchAsUrgent) {
  add_line(3);
  add_commit(20, {1});
  set_branches({{"main", 20}});
  EXPECT_EQ(priority(20), Priority::primary_branch);
  EXPECT_EQ(priority(3), Priority::primary_branch);
}

TEST_F(RepoChanges, NewestCommitsComeFirstAlsoAfterADeeperScan) {
  // 5 and 6 are stored before 3 and 4 are, which they stand on: then they must sort above them.
  add_commit(5, {4});
  add_commit(6, {5});
  add_commit(3);
  add_commit(4, {3});
  add_commit(8, {6, 4});
  set_branches({{"main", 8}});
  const auto page = views_.branch(of_branch(""));
  ASSERT_TRUE(page);
  std::vector<std::string> shas;
  for (const auto& each : page->commits) shas.push_back(each.sha);
  EXPECT_EQ(shas, (std::vector{sha(8), sha(6), sha(5), sha(4), sha(3)}));
}

TEST_F(RepoChanges, NothingIsUnsettledBeforeSomebodyWantsIt) {
  add_line(3);
  EXPECT_TRUE(store_->unsettled_commits().empty());
}

TEST_F(RepoChanges, AFailureToReadARepositoryIsShownUntilItIsCleared) {
  commit({change::RepoFailed{repo_, "the path is gone"}});
  EXPECT_EQ(views_.repos()->repos[0].error, "the path is gone");
  commit({change::RepoFailed{repo_, ""}});
  EXPECT_EQ(views_.repos()->repos[0].error, "");
}

using RepoChangesDeath = RepoChanges;
TEST_F(RepoChangesDeath, ARepositoryThatIsNotThereIsAProgrammersMistake) {
  EXPECT_DEATH(commit({change::PushReceived{{999}, push("")}}), "FOREIGN KEY");
  EXPECT_DEATH(commit({change::RepoFailed{{999}, "x"}}), "check failed");
}

}  // namespace
}  // namespace testlooper::store
