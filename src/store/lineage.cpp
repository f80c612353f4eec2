#include "store/lineage.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "testlooper/base/check.hpp"
#include "testlooper/base/limits.hpp"

#include "store/flaky.hpp"
#include "store/lists.hpp"
#include "store/names.hpp"
#include "store/traits.hpp"

namespace testlooper::store {
namespace {

bool lists_more_than(Connection& db, CommitId commit, CommitId other) {
  return db.number(
             "SELECT EXISTS (SELECT 1 FROM test_rollups r"
             " JOIN test_suites s ON s.id = r.suite_id AND s.imported = 0"
             " WHERE r.commit_id = ?1 AND NOT EXISTS"
             " (SELECT 1 FROM test_rollups o WHERE o.commit_id = ?2 AND o.test_id = r.test_id))",
             commit, other) == 1;
}

void make_due(Connection& db, CommitId commit, CommitId parent) {
  if (!lists_more_than(db, commit, parent) || !lists_more_than(db, parent, commit)) return;
  db.run("INSERT INTO test_lineages (commit_id, parent_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
         commit, parent);
}

// Of `commit`, those that `other` does not list.
std::vector<SuiteTest> listed_only_at(Connection& db, CommitId commit, CommitId other) {
  std::vector<SuiteTest> tests;
  auto rows = db.query(
      "SELECT t.suite, t.path, t.name FROM test_rollups r JOIN test_tests t ON t.id = r.test_id"
      " JOIN test_suites s ON s.id = r.suite_id AND s.imported = 0"
      " WHERE r.commit_id = ?1 AND NOT EXISTS"
      " (SELECT 1 FROM test_rollups o WHERE o.commit_id = ?2 AND o.test_id = r.test_id)"
      " ORDER BY r.test_id LIMIT ?3",
      commit, other, limits::kLineageListed + 1);
  while (rows.next()) tests.push_back({rows.text(0), {rows.text(1), rows.text(2)}});
  return tests;
}

std::string sha_of(Connection& db, CommitId commit) {
  auto row = db.query("SELECT sha FROM repo_commits WHERE id = ?", commit);
  TL_CHECK(row.next());
  return row.text(0);
}

bool asks_for_new(Connection& db, CommitId commit) {
  return db.number(
             "SELECT EXISTS (SELECT 1 FROM test_desired WHERE commit_id = ?"
             " AND stopped_at IS NULL AND new_runs > runs)",
             commit) == 1;
}

}  // namespace

void note_listed(Applying& in, CommitId commit) {
  for (const auto& parent : listed_parents(in.db, commit)) make_due(in.db, commit, parent);
  for (const auto& child : listed_children(in.db, commit)) make_due(in.db, child, commit);
}

void compare_again(Connection& db, CommitId commit) {
  db.run("UPDATE test_lineages SET compared = 0, error = '' WHERE commit_id = ? AND error <> ''",
         commit);
}

std::vector<LineagePair> due_lineages(Connection& db, int limit) {
  std::vector<LineagePair> due;
  auto rows = db.query(
      "SELECT c.repo_id, l.commit_id, l.parent_id FROM test_lineages l"
      " CROSS JOIN repo_commits c ON c.id = l.commit_id"
      " CROSS JOIN repo_repos r ON r.id = c.repo_id"
      " WHERE l.compared = 0 AND r.standing = 'active'"
      " ORDER BY l.commit_id DESC, l.parent_id LIMIT ?",
      limit);
  while (rows.next()) {
    due.push_back({rows.id<RepoId>(0), rows.id<CommitId>(1), rows.id<CommitId>(2)});
  }
  return due;
}

Result<LineageQuery> lineage_query(Connection& db, const LineagePair& pair) {
  LineageQuery query;
  query.tests.gone = listed_only_at(db, pair.parent, pair.commit);
  query.tests.added = listed_only_at(db, pair.commit, pair.parent);
  const auto most = std::max(query.tests.gone.size(), query.tests.added.size());
  if (std::cmp_greater(most, limits::kLineageListed)) {
    return invalid("more than " + std::to_string(limits::kLineageListed) +
                   " tests have come or gone: their names are not followed");
  }
  query.before = sha_of(db, pair.parent);
  query.after = sha_of(db, pair.commit);
  auto row = db.query("SELECT git_dir FROM repo_repos WHERE id = ?", pair.repo);
  TL_CHECK(row.next());
  query.git_dir = row.text(0);
  return query;
}

bool awaits_lineage(Connection& db, CommitId commit) {
  return db.number(
             "SELECT EXISTS (SELECT 1 FROM test_lineages WHERE commit_id = ? AND compared = 0)",
             commit) == 1;
}

std::unordered_multimap<TestId, TestId> earlier_names(Connection& db, CommitId commit) {
  std::unordered_multimap<TestId, TestId> names;
  auto rows = db.query("SELECT test_id, was_id FROM test_continued WHERE commit_id = ?", commit);
  while (rows.next()) names.emplace(rows.id<TestId>(0), rows.id<TestId>(1));
  return names;
}

std::unordered_map<TestId, TestId> earlier_names(Connection& db, CommitId commit, CommitId parent) {
  std::unordered_map<TestId, TestId> names;
  auto rows =
      db.query("SELECT test_id, was_id FROM test_continued WHERE commit_id = ? AND parent_id = ?",
               commit, parent);
  while (rows.next()) names.emplace(rows.id<TestId>(0), rows.id<TestId>(1));
  return names;
}

std::vector<TestId> names_of(Connection& db, TestId test) {
  std::vector<TestId> names{test};
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto rows = db.query(
        "SELECT was_id FROM test_continued WHERE test_id = ?1 UNION"
        " SELECT test_id FROM test_continued WHERE was_id = ?1 ORDER BY 1 DESC",
        names[i]);
    while (rows.next() && names.size() < limits::kNamesOfTest) {
      const auto name = rows.id<TestId>(0);
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

void apply(Applying& in, const change::LineageFound& change) {
  const auto& [repo, commit, parent] = change.pair;
  const auto due = in.db.run(
      "UPDATE test_lineages SET compared = 1, error = ?"
      " WHERE commit_id = ? AND parent_id = ? AND compared = 0",
      change.error, commit, parent);
  TL_CHECK(due == 1);
  for (const auto& each : change.continued) {
    const auto is = test_id(in.db, repo, each.is.suite, each.is.test);
    const auto was = test_id(in.db, repo, each.was.suite, each.was.test);
    in.db.run("INSERT INTO test_continued VALUES (?, ?, ?, ?, ?)", commit, parent, is, was,
              name_of(each.how));
    assess_again(in.db, is);
    assess_again(in.db, was);
  }
  // What was awaited before anything is called new is there.
  if (asks_for_new(in.db, commit)) {
    in.touched.insert(commit);
    in.recount.insert(commit);
  }
  if (change.continued.empty()) return;
  in.touched.insert(commit);
  for (const auto& heir : heirs_of_flakes(in.db, commit)) {
    in.touched.insert(heir);
    in.recount.insert(heir);
  }
}

}  // namespace testlooper::store
