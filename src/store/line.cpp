#include "store/line.hpp"

namespace testlooper::store {

Result<std::string> head_of(Connection& db, const RepoRow& repo, const std::string& branch) {
  auto row = db.query(
      "SELECT sha, deleted_at IS NOT NULL FROM repo_branches WHERE repo_id = ? AND name = ?",
      repo.id, branch);
  if (!row.next()) return not_found("there is no branch '" + branch + "' in " + repo.name);
  if (row.boolean(1)) return not_found("branch '" + branch + "' of " + repo.name + " was deleted");
  return row.text(0);
}

// The history of a head, newest first: SQLite takes the largest (generation, time, id) from the
// queue of commits that were reached, and a parent is always below its children, so this is one
// order for all pages of the list.
std::vector<CommitId> read_line(Connection& db, RepoId repo, const std::string& head,
                                std::optional<CommitId> before, int limit) {
  std::vector<CommitId> commits;
  auto rows = db.query(
      "WITH RECURSIVE line (generation, committed_at, id) AS ("
      " SELECT generation, committed_at, id FROM repo_commits WHERE repo_id = ?1 AND sha = ?2"
      " UNION"
      " SELECT c.generation, c.committed_at, c.id FROM line"
      "  CROSS JOIN repo_parents p ON p.commit_id = line.id"
      "  CROSS JOIN repo_commits c ON c.repo_id = ?1 AND c.sha = p.parent_sha"
      " ORDER BY 1 DESC, 2 DESC, 3 DESC)"
      " SELECT id FROM line WHERE ?3 IS NULL OR (generation, committed_at, id) <"
      "  (SELECT generation, committed_at, id FROM repo_commits WHERE id = ?3) LIMIT ?4",
      repo, head, before, limit);
  while (rows.next()) commits.push_back(rows.id<CommitId>(0));
  return commits;
}

Result<std::optional<CommitId>> commit_before(Connection& db, const RepoRow& repo,
                                              const std::optional<std::string>& sha) {
  if (!sha) return std::nullopt;
  const auto commit = find_commit(db, repo.id, *sha);
  if (!commit) return not_found("there is no commit " + *sha + " in " + repo.name);
  return commit;
}

}  // namespace testlooper::store
