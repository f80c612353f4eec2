#include "store/traits.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "testlooper/base/limits.hpp"

#include "store/lineage.hpp"
#include "store/lists.hpp"

namespace testlooper::store {
namespace {

// Commit ?1 and its ancestors within ?2 steps.
#define TL_ANCESTORS                                                          \
  "WITH RECURSIVE line (id, steps) AS ("                                      \
  " SELECT ?1, 0 UNION"                                                       \
  " SELECT c.id, steps + 1 FROM line JOIN repo_commits me ON me.id = line.id" \
  "  JOIN repo_parents p ON p.commit_id = line.id"                            \
  "  JOIN repo_commits c ON c.repo_id = me.repo_id AND c.sha = p.parent_sha"  \
  "  WHERE steps < ?2)"

std::unordered_set<TestId> tests_of(Connection& db, CommitId commit) {
  std::unordered_set<TestId> tests;
  auto rows = db.query("SELECT test_id FROM test_rollups WHERE commit_id = ?", commit);
  while (rows.next()) tests.insert(rows.id<TestId>(0));
  return tests;
}

// Oldest first, so that a name leads to the next one.
void follow_names(Connection& db, CommitId commit,
                  std::unordered_map<TestId, std::int64_t>& since) {
  auto rows = db.query(TL_ANCESTORS
                       " SELECT DISTINCT n.was_id, n.test_id, c.generation FROM line"
                       "  CROSS JOIN test_continued n ON n.commit_id = line.id"
                       "  CROSS JOIN repo_commits c ON c.id = line.id ORDER BY c.generation",
                       commit, limits::kFlakeMemoryCommits);
  while (rows.next()) {
    const auto was = since.find(rows.id<TestId>(0));
    const auto generation = rows.integer(2);
    if (was == since.end() || was->second >= generation) continue;
    auto& known = since.try_emplace(rows.id<TestId>(1), generation).first->second;
    known = std::min(known, generation);
  }
}

}  // namespace

std::unordered_set<TestId> known_flakes(Connection& db, CommitId commit) {
  // With the generation of the first commit of the line that knows it: what was renamed goes on
  // with what was known before.
  std::unordered_map<TestId, std::int64_t> since;
  auto rows = db.query(TL_ANCESTORS
                       " SELECT f.test_id, min(c.generation) FROM line"
                       "  CROSS JOIN test_flakes f ON f.commit_id = line.id"
                       "  CROSS JOIN repo_commits c ON c.id = line.id GROUP BY f.test_id",
                       commit, limits::kFlakeMemoryCommits);
  while (rows.next()) since.emplace(rows.id<TestId>(0), rows.integer(1));
  if (!since.empty()) follow_names(db, commit, since);
  std::unordered_set<TestId> flakes;
  for (const auto& [test, generation] : since) flakes.insert(test);
  return flakes;
}

std::unordered_set<TestId> new_tests(Connection& db, CommitId commit) {
  const auto parents = listed_parents(db, commit);
  if (parents.empty() || awaits_lineage(db, commit)) return {};
  auto tests = tests_of(db, commit);
  for (const auto& parent : parents) {
    for (const auto& known : tests_of(db, parent)) tests.erase(known);
  }
  for (const auto& [test, was] : earlier_names(db, commit)) tests.erase(test);
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
