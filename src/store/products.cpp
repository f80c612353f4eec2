#include "store/products.hpp"

namespace testlooper::store {

std::set<ImageKey> needed_images(Connection& db, CommitId commit) {
  std::set<ImageKey> keys;
  auto rows = db.query(
      "SELECT image_key FROM test_configs WHERE commit_id = ?1"
      " UNION ALL SELECT image_key FROM test_environments WHERE commit_id = ?1"
      " UNION ALL SELECT set_up_key FROM test_environments WHERE commit_id = ?1"
      " UNION ALL SELECT set_up_key FROM test_builds WHERE commit_id = ?1",
      commit);
  while (rows.next()) keys.insert(rows.text(0));
  keys.erase("");  // unsupported, or no set-up
  return keys;
}

std::set<ArtifactKey> needed_artifacts(Connection& db, CommitId commit) {
  std::set<ArtifactKey> keys;
  auto rows = db.query("SELECT artifact_key FROM test_builds WHERE commit_id = ?", commit);
  while (rows.next()) keys.insert(rows.text(0));
  return keys;
}

void touch_users_of(Applying& in, RepoId repo, const std::string& key) {
  auto commits = in.db.query(
      "SELECT c.id FROM repo_commits c WHERE c.repo_id = ?1 AND c.id IN ("
      " SELECT commit_id FROM test_configs WHERE image_key = ?2"
      " UNION SELECT commit_id FROM test_environments WHERE image_key = ?2"
      " UNION SELECT commit_id FROM test_environments WHERE set_up_key = ?2 AND set_up_key <> ''"
      " UNION SELECT commit_id FROM test_builds WHERE set_up_key = ?2 AND set_up_key <> ''"
      " UNION SELECT commit_id FROM test_builds WHERE artifact_key = ?2"
      ") AND (c.settled = 0"
      " OR EXISTS (SELECT 1 FROM test_desired d WHERE d.commit_id = c.id"
      "  AND d.done + d.given_up < d.wanted)"
      " OR EXISTS (SELECT 1 FROM test_suites s WHERE s.commit_id = c.id AND s.listed = 'missing')"
      " OR NOT EXISTS (SELECT 1 FROM test_plans p WHERE p.commit_id = c.id))",
      repo, key);
  while (commits.next()) in.touched.insert(commits.id<CommitId>(0));
}

void drop_artifact(Applying& in, RepoId repo, const ArtifactKey& key) {
  auto row = in.db.query(
      "SELECT volume FROM engine_outputs WHERE repo_id = ? AND key = ? AND state = 'ok'", repo,
      key);
  if (row.next()) in.dropped_volumes.push_back(row.text(0));
  in.db.run("DELETE FROM engine_outputs WHERE repo_id = ? AND key = ?", repo, key);
}

void forget_failed_products(Applying& in, CommitId commit) {
  const RepoId repo{in.db.number("SELECT repo_id FROM repo_commits WHERE id = ?", commit)};
  for (const auto& key : needed_images(in.db, commit)) {
    const auto forgotten = in.db.run(
        "DELETE FROM engine_images WHERE repo_id = ? AND key = ? AND state = 'failed'", repo, key);
    if (forgotten == 1) touch_users_of(in, repo, key);
  }
  for (const auto& key : needed_artifacts(in.db, commit)) {
    const auto forgotten = in.db.run(
        "DELETE FROM engine_outputs WHERE repo_id = ? AND key = ? AND state = 'failed'", repo, key);
    if (forgotten == 1) touch_users_of(in, repo, key);
  }
}

}  // namespace testlooper::store
