// Repositories that are removed, come back, and are purged.
#include <sqlite3.h>

#include "store/connection.hpp"
#include "store/purge.hpp"
#include "store/store_world.hpp"

namespace testlooper::store {
namespace {

class ReposTest : public StoreWorld {
 protected:
  // Something in most tables.
  void fill(int tests) {
    add_line(3);
    const auto desired = want(3);
    plan_commit(3);
    commit({change::TestsRecorded{suite(3).id, {listed(tests), {}}}});
    std::vector<TestResult> results;
    for (int i = 0; i < tests; ++i) results.push_back(result_of(named(i), Outcome::failed));
    run(3, desired, results);
    const TestName old{"old.py", "old"};
    plan_commit(2);
    commit({change::TestsRecorded{suite(2).id, {{{old, {}}}, {}}}});
    commit(
        {change::LineageFound{
             {repo_, id(3), id(2)}, {{{kSuite, old}, {kSuite, named(0)}, Continuation::moved}}, {}},
         change::CommitSettled{id(2)}});
    Push push;
    push.delivery_id = "d";
    commit({change::PushReceived{repo_, push}});
  }
  RepoState state(const std::string& name) {
    for (auto& each : store_->repos()) {
      if (each.repo.spec.name == name) return each;
    }
    return {};
  }
  // Rows of each table, through a connection of its own.
  std::map<std::string, std::int64_t> rows() {
    Connection db(file(), Access::read);
    std::map<std::string, std::int64_t> counts;
    for (const auto& table : tables(db)) counts[table] = rows_of(table);
    return counts;
  }
  static std::vector<std::string> tables(Connection& db) {
    std::vector<std::string> names;
    auto row = db.query(
        "SELECT name FROM sqlite_schema WHERE type = 'table'"
        " AND name NOT LIKE 'sqlite_%' ORDER BY name");
    while (row.next()) names.push_back(row.text(0));
    return names;
  }
  std::int64_t rows_of(const std::string& table) {
    sqlite3* db = nullptr;
    sqlite3_open(file().c_str(), &db);
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(db, ("SELECT count(*) FROM " + table).c_str(), -1, &statement, nullptr);
    sqlite3_step(statement);
    const auto count = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return count;
  }
  // Those that are to go; others stay.
  void remove_files() {
    change::HoldingsGone all;
    for (std::int64_t id = 1; id < 100; ++id) all.holdings.push_back(HoldingId{id});
    commit({all});
  }
  int purge_all(int rows) {
    const auto first = store_->purge(repo_, rows);
    if (first.gone) return 1;
    EXPECT_EQ(first.waits, rows_of("engine_holdings") > 0);
    remove_files();
    for (int steps = 1; steps < 10'000; ++steps) {
      if (store_->purge(repo_, rows).gone) return steps;
    }
    ADD_FAILURE() << "it never ends";
    return 0;
  }
};

TEST_F(ReposTest, ARemovedRepositoryIsHiddenAndKept) {
  fill(3);
  commit({change::RepoRemoved{repo_, false}});
  const auto page = views_.repos().value();
  EXPECT_TRUE(page.repos.empty());
  ASSERT_EQ(page.removed.size(), 1u);
  EXPECT_EQ(page.removed[0].name, "demo");
  EXPECT_EQ(views_.commit("demo", "main").error().text(),
            "repository 'demo' was removed; add it again to see it");
  EXPECT_FALSE(store_->commit_state(id(3)).repo_active);
  EXPECT_TRUE(store_->unsettled_commits().empty());

  const auto back =
      commit({change::RepoConfigured{spec("demo"), "/srv/demo.git", RepoOrigin::api}});
  EXPECT_EQ(back.touched, std::vector{id(3)}) << "its work goes on";
  EXPECT_EQ(state("demo").origin, RepoOrigin::api);
  EXPECT_EQ(views_.commit("demo", "main").value().tests.size(), 3u);
}

TEST_F(ReposTest, SettingsAreKept) {
  auto changed = spec("demo");
  changed.branch_prefix = "release/";
  changed.primary_branch = "trunk";
  changed.config_path = "ci/config.yaml";
  changed.scan_depth = 7;
  changed.fetch_period_s = 30;
  commit({change::RepoConfigured{changed, "/elsewhere"}});
  reopen();
  EXPECT_EQ(state("demo").repo.spec, changed);
  const auto page = views_.repos().value();
  EXPECT_EQ(page.repos.at(0).fetch_period_s, 30);
  EXPECT_EQ(page.repos.at(0).branch_prefix, "release/");
}

TEST_F(ReposTest, ItIsCloningUntilItWasRead) {
  EXPECT_EQ(views_.repos().value().repos.at(0).state, "cloning");
  EXPECT_FALSE(state("demo").proven);
  commit({change::RepoFailed{repo_, "no answer"}});
  EXPECT_EQ(views_.repos().value().repos.at(0).state, "error");
  commit({change::RepoFailed{repo_, ""}});
  add_line(1);
  EXPECT_EQ(views_.repos().value().repos.at(0).state, "ready");
  EXPECT_TRUE(state("demo").proven);
}

TEST_F(ReposTest, OpenTasksAreThoseOfTheRepository) {
  add_line(1);
  const auto desired = want(1);
  plan_commit(1);
  commit({change::TestsRecorded{suite(1).id, {listed(1), {}}}});
  const auto attempt = start_runs(1, desired, tests(1));
  ASSERT_EQ(store_->open_tasks(repo_).size(), 1u);
  EXPECT_TRUE(store_->open_tasks({repo_.value + 1}).empty());
  finish(attempt);
  EXPECT_TRUE(store_->open_tasks(repo_).empty());
}

TEST_F(ReposTest, APurgeInSmallStepsLeavesNothingOfItAndAllOfTheOthers) {
  commit({change::RepoConfigured{spec("other"), "/srv/other.git"}});
  const auto demo = repo_;
  repo_ = state("other").repo.id;
  fill(20);
  const auto others = rows();
  repo_ = demo;
  fill(20);
  const auto both = rows();
  commit({change::RepoRemoved{repo_, true}});
  EXPECT_GT(purge_all(3), 20) << "no step is large";
  auto left = rows();
  auto expected = others;
  expected["repo_repos"] = 1;
  expected["test_rules"] = 1;
  EXPECT_EQ(left, expected);
  EXPECT_NE(left, both);
  {
    Connection db(file(), Access::read);
    EXPECT_EQ(db.number("SELECT count(*) FROM pragma_foreign_key_check"), 0);
  }
  commit({change::RepoConfigured{spec("demo"), "/srv/demo.git", RepoOrigin::api}});
  EXPECT_NE(state("demo").repo.id, demo) << "ids are never used again";
}

// A table that is not in src/store/purge.cpp would keep rows of repositories that are gone.
TEST_F(ReposTest, EachTableIsPurged) {
  commit({change::RepoRemoved{repo_, true}});
  purge_all(1'000);
  Connection db(file(), Access::read);
  const std::set<std::string> kept{"engine_instance", "engine_host",     "engine_durations",
                                   "engine_audit",    "engine_holdings", "login_tokens",
                                   "login_sessions"};  // for ever, or nobody's
  for (const auto& table : tables(db)) {
    if (kept.contains(table)) continue;
    EXPECT_TRUE(is_purged(table)) << table << " needs its step in src/store/purge.cpp";
  }
}

}  // namespace
}  // namespace testlooper::store
