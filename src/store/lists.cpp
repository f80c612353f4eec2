#include "store/lists.hpp"

#include "testlooper/base/check.hpp"

#include "store/json.hpp"

namespace testlooper::store {
namespace {

struct SuiteRow {
  SuiteId id;
  CommitId commit;
  RepoId repo;
  std::string name;
  std::int64_t tests = 0;
};

SuiteRow suite_row(Connection& db, SuiteId suite) {
  auto row = db.query(
      "SELECT s.commit_id, c.repo_id, s.name, s.tests FROM test_suites s"
      " JOIN repo_commits c ON c.id = s.commit_id WHERE s.id = ?",
      suite);
  TL_CHECK(row.next());
  return {suite, row.id<CommitId>(0), row.id<RepoId>(1), row.text(2), row.integer(3)};
}

// Returns how many of them the commit did not have yet.
std::int64_t add_tests(Connection& db, const SuiteRow& suite,
                       const std::vector<ListedTest>& tests) {
  auto position = suite.tests;
  for (const auto& listed : tests) {
    const auto test = test_id(db, suite.repo, suite.name, listed.test);
    const bool is_new =
        db.run(
            "INSERT INTO test_rollups (commit_id, test_id, suite_id, position, labels)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            suite.commit, test, suite.id, position, codec::to_json(listed.labels)) == 1;
    if (is_new) ++position;
  }
  return position - suite.tests;
}

}  // namespace

TestId test_id(Connection& db, RepoId repo, const std::string& suite, const TestName& test) {
  const TestId known{db.number(
      "SELECT id FROM test_tests WHERE repo_id = ? AND suite = ? AND path = ? AND name = ?", repo,
      suite, test.path, test.name)};
  if (known) return known;
  return {db.insert("INSERT INTO test_tests (repo_id, suite, path, name) VALUES (?, ?, ?, ?)", repo,
                    suite, test.path, test.name)};
}

void extend_list(Applying& in, SuiteId suite, const std::vector<ListedTest>& tests) {
  auto& db = in.db;
  const auto row = suite_row(db, suite);
  const auto added = add_tests(db, row, tests);
  db.run("UPDATE test_suites SET tests = tests + ? WHERE id = ?", added, suite);
  db.run(
      "INSERT INTO test_summaries (commit_id, tests) VALUES (?, ?)"
      " ON CONFLICT (commit_id) DO UPDATE SET tests = tests + excluded.tests",
      row.commit, added);
  if (added > 0) in.recount.insert(row.commit);
}

}  // namespace testlooper::store
