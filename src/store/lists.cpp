#include "store/lists.hpp"

#include <algorithm>

#include "testlooper/base/check.hpp"
#include "testlooper/domain/commit_state.hpp"

#include "core/filter.hpp"
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

// The tests that the commit did not have yet.
std::vector<KnownTest> add_tests(Connection& db, const SuiteRow& suite,
                                 const std::vector<ListedTest>& tests) {
  std::vector<KnownTest> added;
  auto position = suite.tests;
  for (const auto& listed : tests) {
    const auto test = test_id(db, suite.repo, suite.name, listed.test);
    const bool is_new =
        db.run(
            "INSERT INTO test_rollups (commit_id, test_id, suite_id, position, labels)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            suite.commit, test, suite.id, position, codec::to_json(listed.labels)) == 1;
    if (!is_new) continue;
    ++position;
    added.push_back({test, listed.test, listed.labels});
  }
  return added;
}

void add_wanted(Connection& db, const SuiteRow& suite, const std::vector<KnownTest>& tests) {
  auto wishes = db.query("SELECT id, filter FROM test_desired WHERE commit_id = ?", suite.commit);
  while (wishes.next()) {
    const auto matcher = core::TestMatcher::make(parse_json<TestFilter>(wishes.view(1)));
    if (!matcher) continue;  // matches nothing, as for the reactors
    const auto matching = std::ranges::count_if(
        tests, [&](const KnownTest& test) { return matcher->matches(suite.name, test); });
    db.run("UPDATE test_desired SET tests = tests + ? WHERE id = ?", matching, wishes.integer(0));
  }
}

std::int64_t count_listed(Connection& db, CommitId commit, const TestFilter& filter) {
  if (filter == TestFilter{}) {
    return db.number("SELECT tests FROM test_summaries WHERE commit_id = ?", commit);
  }
  const auto matcher = core::TestMatcher::make(filter);
  if (!matcher) return 0;
  std::int64_t count = 0;
  auto rows = db.query(
      "SELECT t.suite, t.path, t.name, r.labels FROM test_rollups r JOIN test_tests t"
      " ON t.id = r.test_id WHERE r.commit_id = ?",
      commit);
  while (rows.next()) {
    KnownTest test{{}, {rows.text(1), rows.text(2)}, {}};
    if (filter.labels) test.labels = parse_json<std::vector<std::string>>(rows.view(3));
    if (matcher->matches(rows.text(0), test)) ++count;
  }
  return count;
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

void extend_list(Connection& db, SuiteId suite, const std::vector<ListedTest>& tests) {
  const auto row = suite_row(db, suite);
  const auto added = add_tests(db, row, tests);
  db.run("UPDATE test_suites SET tests = tests + ? WHERE id = ?", added.size(), suite);
  db.run(
      "INSERT INTO test_summaries (commit_id, tests) VALUES (?, ?)"
      " ON CONFLICT (commit_id) DO UPDATE SET tests = tests + excluded.tests",
      row.commit, added.size());
  if (!added.empty()) add_wanted(db, row, added);
}

void count_wanted(Connection& db, DesiredId desired, CommitId commit, const TestFilter& filter) {
  db.run("UPDATE test_desired SET tests = ? WHERE id = ?", count_listed(db, commit, filter),
         desired);
}

}  // namespace testlooper::store
