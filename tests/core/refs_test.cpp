#include "core/refs.hpp"

#include <set>

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

namespace testlooper::core {
namespace {

CommitInfo commit(std::string sha, std::vector<std::string> parents = {}) {
  CommitInfo info;
  info.sha = std::move(sha);
  info.parents = std::move(parents);
  return info;
}

RepoState repo_with(RepoSpec spec = {}, std::map<std::string, std::string> heads = {}) {
  RepoState state;
  state.repo.id = {1};
  state.repo.spec = std::move(spec);
  state.heads = std::move(heads);
  state.rules.resize(1);
  for (const auto& [branch, sha] : state.heads) state.head_wishes[sha];
  return state;
}

std::map<std::string, std::string> wishes(const Changes& changes) {
  std::map<std::string, std::string> by_sha;
  for (const auto& change : changes) {
    if (const auto* desired = std::get_if<change::Desired>(&change)) {
      EXPECT_TRUE(by_sha.emplace(desired->sha, desired->wish.requested_by).second);
    }
  }
  return by_sha;
}

TEST(Refs, EveryCommitOfALongPushIsWanted) {
  RefsObserved seen;
  seen.branches["main"] = "c49";
  seen.commits.push_back(commit("c0", {"known"}));
  for (int i = 1; i < 50; ++i) {
    seen.commits.push_back(commit("c" + std::to_string(i), {"c" + std::to_string(i - 1)}));
  }
  const auto wanted = wishes(record_refs(repo_with({}, {{"main", "known"}}), seen, {}));
  EXPECT_EQ(wanted.size(), 50u);
}

TEST(Refs, WhereARepositoryIsNewItsOtherBranchesAreTestedAtTheirHeads) {
  RefsObserved seen;
  seen.branches = {{"a", "a2"}, {"b", "b1"}, {"main", "m2"}};
  seen.commits = {commit("m1"), commit("m2", {"m1"}), commit("b1", {"m1"}), commit("a1", {"b1"}),
                  commit("a2", {"a1"})};
  const auto first = wishes(record_refs(repo_with(), seen, {}));
  EXPECT_EQ(first, (std::map<std::string, std::string>{{"m1", "push to main"},
                                                       {"m2", "push to main"},
                                                       {"a2", "push to a"},
                                                       {"b1", "push to b"}}));
  const auto later = wishes(record_refs(repo_with({}, {{"main", "m0"}}), seen, {}));
  EXPECT_EQ(later.size(), 5u);
}

TEST(Refs, WhereARepositoryIsNewItsHistoryIsTestedToItsDepth) {
  RefsObserved seen;
  seen.branches = {{"main", "c49"}, {"old", "c20"}};
  for (int i = 1; i < 50; ++i) {
    seen.commits.push_back(commit("c" + std::to_string(i), {"c" + std::to_string(i - 1)}));
  }
  const auto usual = wishes(record_refs(repo_with(), seen, {}));
  EXPECT_EQ(usual.size(), static_cast<std::size_t>(limits::kScanDepthCommits) + 1);
  EXPECT_TRUE(usual.contains("c30"));
  EXPECT_FALSE(usual.contains("c29"));
  EXPECT_TRUE(usual.contains("c20")) << "a head";
  RepoSpec spec;
  spec.scan_depth = 3;
  EXPECT_EQ(wishes(record_refs(repo_with(spec), seen, {})).size(), 4u);
}

TEST(Refs, WhereARepositoryIsNewItsHistoryIsBackgroundWork) {
  RefsObserved seen;
  seen.branches = {{"a", "a1"}, {"main", "m2"}};
  seen.commits = {commit("m1"), commit("m2", {"m1"}), commit("a1", {"m1"})};
  const auto background = [&](const RepoState& known) {
    std::set<std::string> shas;
    for (const auto& change : record_refs(known, seen, {})) {
      const auto* desired = std::get_if<change::Desired>(&change);
      if (desired != nullptr && desired->wish.background) shas.insert(desired->sha);
    }
    return shas;
  };
  EXPECT_EQ(background(repo_with()), std::set<std::string>{"m1"});
  EXPECT_TRUE(background(repo_with({}, {{"main", "m0"}})).empty()) << "they were pushed";
}

TEST(Refs, AHeadThatOtherBranchesHaveGoneBeyondIsStillAHead) {
  RefsObserved seen;
  seen.branches = {{"a", "a2"}, {"b", "b1"}, {"main", "m1"}};
  seen.commits = {commit("b1", {"m1"}), commit("a1", {"b1"}), commit("a2", {"a1"})};
  auto known = repo_with({}, {{"main", "m1"}});
  known.rules.front().superseded = false;
  const auto wanted = wishes(record_refs(known, seen, {}));
  EXPECT_EQ(wanted, (std::map<std::string, std::string>{{"a2", "push to a"}, {"b1", "push to b"}}));
}

TEST(Refs, BothSidesOfAMergeAreWantedOnce) {
  RefsObserved seen;
  seen.branches = {{"feature/x", "b"}, {"main", "m"}};
  seen.commits = {commit("r"), commit("a", {"r"}), commit("b", {"r"}), commit("m", {"a", "b"})};
  const auto wanted = wishes(record_refs(repo_with(), seen, {}));
  EXPECT_EQ(wanted.size(), 4u);
  EXPECT_EQ(wanted.at("b"), "push to main");
}

TEST(Refs, OnlyBranchesWithThePrefixAreTested) {
  RepoSpec spec;
  spec.branch_prefix = "release/";
  RefsObserved seen;
  seen.branches = {{"main", "a"}, {"release/1", "b"}};
  seen.commits = {commit("a"), commit("b")};
  const auto wanted = wishes(record_refs(repo_with(spec), seen, {}));
  EXPECT_EQ(wanted, (std::map<std::string, std::string>{{"b", "push to release/1"}}));
}

TEST(Refs, ABranchMadeAtAKnownCommitWantsThatCommit) {
  RefsObserved seen;
  seen.branches = {{"main", "k"}, {"new", "old"}};
  const auto wanted = wishes(record_refs(repo_with({}, {{"main", "k"}}), seen, {}));
  EXPECT_EQ(wanted, (std::map<std::string, std::string>{{"old", "push to new"}}));
}

TEST(Refs, NothingNewWantsNothing) {
  RefsObserved seen;
  seen.branches = {{"main", "k"}};
  EXPECT_TRUE(wishes(record_refs(repo_with({}, {{"main", "k"}}), seen, {})).empty());
}

// "-7": that wish is dropped. "b: schedule of main": that is wanted of b.
std::set<std::string> scheduled(const Changes& changes) {
  std::set<std::string> found;
  for (const auto& change : changes) {
    if (const auto* stopped = std::get_if<change::DesiredStopped>(&change)) {
      found.insert("-" + std::to_string(stopped->desired.value));
    }
    const auto* desired = std::get_if<change::Desired>(&change);
    if (desired == nullptr || desired->wish.source != DesiredSource::schedule) continue;
    EXPECT_TRUE(found.insert(desired->sha + ": " + desired->wish.requested_by).second);
    EXPECT_EQ(desired->wish.counts.flake_runs, 50);
  }
  return found;
}

TEST(Refs, WhatAScheduleWantedMovesOnWithTheHead) {
  auto state = repo_with({}, {{"main", "a"}, {"side", "a"}, {"still", "s"}, {"gone", "g"}});
  state.rules[0].id = {1};
  state.rules[0].schedule = "0 3 * * *";
  state.rules[0].schedule_runs = 50;
  state.rules[0].schedule_only = Only::flaky;
  state.schedule_wishes = {{{7}, "a", {1}}, {{8}, "s", {1}}, {{9}, "g", {1}}};
  RefsObserved seen;
  seen.branches = {{"main", "b"}, {"side", "b"}, {"still", "s"}};
  seen.commits = {commit("b", {"a"})};
  EXPECT_EQ(scheduled(record_refs(state, seen, {})),
            (std::set<std::string>{"-7", "b: schedule of main", "-9"}));
  seen.branches["side"] = "a";
  EXPECT_EQ(scheduled(record_refs(state, seen, {})), std::set<std::string>{"-9"})
      << "a commit that is a head of some branch keeps it";
  seen.branches["side"] = "b";
  state.rules[0].schedule = "";
  EXPECT_EQ(scheduled(record_refs(state, seen, {})), (std::set<std::string>{"-7", "-9"}))
      << "a rule that has no schedule any more wants nothing";
}

TEST(Refs, TheHandledPushIsMarked) {
  const auto changes = record_refs(repo_with(), {}, PushId{12});
  const auto* handled = std::get_if<change::PushesHandled>(&changes.back());
  ASSERT_NE(handled, nullptr);
  EXPECT_EQ(handled->up_to, PushId{12});
}

TEST(Refs, ThePrimaryBranchIsTheConfiguredOneElseHeadElseMain) {
  RefsObserved seen;
  seen.branches = {{"a", "1"}, {"dev", "2"}, {"main", "3"}};
  seen.head_branch = "dev";
  RepoSpec spec;
  EXPECT_EQ(primary_branch(spec, seen), "dev");
  spec.primary_branch = "a";
  EXPECT_EQ(primary_branch(spec, seen), "a");
  spec.primary_branch = "gone";
  seen.head_branch = "gone-too";
  EXPECT_EQ(primary_branch(spec, seen), "main");
  EXPECT_EQ(primary_branch(spec, {}), "");
}

}  // namespace
}  // namespace testlooper::core
