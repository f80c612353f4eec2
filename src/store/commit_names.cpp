#include "store/commit_names.hpp"

#include <optional>

namespace testlooper::store {
namespace {

constexpr std::size_t kShortestSha = 4;

// By a full id, a branch or a tag. Ids come first: nobody can push a branch that hides a commit.
std::optional<CommitId> commit_of_whole_name(Connection& db, const RepoRow& repo,
                                             const std::string& name) {
  if (const auto commit = find_commit(db, repo.id, name)) return commit;
  for (const Sql heads :
       {Sql{"SELECT sha FROM repo_branches WHERE repo_id = ? AND name = ? AND deleted_at IS NULL"},
        Sql{"SELECT sha FROM repo_tags WHERE repo_id = ? AND name = ?"}}) {
    auto row = db.query(heads, repo.id, name);
    if (!row.next()) continue;
    if (const auto commit = find_commit(db, repo.id, row.text(0))) return commit;
  }
  return std::nullopt;
}

// A sha that begins as asked; hex digits are all below 'g'.
Result<CommitId> commit_of_prefix(Connection& db, const RepoRow& repo, const std::string& sha) {
  if (sha.size() < kShortestSha) {
    return not_found("there is no branch or tag " + sha + " in " + repo.name +
                     ", and an id has at least " + std::to_string(kShortestSha) + " digits");
  }
  auto rows =
      db.query("SELECT id FROM repo_commits WHERE repo_id = ? AND sha >= ? AND sha < ? LIMIT 2",
               repo.id, sha, sha + "g");
  if (!rows.next())
    return not_found("there is no branch, tag or commit " + sha + " in " + repo.name);
  const auto commit = rows.id<CommitId>(0);
  if (rows.next()) return not_found("several commits of " + repo.name + " begin with " + sha);
  return commit;
}

}  // namespace

Result<CommitId> commit_named(Connection& db, const RepoRow& repo, const std::string& name) {
  if (const auto exact = commit_of_whole_name(db, repo, name)) return *exact;
  return commit_of_prefix(db, repo, name);
}

}  // namespace testlooper::store
