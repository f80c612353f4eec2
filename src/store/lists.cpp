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
    if (is_new || listed.labels.empty()) continue;
    // A report told of it before any list.
    db.run(
        "UPDATE test_rollups SET labels = ? WHERE commit_id = ? AND test_id = ? AND labels = '[]'",
        codec::to_json(listed.labels), suite.commit, test);
  }
  return position - suite.tests;
}

}  // namespace

bool is_listed(Connection& db, CommitId commit) {
  return db.number(
             "SELECT 1 FROM test_plans p WHERE p.commit_id = ? AND p.error IS NULL"
             " AND NOT EXISTS (SELECT 1 FROM test_suites s WHERE s.commit_id = p.commit_id"
             "  AND s.listed <> 'ok')",
             commit) == 1;
}

std::vector<CommitId> listed_parents(Connection& db, CommitId commit) {
  std::vector<CommitId> parents;
  auto rows = db.query(
      "SELECT c.id FROM repo_parents p JOIN repo_commits me ON me.id = p.commit_id"
      " JOIN repo_commits c ON c.repo_id = me.repo_id AND c.sha = p.parent_sha"
      " WHERE p.commit_id = ?",
      commit);
  while (rows.next()) {
    if (is_listed(db, rows.id<CommitId>(0))) parents.push_back(rows.id<CommitId>(0));
  }
  return parents;
}

std::vector<CommitId> listed_children(Connection& db, CommitId commit) {
  std::vector<CommitId> children;
  auto rows = db.query(
      "SELECT DISTINCT c.id FROM repo_commits me JOIN repo_parents p ON p.parent_sha = me.sha"
      " JOIN repo_commits c ON c.id = p.commit_id AND c.repo_id = me.repo_id WHERE me.id = ?",
      commit);
  while (rows.next()) {
    if (is_listed(db, rows.id<CommitId>(0))) children.push_back(rows.id<CommitId>(0));
  }
  return children;
}

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
