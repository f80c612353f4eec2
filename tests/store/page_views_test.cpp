// The pages of a commit, a request, the engine and all repositories.
#include "store/filter_text.hpp"
#include "store_world.hpp"

namespace testlooper::store {
namespace {

class Pages : public StoreWorld {
 protected:
  Pages() { add_line(3); }
  pages::CommitPage page(int number = 1) {
    auto found = views_.commit("demo", sha(number));
    EXPECT_TRUE(found) << found.error().text();
    return found ? *found : pages::CommitPage{};
  }
  DesiredId rule_wish(int number = 1) { return store_->commit_state(id(number)).desired.at(0).id; }
  NewTask task(int number, TaskKind kind, const std::string& key) {
    NewTask task;
    task.key = key;
    task.kind = kind;
    task.repo = repo_;
    task.commit = id(number);
    return task;
  }
  pages::RequestPage request_of(DesiredId desired) { return views_.request(desired).value(); }
};

TEST_F(Pages, ACommitIsFoundByTheStartOfItsId) {
  EXPECT_EQ(views_.commit("demo", sha(1).substr(0, 4))->commit.sha, sha(1));
  EXPECT_EQ(views_.commit("demo", sha(1).substr(0, 3)).error().kind, ErrorKind::not_found);
  EXPECT_EQ(views_.commit("demo", "ffffffff").error().kind, ErrorKind::not_found);
  auto twin = info(50);
  twin.sha = sha(1).substr(0, 10) + sha(50).substr(10);
  commit({change::CommitsFound{repo_, {twin}}});
  const auto ambiguous = views_.commit("demo", sha(1).substr(0, 8));
  EXPECT_NE(ambiguous.error().message.find("several commits"), std::string::npos);
  EXPECT_EQ(views_.commit("demo", sha(1).substr(0, 14))->commit.sha, sha(1));
}

TEST_F(Pages, ACommitIsFoundByItsBranchOrItsTag) {
  add_commit(2, {1});
  commit({change::RefsSet{repo_,
                          {{"main", sha(2)}, {"feature/x", sha(1)}, {sha(1), sha(2)}},
                          {{"v1", sha(1)}},
                          "main"}});
  EXPECT_EQ(views_.commit("demo", "main")->commit.sha, sha(2));
  EXPECT_EQ(views_.commit("demo", "feature/x")->commit.sha, sha(1));
  EXPECT_EQ(views_.commit("demo", "v1")->commit.sha, sha(1));
  EXPECT_EQ(views_.commit("demo", sha(1))->commit.sha, sha(1)) << "whatever a branch is called";
  const auto unknown = views_.commit("demo", "release");
  EXPECT_EQ(unknown.error().message, "there is no branch, tag or commit release in demo");
}

TEST_F(Pages, ACommitShowsWhatGitSaysOfIt) {
  set_branches({{"main", 3}, {"topic", 2}, {"also/topic", 2}});
  const auto shown = page(2);
  EXPECT_EQ(shown.repo, "demo");
  EXPECT_EQ(shown.message, info(2).message);
  EXPECT_EQ(shown.commit.id, id(2));
  EXPECT_EQ(shown.commit.subject, "commit 2");
  EXPECT_EQ(shown.commit.author, "Ada");
  EXPECT_EQ(shown.commit.parents, std::vector{sha(1)});
  EXPECT_EQ(shown.commit.committed_at, info(2).committed_at);
  EXPECT_EQ(shown.branches, (std::vector<std::string>{"also/topic", "topic"}));
}

TEST_F(Pages, StepsGoFromWaitingOverRunningToTheirEnd) {
  want(1);
  EXPECT_EQ(page().config.state, "waiting");
  EXPECT_FALSE(page().config.task);
  const auto attempt = start(task(1, TaskKind::read_config, "config:1"));
  EXPECT_EQ(page().config.state, "running");
  finish(attempt, {change::ConfigRecorded{id(1), config()}});
  EXPECT_EQ(page().config.state, "ok");
  EXPECT_EQ(page().config.task, attempt.task);
  EXPECT_EQ(page().image, "python:3.11");
  EXPECT_EQ(page().command, "./generate-plan");
  commit({change::PlanFailed{id(1), "exit code 1"}});
  EXPECT_EQ(page().plan.state, "failed");
  EXPECT_EQ(page().plan.error, "exit code 1");
}

TEST_F(Pages, EnvironmentsAndSuitesShowTheirSteps) {
  want(1);
  auto generated = plan({kSuite});
  generated.plan.environments.push_back({});
  generated.plan.environments[1].name = "mac";
  generated.plan.environments[1].image = {ImageSource::unsupported, "", "", "no aws-ami", false};
  generated.environment_images.push_back("");
  generated.environment_set_ups.push_back("");
  commit({change::ConfigRecorded{id(1), config()}, change::PlanRecorded{id(1), generated}});
  auto build = task(1, TaskKind::build_image, "image");
  build.image = kSuiteImage;
  const auto attempt = start(build);
  auto shown = page();
  ASSERT_EQ(shown.environments.size(), 2u);
  EXPECT_EQ(shown.environments[0].image, "docker/Dockerfile");
  EXPECT_EQ(shown.environments[0].step.state, "running");
  EXPECT_EQ(shown.environments[0].step.task, attempt.task);
  EXPECT_EQ(shown.environments[1].unsupported, "no aws-ami");
  EXPECT_EQ(shown.environments[1].step.state, "failed");
  ASSERT_EQ(shown.suites.size(), 1u);
  EXPECT_EQ(shown.suites[0].timeout_s, 90);
  EXPECT_EQ(shown.suites[0].step.state, "waiting");
  commit({change::TestsRecorded{suite(1).id, {listed(3), {{0, "two tests of one name"}}}}});
  shown = page();
  EXPECT_EQ(shown.suites[0].tests, 3);
  EXPECT_EQ(shown.suites[0].step.state, "ok");
}

TEST_F(Pages, WarningsSayWhereTheyAreFrom) {
  want(1);
  auto generated = plan({kSuite});
  generated.plan.warnings = {{12, "list_tests is spelt with '_'"}};
  commit({change::ConfigRecorded{id(1), config()}, change::PlanRecorded{id(1), generated}});
  commit({change::TestsRecorded{suite(1).id, {{}, {{0, "it lists nothing"}}}}});
  const auto warnings = page().warnings;
  ASSERT_EQ(warnings.size(), 3u);
  EXPECT_EQ(warnings[0].where, "config.yaml:3");
  EXPECT_EQ(warnings[1].where, "plan:12");
  EXPECT_EQ(warnings[2].where, "suite unit");
  EXPECT_EQ(warnings[2].message, "it lists nothing");
}

TEST_F(Pages, ATestIsComparedWithTheFirstParent) {
  prepare(1, 2);
  run(1, rule_wish(1),
      {result_of(named(0), Outcome::passed), result_of(named(1), Outcome::failed)});
  prepare(2, 3);
  run(2, rule_wish(2), {result_of(named(0), Outcome::failed)});
  const auto tests = page(2).tests;
  ASSERT_EQ(tests.size(), 3u);
  EXPECT_EQ(tests[0].verdict, "failed");
  EXPECT_EQ(tests[0].parent_verdict, "passed");
  EXPECT_EQ(tests[1].parent_verdict, "failed");
  EXPECT_EQ(tests[2].parent_verdict, "absent");
  EXPECT_EQ(tests[0].labels, std::vector<std::string>{"even"});
  EXPECT_EQ(page(1).tests[0].parent_verdict, "absent") << "it has no parent";
}

TEST_F(Pages, ACommitShowsItsWishesAndWhatIsInFlight) {
  prepare(1, 3);
  TestFilter slow;
  slow.suites = {{kSuite}};
  slow.labels = {{"ev"}};
  const auto asked = want(1, request(4, slow));
  start_runs(1, asked, {tests(1)[0], tests(1)[2]});
  const auto shown = page();
  ASSERT_EQ(shown.desired.size(), 2u);
  EXPECT_EQ(shown.desired[0].source, "branch_rule");
  EXPECT_EQ(shown.desired[0].wanted, 3);
  EXPECT_EQ(shown.desired[1].id, asked);
  EXPECT_EQ(shown.desired[1].filter, "suite unit, label ev*");
  EXPECT_EQ(shown.desired[1].wanted, 8);
  EXPECT_EQ(shown.desired[1].in_flight, 2);
  EXPECT_EQ(shown.desired[0].in_flight, 0);
  EXPECT_EQ(shown.tests[0].in_flight, 1);
  EXPECT_EQ(shown.tests[1].in_flight, 0);
}

TEST_F(Pages, ACommitShowsItsNewestTasksFirst) {
  want(1);
  for (int i = 0; i < 205; ++i) {
    commit({change::TaskCreated{task(1, TaskKind::read_config, "k" + std::to_string(i))}});
  }
  const auto tasks = page().tasks;
  ASSERT_EQ(tasks.size(), 200u);
  EXPECT_GT(tasks[0].id, tasks[1].id);
}

TEST_F(Pages, ARequestIsFinishedWhenEachOfItsRunsIsMade) {
  prepare(1, 2);
  const auto asked = want(1, request(1));
  EXPECT_FALSE(request_of(asked).finished);
  const auto attempt = start_runs(1, asked, tests(1));
  EXPECT_FALSE(request_of(asked).finished);
  finish(attempt, {change::RunsRecorded{attempt,
                                        {{result_of(named(0), Outcome::passed),
                                          result_of(named(1), Outcome::crashed)},
                                         clock_.now}}});
  const auto done = request_of(asked);
  EXPECT_TRUE(done.finished) << "although another wish of the commit is not";
  EXPECT_EQ(done.error, "");
  EXPECT_EQ(done.sha, sha(1));
  EXPECT_EQ(done.counts.passed, 1);
  EXPECT_EQ(done.counts.crashed, 1);
  ASSERT_EQ(done.failures.size(), 1u);
  EXPECT_EQ(done.failures[0].name, named(1).name);
  EXPECT_EQ(request_of(rule_wish()).counts.passed, 0) << "runs serve one wish";
}

TEST_F(Pages, ARequestBeforePreparationIsNotFinished) {
  const auto asked = want(1, request(1));
  EXPECT_FALSE(request_of(asked).finished);
  plan_commit(1);
  EXPECT_FALSE(request_of(asked).finished);
}

TEST_F(Pages, ARequestThatMatchesNothingSaysSo) {
  prepare(1, 2);
  TestFilter filter;
  filter.paths = {{"nowhere/"}};
  const auto asked = request_of(want(1, request(1, filter)));
  EXPECT_TRUE(asked.finished);
  EXPECT_EQ(asked.error, "no test of this commit matches: path nowhere/*");
}

TEST_F(Pages, ARequestOfACommitThatCannotBePreparedSaysWhy) {
  const auto asked = want(1, request(1));
  commit({change::ConfigFailed{id(1), "there is none"}});
  EXPECT_TRUE(request_of(asked).finished);
  EXPECT_EQ(request_of(asked).error, "config: there is none");
}

TEST_F(Pages, ARequestThatTheMachineFailedSaysSo) {
  prepare(1, 1);
  const auto asked = want(1, request(1));
  const auto attempt = start_runs(1, asked, tests(1));
  AttemptEnd end;
  end.outcome = Outcome::infra;
  end.cause = "docker is gone";
  finish(attempt, {change::RunsGivenUp{attempt.task}}, end);
  EXPECT_TRUE(request_of(asked).finished);
  EXPECT_EQ(request_of(asked).error,
            "1 run was given up, because the machine failed: docker is gone");
}

TEST_F(Pages, TheEngineShowsWhatRunsWhatWaitsAndWhatEnded) {
  const auto ended = start(task(1, TaskKind::read_config, "a"));
  finish(ended);
  start(task(1, TaskKind::read_config, "b"));
  commit({change::TaskCreated{task(1, TaskKind::read_config, "old")},
          change::TaskCreated{task(3, TaskKind::read_config, "new")}});
  const auto engine = views_.engine({});
  ASSERT_TRUE(engine);
  ASSERT_EQ(engine->running.size(), 1u);
  EXPECT_EQ(engine->running[0].state, "running");
  EXPECT_FALSE(engine->draining);
  EXPECT_EQ(engine->waiting_total, 2);
  ASSERT_EQ(engine->waiting.size(), 2u);
  EXPECT_EQ(engine->waiting[0].sha, sha(3)) << "the newest commit is next";
  ASSERT_EQ(engine->finished.size(), 1u);
  EXPECT_EQ(engine->finished[0].id, ended.task);
  EXPECT_EQ(engine->finished[0].outcome, "passed");
  EXPECT_EQ(engine->finished[0].repo, "demo");
  EXPECT_EQ(engine->finished[0].subject, "commit 1");
  const auto repo = views_.repos()->repos[0];
  EXPECT_EQ(repo.tasks_running, 1);
  EXPECT_EQ(repo.tasks_waiting, 2);
}

// The schedule's order is known to the engine alone.
TEST_F(Pages, TheQueueIsInTheOrderThatIsGiven) {
  const auto running = start(task(1, TaskKind::read_config, "running")).task;
  std::vector<TaskId> made;
  for (int i = 1; i <= 3; ++i) {
    const auto done =
        commit({change::TaskCreated{task(i, TaskKind::read_config, std::to_string(i))}});
    made.push_back(done.ready.at(0).id);
  }
  const auto ids = [&](EngineQuery query) {
    std::vector<TaskId> found;
    for (const auto& each : views_.engine(query)->waiting) found.push_back(each.id);
    return found;
  };
  using Ids = std::vector<TaskId>;
  EXPECT_EQ(ids({}), (Ids{made[2], made[1], made[0]}));
  EXPECT_EQ(ids({.order = {made[0], made[2], running, TaskId{999}}}),
            (Ids{made[0], made[2], made[1]}))
      << "what does not wait is left out, and what was not named comes last";
  EXPECT_EQ(ids({.limit = 1, .order = {made[1]}}), (Ids{made[1]}));
  EXPECT_EQ(ids({.limit = 2, .order = {made[1]}}), (Ids{made[1], made[2]}));
  EXPECT_TRUE(ids({.limit = 0}).empty());
}

TEST_F(Pages, TheQueueOfOneRepositoryIsItsTasksOnly) {
  commit({change::RepoConfigured{spec("another"), "/srv/another.git"}});
  finish(start(task(1, TaskKind::read_config, "ended")));
  start(task(1, TaskKind::read_config, "running"));
  const auto waits =
      commit({change::TaskCreated{task(2, TaskKind::read_config, "x")}}).ready.at(0).id;
  const auto demo = views_.engine({.repo = "demo", .order = {waits}});
  ASSERT_TRUE(demo);
  EXPECT_EQ(demo->waiting_total, 1);
  EXPECT_EQ(demo->waiting.size(), 1u);
  EXPECT_EQ(demo->running.size(), 1u);
  EXPECT_EQ(demo->finished.size(), 1u);
  const auto another = views_.engine({.repo = "another", .order = {waits}});
  ASSERT_TRUE(another);
  EXPECT_EQ(another->waiting_total, 0);
  EXPECT_TRUE(another->waiting.empty());
  EXPECT_TRUE(another->running.empty());
  EXPECT_TRUE(another->finished.empty());
  EXPECT_EQ(views_.engine({.repo = "nowhere"}).error().kind, ErrorKind::not_found);
}

TEST_F(Pages, AllRepositoriesAreShownWithTheirPrimaryBranch) {
  commit({change::RepoConfigured{spec("another"), "/srv/another.git"}});
  const auto repos = views_.repos()->repos;
  ASSERT_EQ(repos.size(), 2u);
  EXPECT_EQ(repos[0].name, "another");
  EXPECT_FALSE(repos[0].primary);
  ASSERT_TRUE(repos[1].primary);
  EXPECT_EQ(repos[1].primary->name, "main");
  EXPECT_EQ(repos[1].primary->head->sha, sha(3));
}

TEST_F(Pages, APageTellsTheRevisionItIsOf) {
  const auto revision = commit({}).revision;
  EXPECT_EQ(views_.repos()->revision, revision);
  EXPECT_EQ(page().revision, revision);
  EXPECT_EQ(views_.engine({})->revision, revision);
  EXPECT_EQ(views_.branch(of_branch(""))->revision, revision);
}

TEST_F(Pages, IdsThatAreNotThereAreNotFound) {
  EXPECT_EQ(views_.task({999}).error().kind, ErrorKind::not_found);
  EXPECT_EQ(views_.request({999}).error().kind, ErrorKind::not_found);
  EXPECT_EQ(views_.commit("nothing", sha(1)).error().kind, ErrorKind::not_found);
}

TEST(Views, WithoutAStoreAreUnavailable) {
  const FixedClock clock;
  SqliteViews views{"/nonexistent/store.db", clock};
  EXPECT_EQ(views.repos().error().kind, ErrorKind::unavailable);
}

TEST(FilterText, IsForPeople) {
  TestFilter filter;
  EXPECT_EQ(describe(filter), "all tests");
  filter.suites = {{"a", "b"}};
  filter.labels = {{"slow"}};
  filter.paths = {{"tests/"}};
  filter.regex = "net|disk";
  filter.tests = {{"a::b"}};
  EXPECT_EQ(describe(filter), "suite a or b, label slow*, path tests/*, regex net|disk, test a::b");
  TestFilter many;
  many.tests = {{"1", "2", "3", "4"}};
  many.suites.emplace();
  EXPECT_EQ(describe(many), "no suite, 4 tests");
}

}  // namespace
}  // namespace testlooper::store
