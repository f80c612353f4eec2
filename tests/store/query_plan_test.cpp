// No page and no change may walk through a table that grows with history: SQLite must find the rows
// by key or index. Its plans do not depend on how many rows there are.
#include <algorithm>
#include <array>

#include <sqlite3.h>

#include "store/assess.hpp"
#include "store/assignment.hpp"
#include "store/changes.hpp"
#include "store/commit_state.hpp"
#include "store/lineage.hpp"
#include "store/tasks.hpp"
#include "store/view_pages.hpp"
#include "store_world.hpp"

namespace testlooper::store {
namespace {

class QueryPlans : public StoreWorld {
 protected:
  QueryPlans() {
    add_line(2);
    prepare(1, 2);
    const auto desired = store_->commit_state(id(1)).desired.at(0).id;
    run(1, desired, {result_of(named(0), Outcome::failed), result_of(named(0), Outcome::passed)});
    commit({change::Quarantined{repo_, test(1, named(0)), "ada", "a race", "web", clock_.now}});
    store_->assess_flaky(10);
    plan_commit(2);
    commit({change::TestsRecorded{suite(2).id, {{{kRenamed, {}}}, {}}}});
    open_attempt_ = start_runs(1, want(1, request(2)), tests(1));
    EXPECT_EQ(sqlite3_open(file().c_str(), &raw_), SQLITE_OK);
  }
  ~QueryPlans() override { sqlite3_close(raw_); }

  std::vector<std::string> plan(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    const auto text = "EXPLAIN QUERY PLAN " + sql;
    EXPECT_EQ(sqlite3_prepare_v2(raw_, text.c_str(), -1, &statement, nullptr), SQLITE_OK) << sql;
    std::vector<std::string> steps;
    while (sqlite3_step(statement) == SQLITE_ROW) {
      steps.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(statement, 3)));
    }
    sqlite3_finalize(statement);
    return steps;
  }
  // The steps of a statement's plan that walk through a whole table or index.
  std::vector<std::string> walks(const std::string& sql) {
    auto steps = plan(sql);
    std::erase_if(steps, [](const std::string& step) {
      return !step.starts_with("SCAN ") || is_small(step);
    });
    return steps;
  }
  void expect_no_walks(const Connection& db) {
    EXPECT_GT(db.statements().size(), 10u);
    for (const auto& sql : db.statements()) {
      for (const auto& step : walks(sql)) ADD_FAILURE() << step << "\n  in " << sql;
    }
  }

  const TestName kRenamed{"b.py", "renamed"};
  AttemptKey open_attempt_;

 private:
  // A line of history is as long as it was asked for; repositories are few; partial indexes hold
  // what is unfinished, and `finished` is read from its end.
  static bool is_small(const std::string& step) {
    constexpr std::array<std::string_view, 17> kSmall{"SCAN line",
                                                      "SCAN kept",  // retention bounds it
                                                      "test_desired_schedule_open",
                                                      "SCAN d VIRTUAL TABLE",  // of one definition
                                                      "SCAN r",
                                                      "engine_holdings_going",
                                                      "SCAN repo_repos",
                                                      "SCAN engine_instance",
                                                      "SCAN CONSTANT ROW",
                                                      "repo_commits_unsettled",
                                                      "test_suites_too_big",
                                                      "test_lineages_due",
                                                      "test_flaky_due",
                                                      "test_desired_idle_open",
                                                      "engine_tasks_order",
                                                      "engine_tasks_open_by",
                                                      "engine_tasks_finished"};
    return std::ranges::any_of(kSmall, [&](auto each) { return step.contains(each); });
  }

  sqlite3* raw_ = nullptr;
};

TEST_F(QueryPlans, TheTestSeesAWalk) {
  EXPECT_EQ(walks("SELECT * FROM test_runs").size(), 1u);
  EXPECT_EQ(walks("SELECT * FROM test_runs WHERE outcome = 'failed'").size(), 1u);
  EXPECT_TRUE(walks("SELECT * FROM test_runs WHERE id = 1").empty());
}

TEST_F(QueryPlans, PagesFindTheirRowsByIndex) {
  Connection db{file(), Access::read};
  auto query = of_branch("main");
  query.before = sha(2);
  ASSERT_TRUE(repos_page(db, clock_.now));
  ASSERT_TRUE(branch_page(db, query));
  for (const int number : {1, 2}) ASSERT_TRUE(commit_page(db, "demo", sha(number)));
  ASSERT_TRUE(task_page(db, {1}));
  for (const auto* name : {"1", "unit/tests/file_0.py::test_0"}) {
    TestQuery test;
    test.repo = "demo";
    test.test = name;
    test.after_run = RunId{1};
    ASSERT_TRUE(test_page(db, test));
  }
  ASSERT_TRUE(run_page(db, {1}));
  ASSERT_EQ(flaky_page(db, {.repo = "demo", .standing = "all"}, clock_.now)->tests.size(), 1u);
  const auto clusters = clusters_page(db, "demo");
  ASSERT_TRUE(cluster_page(db, "demo", clusters->clusters.at(0).key));
  ASSERT_EQ(quarantine_page(db, "demo", clock_.now)->tests.size(), 1u);
  ASSERT_TRUE(request_page(db, {1}));
  for (const auto* repo : {"", "demo"}) {
    ASSERT_TRUE(engine_page(db, {.repo = repo, .order = {TaskId{1}}}));
  }
  ASSERT_TRUE(attempt_log(db, {{1}, 1}));
  ASSERT_TRUE(run_log(db, {1}));
  ASSERT_TRUE(artifacts_page(db, {{1}, 1}));
  holdings(db, 10);
  needed_images(db);
  kept_builds(db);
  expect_no_walks(db);
}

