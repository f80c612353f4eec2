#include "store/images.hpp"

namespace testlooper::store {

std::set<ImageKey> needed_images(Connection& db, CommitId commit) {
  std::set<ImageKey> keys;
  auto rows = db.query(
      "SELECT image_key FROM test_configs WHERE commit_id = ?1 AND image_key <> ''"
      " UNION ALL"
      " SELECT image_key FROM test_environments WHERE commit_id = ?1 AND image_key <> ''",
      commit);
  while (rows.next()) keys.insert(rows.text(0));
  return keys;
}

void touch_users_of_image(Applying& in, RepoId repo, const ImageKey& key) {
  auto commits = in.db.query(
      "SELECT c.id FROM repo_commits c WHERE c.repo_id = ?1 AND (c.settled = 0"
      " OR EXISTS (SELECT 1 FROM test_desired d WHERE d.commit_id = c.id"
      "  AND d.done + d.given_up < d.wanted)"
      " OR EXISTS (SELECT 1 FROM test_suites s WHERE s.commit_id = c.id AND s.listed = 'missing')"
      " OR NOT EXISTS (SELECT 1 FROM test_plans p WHERE p.commit_id = c.id)) AND ("
      " EXISTS (SELECT 1 FROM test_configs f WHERE f.commit_id = c.id AND f.image_key = ?2)"
      " OR EXISTS (SELECT 1 FROM test_environments e WHERE e.commit_id = c.id"
      "  AND e.image_key = ?2))",
      repo, key);
  while (commits.next()) in.touched.insert(commits.id<CommitId>(0));
}

void forget_failed_images(Applying& in, CommitId commit) {
  const RepoId repo{in.db.number("SELECT repo_id FROM repo_commits WHERE id = ?", commit)};
  for (const auto& key : needed_images(in.db, commit)) {
    const auto forgotten = in.db.run(
        "DELETE FROM engine_images WHERE repo_id = ? AND key = ? AND state = 'failed'", repo, key);
    if (forgotten == 1) touch_users_of_image(in, repo, key);
  }
}

}  // namespace testlooper::store
