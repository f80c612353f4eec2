// Commits are compared with their parents, once each, whatever git and the power do.
#include "engine/loop_fixture.hpp"

namespace testlooper::engine {
namespace {

class LineageLoop : public LoopTest {
 protected:
  RepoId repo() { return store->repos().front().repo.id; }
  CommitId id(const std::string& sha) { return store->find_commit(repo(), sha).value(); }
  void store_changes(Changes changes) {
    loop->handle(ChangesDecided{std::move(changes), [](Result<Revision>) {}}, now());
  }
  // A commit whose only suite has one test.
  void list(const std::string& sha, const std::vector<std::string>& parents,
            const std::string& test) {
    CommitInfo commit;
    commit.sha = sha;
    commit.parents = parents;
    store_changes({change::CommitsFound{repo(), {commit}}});
    store_changes({change::PlanRecorded{id(sha), good_plan()}});
    const auto suite = store->commit_state(id(sha)).suites.at(0).id;
    store_changes({change::TestsRecorded{suite, {{{{"a.py", test}, {}}}, {}}}});
  }
  // Commits a, b, …, each with another test than the one before.
  void rename(int commits) {
    for (char sha = 'a'; sha < 'a' + commits; ++sha) {
      const std::string before(1, static_cast<char>(sha - 1));
      list({sha}, sha == 'a' ? std::vector<std::string>{} : std::vector{before},
           std::string{"test_"} + sha);
    }
    settle();
  }
  // One that people have added can be removed.
  void boot_with_an_added_repository() {
    configured.clear();
    boot();
    add();
  }
  void add() {
    loop->handle(RepoAdded{spec_of("demo"), "/git", [](Result<Revision>) {}}, now());
    settle();
  }
  std::vector<std::string> asked_for() {
    std::vector<std::string> shas;
    for (const auto& query : compared) shas.push_back(query.after);
    return shas;
  }
  bool all_compared() { return store->due_lineages(1).empty(); }
};

TEST_F(LineageLoop, ACommitIsComparedOnceItsTestsAreListed) {
  boot();
  continued = std::vector<Continued>{{0, 0, Continuation::renamed}};
  rename(2);
  ASSERT_EQ(compared.size(), 1u);
  EXPECT_EQ(compared[0].before, "a");
  EXPECT_EQ(compared[0].after, "b");
  EXPECT_EQ(compared[0].git_dir, "/git");
  EXPECT_EQ(compared[0].tests.gone, (std::vector<SuiteTest>{{"unit", {"a.py", "test_a"}}}));
  EXPECT_TRUE(all_compared());
  boot();
  settle();
  EXPECT_EQ(compared.size(), 1u);
}

TEST_F(LineageLoop, WhatGitCannotTellIsNotAskedAgainUntilSomebodyRetries) {
  boot();
  continued = unavailable("no objects");
  rename(2);
  EXPECT_EQ(compared.size(), 1u);
  EXPECT_TRUE(all_compared());
  boot();
  settle();
  EXPECT_EQ(compared.size(), 1u);
  loop->handle(RetryRequested{"demo", "b", [](Result<Revision>) {}}, now());
  settle();
  EXPECT_EQ(compared.size(), 2u);
}

TEST_F(LineageLoop, ARestartAsksAgainForWhatWasUnderWay) {
  boot();
  holds_lineage = true;
  rename(2);
  EXPECT_EQ(compared.size(), 1u);
  EXPECT_FALSE(all_compared());
  holds_lineage = false;
  boot();
  settle();
  EXPECT_EQ(compared.size(), 2u);
  EXPECT_TRUE(all_compared());
}

TEST_F(LineageLoop, AnAnswerThatDoesNotComeIsWaitedForSoLong) {
  boot();
  holds_lineage = true;
  rename(2);
  elapsed += Seconds{limits::kLineageSeconds} - Milliseconds{1};
  settle();
  EXPECT_FALSE(all_compared());
  elapsed += Milliseconds{1};
  EXPECT_LE(loop->next_deadline().value(), now().monotonic);
  settle();
  EXPECT_TRUE(all_compared());
  const auto before = revisions.size();
  lineage_asked[0](std::vector<Continued>{{0, 0, Continuation::renamed}});
  settle();
  EXPECT_EQ(revisions.size(), before) << "it comes too late";
}

TEST_F(LineageLoop, AFewAreComparedAtOnceTheNewestFirst) {
  boot();
  holds_lineage = true;
  rename(2);
  for (char sha = 'c'; sha < 'g'; ++sha) {
    list({sha}, {std::string(1, static_cast<char>(sha - 1))}, std::string{"test_"} + sha);
  }
  settle();
  EXPECT_EQ(asked_for(), (std::vector<std::string>{"b", "f"}));
  EXPECT_EQ(compared.size(), static_cast<std::size_t>(limits::kLineagesAtOnce));
  lineage_asked[0](std::vector<Continued>{});
  settle();
  EXPECT_EQ(asked_for(), (std::vector<std::string>{"b", "f", "e"}));
}

TEST_F(LineageLoop, TheAnswerForARemovedRepositoryIsDroppedAndAskedForWhenItIsBack) {
  boot_with_an_added_repository();
  holds_lineage = true;
  rename(2);
  loop->handle(RepoRemoved{"demo", false, [](Result<Revision>) {}}, now());
  lineage_asked[0](std::vector<Continued>{});
  settle();
  holds_lineage = false;
  add();
  EXPECT_EQ(compared.size(), 2u);
  EXPECT_TRUE(all_compared());
}

TEST_F(LineageLoop, TheAnswerForAPurgedRepositoryIsDropped) {
  boot_with_an_added_repository();
  holds_lineage = true;
  rename(2);
  loop->handle(RepoRemoved{"demo", true, [](Result<Revision>) {}}, now());
  for (int i = 0; i < 20; ++i) {
    elapsed += Seconds{limits::kPurgeWaitSeconds};
    settle();
  }
  lineage_asked[0](std::vector<Continued>{{0, 0, Continuation::renamed}});
  settle();
  EXPECT_TRUE(store->repos().empty());
}

}  // namespace
}  // namespace testlooper::engine