// A page that is read every second while 100,000 runs go on must not sort them each time.
TEST_F(QueryPlans, TheRunsOfAWishAreCountedInTheOrderOfTheirIndex) {
  Connection db{file(), Access::read};
  ASSERT_TRUE(request_page(db, {1}));
  int counted = 0;
  for (const auto& sql : db.statements()) {
    if (!sql.contains("GROUP BY k.id")) continue;
    ++counted;
    const auto steps = plan(sql);
    EXPECT_EQ(std::ranges::count(
                  steps, "SEARCH u USING INDEX test_runs_by_attempt (task_id=? AND attempt=?)"),
              1);
    for (const auto& step : steps) EXPECT_FALSE(step.contains("TEMP B-TREE")) << step;
  }
  EXPECT_EQ(counted, 1);
}

TEST_F(QueryPlans, TheEngineFindsItsRowsByIndex) {
  Connection db{file(), Access::read};
  read_commit_state(db, id(1));
  for (const auto state : {TaskState::ready, TaskState::waiting}) read_tasks_in(db, state, 10);
  read_ready_tasks(db);
  read_ready_task(db, {1});
  make_assignment(db, *read_task(db, open_attempt_.task));
  const auto due = due_lineages(db, 1);
  ASSERT_EQ(due.size(), 1u);
  ASSERT_TRUE(lineage_query(db, due[0]));
  expect_no_walks(db);
}

TEST_F(QueryPlans, AnAssessmentFindsItsRowsByIndex) {
  Connection db{file(), Access::write};
  db.run("UPDATE test_flaky SET due = 1 WHERE test_id = ?", test(1, named(0)));
  ASSERT_TRUE(Assessor{db}.step(10).assessed);
  expect_no_walks(db);
}

TEST_F(QueryPlans, ChangesFindTheirRowsByIndex) {
  Connection db{file(), Access::write};
  Applying in{db, clock_.now};
  const auto apply_all = [&](const Changes& changes) {
    for (const auto& each : changes) std::visit([&](const auto& one) { apply(in, one); }, each);
  };
  const auto first = id(1);
  const auto task = *store_->task(open_attempt_.task);
  TestFilter filter;
  filter.labels = {{"x"}};
  apply_all({change::RepoConfigured{spec("demo"), "/x"},
             change::RepoFailed{repo_, "x"},
             change::PushReceived{repo_, {"", "", "", "d"}},
             change::PushesHandled{repo_, {1}},
             change::CommitsFound{repo_, {info(3, {2})}},
             change::RefsSet{repo_, {{"main", sha(3)}}, {{"v1", sha(1)}}, "main"},
             change::Desired{repo_, sha(1), request(1, filter)},
             change::ImageRecorded{repo_, "k", {"r", {}}, {}},
             change::ImageForgotten{repo_, "k"},
             change::ImageFailed{repo_, kSuiteImage, "x"},
             change::ImageRecorded{repo_, "setup:1", {"r", {}}, "k"},
             change::ArtifactRecorded{repo_, {"build:1", "v"}, 1, "k"},
             change::ArtifactForgotten{repo_, {"build:1", "v"}},
             change::ArtifactFailed{repo_, "build:1", "x"},
             change::AttemptStarted{{open_attempt_.task, 2}},
             change::ListFailed{{1}, "x"},
             change::LineageFound{{repo_, id(2), first},
                                  {{{kSuite, named(0)}, {kSuite, kRenamed}, Continuation::moved}},
                                  {}},
             change::TestsRecorded{{1}, {}},
             change::CommitRetried{first},
             change::CommitSettled{first},
             change::TaskCreated{task.spec},
             change::Quarantined{repo_, {1}, "ada", "a race", "web", clock_.now},
             change::QuarantineRemoved{{1}},
             change::ReportImported{repo_,
                                    first,
                                    "other",
                                    "",
                                    "jenkins",
                                    "",
                                    "",
                                    "cli",
                                    "digest",
                                    {result_of(named(0), Outcome::failed)}},
             change::HostDescribed{{1000, 1024}, 1},
             change::RunsGivenUp{task.id},
             change::RunsRecorded{open_attempt_,
                                  {{result_of({"new.py", "t"}, Outcome::failed)}, clock_.now}},
             change::AttemptEnded{open_attempt_, {}},
             move(task, TaskState::finished, 1),
             change::HoldingsGoing{{{{1}, "old"}}},
             change::HoldingsGone{{{1}}},
             change::ImagesForgotten{{"testlooper/image:1"}}});
  expect_no_walks(db);
}

}  // namespace
}  // namespace testlooper::store
