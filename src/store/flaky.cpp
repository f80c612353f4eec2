#include "store/flaky.hpp"

#include "testlooper/base/limits.hpp"

namespace testlooper::store {

void watch(Connection& db, RepoId repo, TestId test) {
  const auto added = db.run(
      "INSERT INTO test_flaky (test_id, repo_id) VALUES (?, ?) ON CONFLICT DO NOTHING", test, repo);
  if (added == 0) return;
  db.run(
      "INSERT INTO test_evidence SELECT r.test_id, r.commit_id FROM repo_commits c"
      " CROSS JOIN test_rollups r ON r.commit_id = c.id AND r.test_id = ?2"
      " WHERE c.repo_id = ?1 AND r.last_run IS NOT NULL ORDER BY c.id DESC LIMIT ?3",
      repo, test, limits::kFlakyHistoryCommits);
}

void note_evidence(Connection& db, RepoId repo, CommitId commit, TestId test, bool mixed) {
  if (db.run("UPDATE test_flaky SET due = 1 WHERE test_id = ?", test) == 0) {
    if (mixed) watch(db, repo, test);
    return;
  }
  db.run("INSERT INTO test_evidence VALUES (?, ?) ON CONFLICT DO NOTHING", test, commit);
}

void assess_again(Connection& db, TestId test) {
  db.run("UPDATE test_flaky SET due = 1 WHERE test_id = ?", test);
}

}  // namespace testlooper::store
