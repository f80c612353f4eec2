// Opening a store: its schema, its identity, and the files that are not ours.
#include <algorithm>
#include <cctype>
#include <fstream>

#include <sys/wait.h>
#include <unistd.h>

#include "store/connection.hpp"
#include "store/migrations.hpp"
#include "store_world.hpp"

namespace testlooper::store {
namespace {

class OpenStore : public StoreWorld {
 protected:
  std::string answer(Sql question) {
    Connection raw{file(), Access::read};
    auto row = raw.query(question);
    return row.next() ? row.text(0) : "";
  }
  std::string fault_of_opening(const std::string& path) {
    try {
      SqliteStore::open(path);
    } catch (const StoreFault& fault) {
      return fault.what();
    }
    return "";
  }
};

TEST_F(OpenStore, GivesTheNewestSchemaAndKeepsItAtTheNextStart) {
  reopen();
  EXPECT_EQ(answer("PRAGMA user_version"), std::to_string(newest_schema()));
  EXPECT_EQ(answer("PRAGMA journal_mode"), "wal");
  EXPECT_EQ(store_->repos().size(), 1u);
}

TEST_F(OpenStore, OnlyTheWriterWritesAndItWaitsForTheDisk) {
  constexpr int kFull = 2;
  Connection writer{file(), Access::write};
  EXPECT_EQ(writer.number("PRAGMA synchronous"), kFull);
  EXPECT_EQ(writer.number("PRAGMA foreign_keys"), 1);
  EXPECT_GT(writer.number("PRAGMA wal_autocheckpoint"), 0);
  Connection reader{file(), Access::read};
  EXPECT_EQ(reader.number("PRAGMA query_only"), 1);
  EXPECT_EQ(reader.number("PRAGMA wal_autocheckpoint"), 0);
  EXPECT_THROW(reader.run("DELETE FROM repo_repos"), StoreFault);
}

TEST_F(OpenStore, AReaderThatClosesLastLeavesTheWalToTheWriter) {
  auto reader = std::make_unique<Connection>(file(), Access::read);
  EXPECT_EQ(reader->number("SELECT count(*) FROM repo_repos"), 1);
  store_.reset();
  const auto size = std::filesystem::file_size(file() + "-wal");
  EXPECT_GT(size, 0u);
  reader.reset();
  EXPECT_EQ(std::filesystem::file_size(file() + "-wal"), size);
}

TEST_F(OpenStore, EveryTableIsStrict) {
  EXPECT_EQ(answer("SELECT name FROM pragma_table_list WHERE strict = 0 AND type = 'table'"
                   " AND name NOT LIKE 'sqlite_%'"),
            "");
}

// Opens a store that a program of before has filled.
class OldStore : public OpenStore {
 protected:
  static constexpr const char* kFirst =
#include "store/migrations/0001_first.sql.inc"
      ;
  OldStore() {
    store_.reset();
    for (const auto* end : {"", "-wal", "-shm"}) std::filesystem::remove(file() + end);
    Connection old{file(), Access::write};
    old.script(kFirst);
    old.script(
        "PRAGMA application_id = 1414295407; PRAGMA user_version = 1;"
        "INSERT INTO repo_repos (id, name, source, config_path, branch_prefix,"
        " configured_primary, scan_depth, git_dir) VALUES (1, 'demo', '', '', '', '', 1, '');"
        "INSERT INTO repo_commits (id, repo_id, sha, generation, committed_at, author,"
        " author_email, message) VALUES (7, 1, 'abc', 1, 0, '', '', '');"
        "INSERT INTO test_plans VALUES (7, NULL, '[]');"
        "INSERT INTO test_environments VALUES (7, 'plain', '{\"custom_setup\":\"\"}', 'k');"
        "INSERT INTO test_environments VALUES (7, 'rich', '{\"custom_setup\":\"make\"}', 'k');"
        "INSERT INTO test_builds VALUES (7, 'app', '{\"environment\":\"rich\"}');"
        "INSERT INTO test_suites (id, commit_id, name, definition)"
        " VALUES (3, 7, 'unit', '{\"environment\":\"rich\"}');"
        "INSERT INTO engine_images VALUES (1, 'k', 'ok', 'python', '');"
        "INSERT INTO engine_tasks (id, key, kind, repo_id, commit_id, priority, generation,"
        " committed_at, image, suite_id, tests, test_count, all_tests, created_at)"
        " VALUES (11, 'list:3', 'list_tests', 1, 7, 0, 1, 0, 'k', 3, x'', 0, 0, 0);"
        "INSERT INTO engine_attempts (task_id, number, started_at) VALUES (11, 1, 5);");
  }
};

TEST_F(OldStore, KeepsItsTasksAndGetsKeysForWhatItsPlansLack) {
  store_ = SqliteStore::open(file());
  EXPECT_EQ(answer("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(answer("SELECT count(*) FROM pragma_foreign_key_check"), "0");
  const auto task = store_->task({11});
  ASSERT_TRUE(task);
  EXPECT_EQ(task->spec.kind, TaskKind::list_tests);
  EXPECT_EQ(task->spec.suite, SuiteId{3});
  const auto state = store_->commit_state({7});
  EXPECT_EQ(state.environments.at(0).set_up, "");
  EXPECT_EQ(state.environments.at(1).set_up, "setup:of 7 rich");
  EXPECT_EQ(state.builds.at(0).artifact, "build:of 7 app");
  EXPECT_EQ(state.builds.at(0).set_up, "setup:of 7 rich");
  EXPECT_EQ(state.images.at("k").built, StepState::ok);
  NewTask build;
  build.key = "b";
  build.kind = TaskKind::build;
  build.repo = {1};
  build.commit = {7};
  build.product = "build:of 7 app";
  commit({change::TaskCreated{build}});
  EXPECT_EQ(store_->tasks_in(TaskState::ready, 9).size(), 2u);
}

TEST_F(OldStore, ComparesWhatItHasNeverCompared) {
  {
    Connection old{file(), Access::write};
    old.script(
        "UPDATE test_suites SET listed = 'ok';"
        "INSERT INTO repo_commits (id, repo_id, sha, generation, committed_at, author,"
        " author_email, message) VALUES (8, 1, 'abd', 2, 0, '', '', ''),"
        " (9, 1, 'abe', 3, 0, '', '', '');"
        "INSERT INTO repo_parents VALUES (8, 0, 'abc'), (8, 1, 'unknown'), (9, 0, 'abd');"
        "INSERT INTO test_plans VALUES (8, NULL, '[]'), (9, 'no plan', '[]');");
  }
  store_ = SqliteStore::open(file());
  EXPECT_EQ(store_->due_lineages(9), (std::vector<LineagePair>{{{1}, {8}, {7}}}));
}

TEST_F(OpenStore, HasAnIdentityThatSurvivesRestarts) {
  const auto id = store_->instance_id();
  EXPECT_EQ(id.size(), 32u);
  EXPECT_TRUE(std::ranges::all_of(id, [](unsigned char c) { return std::isxdigit(c) != 0; }));
  reopen();
  EXPECT_EQ(store_->instance_id(), id);
  EXPECT_NE(SqliteStore::in_memory()->instance_id(), id);
}

TEST_F(OpenStore, BringsAFilledStoreOfTheFirstSchemaUpToDate) {
  const auto old = dir_.file("old.db");
  {
    Connection raw{old, Access::write};
    raw.script(
#include "store/migrations/0001_first.sql.inc"
    );
    raw.script(
        "PRAGMA application_id = 1414295407; PRAGMA user_version = 1;"
        "INSERT INTO repo_repos VALUES (1, 'demo', '/d', 'c', '', '', 0, '/d', 'main', '');"
        "INSERT INTO repo_commits VALUES (1, 1, 'abcd', 1, 0, 1, 1, 'a', 'e', 'm');"
        "INSERT INTO test_plans VALUES (1, NULL, '[]');"
        "INSERT INTO test_suites VALUES (1, 1, 'unit', '{}', 'ok', '', '[]', 2);"
        "INSERT INTO test_tests VALUES (1, 1, 'unit', 'p', 'a'), (2, 1, 'unit', 'p', 'b');"
        "INSERT INTO test_rollups (commit_id, test_id, suite_id, position, labels, passed,"
        " failed) VALUES (1, 1, 1, 0, '[]', 1, 1), (1, 2, 1, 1, '[]', 2, 0);"
        "INSERT INTO test_summaries VALUES (1, 2, 0, 1, 4);"
        "INSERT INTO test_desired VALUES (7, 1, 'request', '{}', 3, 'cli', 5, 2, 4, 0);"
        "INSERT INTO test_tallies VALUES (7, 1, 2, 0), (7, 2, 2, 0);"
        "INSERT INTO engine_tasks (key, kind, repo_id, commit_id, priority, generation,"
        " committed_at, image, suite_id, desired_id, tests, test_count, all_tests, created_at)"
        " VALUES ('run:7:1:0', 'run_tests', 1, 1, 0, 1, 0, 'i', 1, 7, x'02', 1, 0, 5);");
  }
  const auto store = SqliteStore::open(old);
  const auto state = store->commit_state({1});
  ASSERT_EQ(state.desired.size(), 1u);
  EXPECT_EQ(state.desired[0].wish.counts, RunCounts{.runs = 3});
  EXPECT_EQ(state.desired[0].tallies.at({1}).done, 2);
  EXPECT_EQ(state.desired[0].not_started.size(), 1u);
  EXPECT_TRUE(state.suites[0].tests[0].traits.flaky);
  EXPECT_FALSE(state.suites[0].tests[1].traits.flaky);
  Connection raw{old, Access::write};
  EXPECT_EQ(raw.number("SELECT wanted FROM test_desired"), 6);
  EXPECT_EQ(raw.number("SELECT count(*) FROM pragma_foreign_key_check"), 0);
  EXPECT_EQ(raw.number("PRAGMA foreign_keys"), 1);
}

TEST_F(OpenStore, RefusesTheFileOfANewerProgram) {
  store_.reset();
  Connection{file(), Access::write}.script("PRAGMA user_version = 1000");
  EXPECT_NE(fault_of_opening(file()).find("start the newer program"), std::string::npos);
}

TEST_F(OpenStore, RefusesAnotherProgramsDatabase) {
  const auto other = dir_.file("other.db");
  Connection{other, Access::write}.script("CREATE TABLE notes (text TEXT)");
  EXPECT_NE(fault_of_opening(other).find("another program"), std::string::npos);
}

TEST_F(OpenStore, SaysThatADamagedFileIsDamaged) {
  const auto broken = dir_.file("broken.db");
  std::ofstream{broken} << std::string(8192, 'x');
  EXPECT_NE(fault_of_opening(broken).find("is damaged"), std::string::npos);
}

TEST_F(OpenStore, SaysThatAFolderIsMissing) {
  EXPECT_NE(fault_of_opening(dir_.file("no/such/folder.db")).find("can't be opened"),
            std::string::npos);
}

TEST_F(OpenStore, LosesNothingThatWasCommittedWhenTheProcessDies) {
  store_.reset();
  const auto child = fork();
  if (child == 0) {
    const auto dying = SqliteStore::open(file());
    for (int number = 1; number <= 50; ++number) {
      dying->commit({change::CommitsFound{repo_, {info(number)}}}, clock_.now);
    }
    dying->commit({change::CommitsFound{repo_, {info(51)}}}, clock_.now);
    _exit(0);  // nothing is closed
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  store_ = SqliteStore::open(file());
  for (int number = 1; number <= 51; ++number) {
    EXPECT_TRUE(store_->find_commit(repo_, sha(number))) << number;
  }
  EXPECT_EQ(answer("PRAGMA integrity_check"), "ok");
}

TEST_F(OpenStore, ForgetsATransactionThatTheProcessDiedIn) {
  store_.reset();
  const auto child = fork();
  if (child == 0) {
    const auto dying = SqliteStore::open(file());
    // The second change names no repository: the process ends in the middle of the transaction.
    if (std::freopen("/dev/null", "w", stderr) == nullptr) _exit(1);
    dying->commit({change::CommitsFound{repo_, {info(1)}}, change::RepoFailed{{999}, "x"}},
                  clock_.now);
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  store_ = SqliteStore::open(file());
  EXPECT_FALSE(store_->find_commit(repo_, sha(1)));
  EXPECT_EQ(answer("PRAGMA integrity_check"), "ok");
}

TEST_F(OpenStore, RevisionRisesByOneWithEachTransaction) {
  const auto first = commit({}).revision;
  EXPECT_EQ(commit({}).revision, first + 1);
  reopen();
  EXPECT_EQ(commit({change::RepoFailed{repo_, "gone"}}).revision, first + 2);
}

}  // namespace
}  // namespace testlooper::store
