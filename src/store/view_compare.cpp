// Two commits' tests, as they are listed, with their counts.
#include <algorithm>
#include <map>

#include "store/commit_names.hpp"
#include "store/rollups.hpp"
#include "store/view_pages.hpp"
#include "store/view_parts.hpp"

namespace testlooper::store {
namespace {

std::vector<std::string> parents_of(Connection& db, CommitId commit) {
  std::vector<std::string> parents;
  auto rows =
      db.query("SELECT parent_sha FROM repo_parents WHERE commit_id = ? ORDER BY position", commit);
  while (rows.next()) parents.push_back(rows.text(0));
  return parents;
}

ListedCommit listed_commit(Connection& db, CommitId id) {
  ListedCommit commit;
  {
    auto row = db.query("SELECT sha, message, committed_at FROM repo_commits WHERE id = ?", id);
    row.next();
    commit.sha = row.text(0);
    commit.subject = first_line(row.view(1));
    commit.committed_at = row.time(2);
  }
  commit.parents = parents_of(db, id);
  commit.planned =
      db.number("SELECT 1 FROM test_plans WHERE commit_id = ? AND error IS NULL", id) == 1;
  auto suites = db.query(
      "SELECT name FROM test_suites WHERE commit_id = ? AND listed <> 'ok' ORDER BY name", id);
  while (suites.next()) commit.unlisted.push_back(suites.text(0));
  auto tests = db.query(
      "SELECT t.id, t.suite, t.path, t.name, r.passed, r.failed, r.error, r.skipped, r.xfailed,"
      " r.xpassed, r.timed_out, r.crashed, r.infra FROM test_rollups r"
      " JOIN test_tests t ON t.id = r.test_id WHERE r.commit_id = ?",
      id);
  while (tests.next()) {
    const auto counts = read_counts(tests, 4);
    commit.tests.push_back({.id = tests.id<TestId>(0),
                            .name = {tests.text(1), {tests.text(2), tests.text(3)}},
                            .counts = counts,
                            .shown = to_counts(counts),
                            .verdict = std::string{verdict(counts)}});
  }
  return commit;
}

Result<CommitId> first_parent(Connection& db, const RepoRow& repo, CommitId head) {
  const auto parents = parents_of(db, head);
  const auto sha = commit_sha(db, head).substr(0, 12);
  if (parents.empty()) {
    return not_found("commit " + sha + " is the first one: name a base to compare it with");
  }
  const auto parent = find_commit(db, repo.id, parents.front());
  if (!parent) {
    return not_found("the parent of commit " + sha +
                     " is older than what is stored: name a base to compare it with");
  }
  return parent;
}

}  // namespace

Result<ListedPair> listed_pair(Connection& db, const CompareQuery& query) {
  const auto repo = find_repo(db, query.repo);
  if (!repo) return std::unexpected(repo.error());
  const auto head = commit_named(db, *repo, query.head);
  if (!head) return std::unexpected(head.error());
  const auto base =
      query.base.empty() ? first_parent(db, *repo, *head) : commit_named(db, *repo, query.base);
  if (!base) return std::unexpected(base.error());
  ListedPair pair;
  pair.revision = read_revision(db);
  pair.repo = repo->name;
  auto row = db.query("SELECT git_dir FROM repo_repos WHERE id = ?", repo->id);
  row.next();
  pair.git_dir = row.text(0);
  pair.base = listed_commit(db, *base);
  pair.head = listed_commit(db, *head);
  return pair;
}

}  // namespace testlooper::store
