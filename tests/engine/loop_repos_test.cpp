// Repositories come and go while the loop runs.
#include "engine/loop_fixture.hpp"

namespace testlooper::engine {
namespace {

class LoopReposTest : public LoopTest {
 protected:
  std::function<void(Result<Revision>)> noting() {
    return [this](const Result<Revision>& reply) {
      said.push_back(reply ? "" : reply.error().text());
    };
  }
  void add(const RepoSpec& spec) {
    loop->handle(RepoAdded{spec, "/git", noting()}, now());
    settle();
  }
  void remove(const std::string& name, bool purge = false) {
    loop->handle(RepoRemoved{name, purge, noting()}, now());
    settle();
  }
  // Whatever purging is left to do.
  void finish_purging() {
    change::HoldingsGone all;
    for (std::int64_t id = 1; id < 50; ++id) all.holdings.push_back(HoldingId{id});
    store->commit({all}, now().wall);
    for (int i = 0; i < 100; ++i) {
      elapsed += Seconds{limits::kPurgeWaitSeconds};
      settle();
    }
  }
  RepoState state(const std::string& name) {
    for (auto& each : store->repos()) {
      if (each.repo.spec.name == name) return each;
    }
    return {};
  }
  ReloadReport reload(std::vector<ConfiguredRepo> repos) {
    ReloadReport report;
    loop->handle(ReposReread{ConfiguredRepos{std::move(repos), {}},
                             [&](const Result<ReloadReport>& reply) { report = reply.value(); }},
                 now());
    settle();
    return report;
  }

