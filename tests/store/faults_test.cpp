// A disk that is full, and readers beside the writer.
#include <atomic>
#include <csignal>
#include <thread>

#include <sys/resource.h>

#include "store/changes.hpp"
#include "store/connection.hpp"
#include "store/migrations.hpp"
#include "store_world.hpp"

namespace testlooper::store {
namespace {

// No file may grow beyond a size while this lives, so writes fail as they do on a broken disk.
class FilesCannotGrow {
 public:
  explicit FilesCannotGrow(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    EXPECT_EQ(getrlimit(RLIMIT_FSIZE, &before_), 0);
    auto limit = before_;
    limit.rlim_cur = bytes;
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  ~FilesCannotGrow() { EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &before_), 0); }

 private:
  rlimit before_{};
};

class FailingDisk : public StoreWorld {};

TEST_F(FailingDisk, UndoesTheWholeTransactionAndTheStoreGoesOnWhenItRecovers) {
  add_line(3);
  const auto revision = commit({}).revision;
  auto big = info(10);
  big.message.assign(500'000, 'x');
  {
    const FilesCannotGrow limit{std::filesystem::file_size(file() + "-wal") + 100'000};
    EXPECT_THROW(
        commit({change::CommitsFound{repo_, {info(9)}}, change::CommitsFound{repo_, {big}}}),
        StoreFault);
    EXPECT_FALSE(store_->find_commit(repo_, sha(9))) << "all or nothing";
    EXPECT_TRUE(store_->find_commit(repo_, sha(3)));
    EXPECT_TRUE(views_.branch(of_branch("")));
  }
  EXPECT_EQ(commit({change::CommitsFound{repo_, {info(9), big}}}).revision, revision + 1);
  reopen();
  EXPECT_TRUE(store_->find_commit(repo_, sha(9)));
  EXPECT_TRUE(store_->find_commit(repo_, sha(10)));
}

class FullDisk : public StoreWorld {
 protected:
  // Only a connection's own page limit makes SQLite say "full" without a file system made for it,
  // so a connection of the test stands for the store's.
  FullDisk() { store_.reset(); }

  void fill(Connection& db, int first, int last) {
    for (int number = first; number <= last; ++number) {
      Transaction transaction{db, Transaction::Kind::write};
      Applying in{db, clock_.now};
      auto big = info(number);
      big.message.assign(3000, 'x');
      apply(in, change::CommitsFound{repo_, {big}});
      transaction.commit();
    }
  }
  static std::int64_t commits(Connection& db) {
    return db.number("SELECT count(*) FROM repo_commits");
  }
};

TEST_F(FullDisk, IsAFaultThatSaysSoUndoesTheTransactionAndPasses) {
  Connection db{file(), Access::write};
  const auto pages = db.number("PRAGMA page_count");
  db.script("PRAGMA max_page_count = " + std::to_string(pages + 10));
  std::string fault;
  try {
    fill(db, 1, 1000);
  } catch (const StoreFault& full) {
    fault = full.what();
  }
  EXPECT_NE(fault.find("the disk is full"), std::string::npos) << fault;
  EXPECT_FALSE(db.in_transaction());
  const auto before = commits(db);
  EXPECT_GT(before, 0);
  EXPECT_LT(before, 1000);
  EXPECT_EQ(db.number("SELECT count(*) FROM repo_parents"), 0);

  db.script("PRAGMA max_page_count = 1000000");  // space came back
  fill(db, 2000, 2009);
  EXPECT_EQ(commits(db), before + 10);
  auto check = db.query("PRAGMA integrity_check");
  ASSERT_TRUE(check.next());
  EXPECT_EQ(check.text(0), "ok");
}

TEST_F(FullDisk, PagesAreReadAllTheSame) {
  Connection db{file(), Access::write};
  db.script("PRAGMA max_page_count = " + std::to_string(db.number("PRAGMA page_count")));
  EXPECT_THROW(fill(db, 1, 1000), StoreFault);
  EXPECT_TRUE(views_.repos());
}

class DamagedFile : public StoreWorld {};

TEST_F(DamagedFile, IsAFaultForTheEngineAndUnavailableForPages) {
  add_line(200);
  reopen();
  store_.reset();
  {
    // All pages but the first are overwritten: the file opens, and its tables are rubbish.
    auto* damaged = std::fopen(file().c_str(), "r+b");
    ASSERT_NE(damaged, nullptr);
    std::fseek(damaged, 0, SEEK_END);
    const auto size = std::ftell(damaged);
    std::fseek(damaged, 4096, SEEK_SET);
    const std::string rubbish(static_cast<std::size_t>(size) - 4096, '\x5a');
    ASSERT_EQ(std::fwrite(rubbish.data(), 1, rubbish.size(), damaged), rubbish.size());
    std::fclose(damaged);
  }
  const auto page = views_.repos();
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, ErrorKind::unavailable);
  EXPECT_NE(page.error().message.find("damaged"), std::string::npos) << page.error().message;
  EXPECT_THROW(
      {
        const auto store = SqliteStore::open(file());
        store->repos();
      },
      StoreFault);
}

class SideBySide : public StoreWorld {};

TEST_F(SideBySide, ReadersNeverHinderTheWriterNorSeeHalfATransaction) {
  add_line(2);
  prepare(1, 20);
  const auto desired = store_->commit_state(id(1)).desired[0].id;
  const auto all = tests(1);
  std::atomic<bool> done{false};
  std::atomic<int> pages_read{0};
  std::atomic<int> wrong{0};
  std::vector<std::jthread> readers;
  for (int i = 0; i < 6; ++i) {  // more than there are connections
    readers.emplace_back([&] {
      Revision newest = 0;
      while (!done) {
        const auto page = views_.commit("demo", sha(1));
        ++pages_read;
        if (!page || page->revision < newest) {
          ++wrong;
          continue;
        }
        newest = page->revision;
        // Each task runs all tests once: within a transaction the counts differ, outside never.
        for (const auto& test : page->tests) {
          if (test.counts.passed != page->tests[0].counts.passed) ++wrong;
        }
      }
    });
  }
  std::vector<TestResult> results;
  for (int i = 0; i < 20; ++i) results.push_back(result_of(named(i), Outcome::passed));
  for (int i = 0; i < 60 || pages_read < 50; ++i) {
    const auto attempt = start_runs(1, desired, all);
    finish(attempt, {change::RunsRecorded{attempt, {results, clock_.now}}});
  }
  done = true;
  readers.clear();
  EXPECT_EQ(wrong, 0);
}

TEST_F(SideBySide, TheWalIsCutAlthoughReadersComeAndGo) {
  add_line(1);
  for (int number = 10; number < 260; ++number) {
    auto big = info(number);
    big.message.assign(50'000, 'x');
    commit({change::CommitsFound{repo_, {big}}});
    ASSERT_TRUE(views_.repos());
  }
  EXPECT_LT(std::filesystem::file_size(file() + "-wal"), 8u << 20);
}

}  // namespace
}  // namespace testlooper::store
