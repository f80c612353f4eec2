#include "store/traits.hpp"

#include <string>

#include "testlooper/base/limits.hpp"

namespace testlooper::store {
namespace {

// The plan is known, and no suite of it waits for its list or failed to give one.
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

std::unordered_set<TestId> tests_of(Connection& db, CommitId commit) {
  std::unordered_set<TestId> tests;
  auto rows = db.query("SELECT test_id FROM test_rollups WHERE commit_id = ?", commit);
  while (rows.next()) tests.insert(rows.id<TestId>(0));
  return tests;
}

}  // namespace

std::unordered_set<TestId> known_flakes(Connection& db, CommitId commit) {
  std::unordered_set<TestId> flakes;
  auto rows = db.query(
      "WITH RECURSIVE line (id, steps) AS ("
      " SELECT ?1, 0 UNION"
      " SELECT c.id, steps + 1 FROM line JOIN repo_commits me ON me.id = line.id"
      "  JOIN repo_parents p ON p.commit_id = line.id"
      "  JOIN repo_commits c ON c.repo_id = me.repo_id AND c.sha = p.parent_sha"
      "  WHERE steps < ?2)"
      " SELECT DISTINCT f.test_id FROM line CROSS JOIN test_flakes f ON f.commit_id = line.id",
      commit, limits::kFlakeMemoryCommits);
  while (rows.next()) flakes.insert(rows.id<TestId>(0));
  return flakes;
}

std::unordered_set<TestId> new_tests(Connection& db, CommitId commit) {
  const auto parents = listed_parents(db, commit);
  if (parents.empty()) return {};
  auto tests = tests_of(db, commit);
  for (const auto& parent : parents) {
    for (const auto& known : tests_of(db, parent)) tests.erase(known);
  }
  return tests;
}

std::vector<CommitId> heirs_of_flakes(Connection& db, CommitId commit) {
  std::vector<CommitId> heirs;
  auto rows = db.query(
      "WITH RECURSIVE line (id, steps) AS ("
      " SELECT ?1, 0 UNION"
      " SELECT c.id, steps + 1 FROM line JOIN repo_commits me ON me.id = line.id"
      "  JOIN repo_parents p ON p.parent_sha = me.sha"
      "  JOIN repo_commits c ON c.id = p.commit_id AND c.repo_id = me.repo_id"
      "  WHERE steps < ?2)"
      " SELECT DISTINCT line.id FROM line WHERE EXISTS (SELECT 1 FROM test_desired d"
      "  WHERE d.commit_id = line.id AND d.stopped_at IS NULL AND d.flake_runs > d.runs)",
      commit, limits::kFlakeMemoryCommits);
  while (rows.next()) heirs.push_back(rows.id<CommitId>(0));
  return heirs;
}

std::vector<CommitId> children_with_new_runs(Connection& db, CommitId commit) {
  std::vector<CommitId> children;
  if (!is_listed(db, commit)) return children;
  auto rows = db.query(
      "SELECT c.id FROM repo_commits me JOIN repo_parents p ON p.parent_sha = me.sha"
      " JOIN repo_commits c ON c.id = p.commit_id AND c.repo_id = me.repo_id"
      " WHERE me.id = ? AND EXISTS (SELECT 1 FROM test_desired d"
      "  WHERE d.commit_id = c.id AND d.stopped_at IS NULL AND d.new_runs > d.runs)",
      commit);
  while (rows.next()) children.push_back(rows.id<CommitId>(0));
  return children;
}

}  // namespace testlooper::store