  std::vector<std::string> said;
};

TEST_F(LoopReposTest, AnAddedRepositoryIsLookedAtAndOutlivesARestart) {
  boot();
  settle();
  repository.branches["main"] = "a";
  repository.commits = {CommitInfo{.sha = "a",
                                   .parents = {},
                                   .author = {},
                                   .author_email = {},
                                   .committed_at = {},
                                   .message = {}}};
  add(spec_of("other"));
  EXPECT_EQ(said, std::vector<std::string>{""});
  ASSERT_EQ(started.size(), 1u);
  EXPECT_EQ(started[0].repo.spec.name, "other");
  EXPECT_EQ(state("other").origin, RepoOrigin::api);
  const auto scans_before = scans;
  boot();
  settle();
  EXPECT_EQ(scans, scans_before + 2) << "both are looked at at the start";
}

TEST_F(LoopReposTest, WhatCannotBeAddedIsRefusedWithAReason) {
  boot();
  settle();
  add(spec_of("demo"));
  EXPECT_EQ(said.back(), "there is a repository 'demo' already, of /srv/demo");
  loop->handle(RepoAdded{spec_of("bad"), invalid("is not a git repository", "/srv/bad"), noting()},
               now());
  EXPECT_EQ(said.back(), "/srv/bad: is not a git repository");
  remove("demo");
  EXPECT_EQ(said.back(),
            "the server's configuration or command line names 'demo': change it there, and reload");
  remove("nobody");
  EXPECT_EQ(said.back(), "there is no repository 'nobody'");
}

TEST_F(LoopReposTest, ARemovedRepositoryHasNoTasksAndStaysSo) {
  configured.clear();
  boot();
  add(spec_of("demo"));
  push("a");
  ASSERT_EQ(started.size(), 1u);
  push("b", {"a"});  // its task waits behind the first one's reader or runs beside it
  remove("demo");
  EXPECT_EQ(cancelled.size(), started.size()) << "what runs is stopped";
  EXPECT_EQ(count(TaskState::ready), 0u);
  for (const auto& each : std::vector(started)) {
    AttemptResult result;
    result.attempt = each.attempt;
    result.end.outcome = Outcome::cancelled;
    loop->handle(AttemptEndedEvent{result}, now());
    settle();
  }
  EXPECT_TRUE(store->open_tasks(state("demo").repo.id).empty());
  loop->handle(PushAnnounced{"demo", {}, noting()}, now());
  EXPECT_EQ(said.back(), "there is no repository 'demo'");
  const auto scans_before = scans;
  elapsed += Seconds{3600};
  settle();
  EXPECT_EQ(scans, scans_before);

  started.clear();
  add(spec_of("demo"));
  EXPECT_EQ(said.back(), "");
  EXPECT_EQ(started.size(), 2u) << "what was wanted of it is tested again";
}

TEST_F(LoopReposTest, ATaskThatTheMachineFailedIsNotTriedAgainAfterRemoval) {
  configured.clear();
  boot();
  add(spec_of("demo"));
  push("a");
  remove("demo");
  end(Outcome::infra);
  EXPECT_TRUE(store->open_tasks(state("demo").repo.id).empty());
}

TEST_F(LoopReposTest, PurgingWaitsForContainersAndLeavesNothing) {
  configured.clear();
  boot();
  add(spec_of("demo"));
  push("a");
  const auto id = state("demo").repo.id;
  remove("demo", true);
  EXPECT_EQ(forgotten, std::vector<std::string>{"demo"});
  finish_purging();
  EXPECT_EQ(store->repos().size(), 1u) << "an attempt of it is under way";
  add(spec_of("demo"));
  EXPECT_EQ(said.back(), "the data of the repository 'demo' are being deleted; add it again later");
  EXPECT_EQ(removals_asked, 0);
  end(Outcome::cancelled);
  elapsed += Seconds{limits::kPurgeWaitSeconds};
  settle();
  EXPECT_GT(removals_asked, 0) << "nobody else would remove its log soon";
  finish_purging();
  EXPECT_TRUE(store->repos().empty());
  add(spec_of("demo"));
  EXPECT_NE(state("demo").repo.id, id);
}

TEST_F(LoopReposTest, APurgeGoesOnAfterARestart) {
  configured.clear();
  boot();
  add(spec_of("demo"));
  push("a");
  remove("demo", true);
  boot();
  settle();
  finish_purging();
  EXPECT_TRUE(store->repos().empty());
  EXPECT_EQ(forgotten.size(), 2u) << "deleting the clone is tried again, as it may not have ended";
}

TEST_F(LoopReposTest, AScanOfARepositoryThatIsGoneIsIgnored) {
  boot();
  const auto id = state("demo").repo.id;
  loop->handle(RefsScanned{{id.value + 7}, 1, {}, repository}, now());
  loop->handle(RefsScanned{id, 99, {}, repository}, now());
  settle();
}

TEST_F(LoopReposTest, TheConfigurationIsFollowedWhenItIsReadAgain) {
  boot();
  settle();
  add(spec_of("mine"));
  auto changed = spec_of("demo");
  changed.branch_prefix = "release/";
  auto report = reload({{changed, "/git"}, {spec_of("new"), "/git"}});
  EXPECT_EQ(report.added, std::vector<std::string>{"new"});
  EXPECT_EQ(report.changed, std::vector<std::string>{"demo"});
  EXPECT_TRUE(report.removed.empty()) << "a person's repository is not the file's to remove";
  report = reload({{spec_of("new"), "/git"}});
  EXPECT_EQ(report.removed, std::vector<std::string>{"demo"});
  EXPECT_EQ(state("demo").standing, RepoStanding::removed);
  report = reload({{spec_of("new"), "/git"}, {spec_of("mine"), "/git"}});
  EXPECT_EQ(report.changed, std::vector<std::string>{"mine"});
  EXPECT_EQ(report.warnings.size(), 1u);
  EXPECT_EQ(state("mine").origin, RepoOrigin::config);
}

TEST_F(LoopReposTest, AConfigurationThatCannotBeReadChangesNothing) {
  boot();
  std::string why;
  loop->handle(ReposReread{invalid("unknown", "server.yaml:3"),
                           [&](const Result<ReloadReport>& reply) { why = reply.error().text(); }},
               now());
  EXPECT_EQ(why, "server.yaml:3: unknown");
  EXPECT_EQ(state("demo").standing, RepoStanding::active);
}

TEST_F(LoopReposTest, SettingsOfAnAddedRepositoryChangeAndItIsLookedAtAgain) {
  boot();
  settle();
  add(spec_of("other"));
  const auto scans_before = scans;
  RepoSettings settings;
  settings.fetch_period_s = 7;
  loop->handle(RepoChanged{"other", settings, noting()}, now());
  settle();
  EXPECT_EQ(said.back(), "");
  EXPECT_EQ(state("other").repo.spec.fetch_period_s, 7);
  EXPECT_EQ(scans, scans_before + 1);
  elapsed += Seconds{7};
  settle();
  EXPECT_EQ(scans, scans_before + 2) << "it has a period of its own";
  loop->handle(RepoChanged{"demo", settings, noting()}, now());
  EXPECT_NE(said.back(), "");
}

TEST_F(LoopReposTest, ARepositoryThatKeepsFailingIsAskedLessOften) {
  scan_error = true;
  boot();
  settle();
  std::vector<std::int64_t> pauses;
  for (int i = 0; i < 6; ++i) {
    const auto next = loop->next_deadline().value() - now().monotonic;
    pauses.push_back(std::chrono::duration_cast<Seconds>(next).count());
    elapsed += std::chrono::duration_cast<Milliseconds>(next);
    settle();
  }
  EXPECT_EQ(pauses, (std::vector<std::int64_t>{5, 10, 20, 40, 60, 60}));
}

}  // namespace
}  // namespace testlooper::engine
