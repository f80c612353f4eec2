// Changes of the repo schema.
#include <map>
#include <set>
#include <string>

#include "testlooper/base/check.hpp"

#include "store/changes.hpp"
#include "store/names.hpp"
#include "store/purge.hpp"
#include "store/rules.hpp"

namespace testlooper::store {
namespace {

std::int64_t generation_above(Connection& db, RepoId repo, const CommitInfo& commit) {
  std::int64_t highest = 0;
  for (const auto& parent : commit.parents) {
    highest = std::max(highest, db.number("SELECT generation FROM repo_commits"
                                          " WHERE repo_id = ? AND sha = ?",
                                          repo, parent));
  }
  return highest + 1;
}

// A deeper scan may find parents of commits that are stored already: those rise above them. The
// lowest goes first, so that a commit is raised once for all that is below it.
void raise_descendants(Connection& db, RepoId repo, const std::string& sha,
                       std::int64_t generation) {
  std::set<std::pair<std::int64_t, std::string>> pending{{generation, sha}};
  while (!pending.empty()) {
    const auto [below, parent] = *pending.begin();
    pending.erase(pending.begin());
    auto children = db.query(
        "SELECT c.sha FROM repo_parents p JOIN repo_commits c ON c.id = p.commit_id"
        " WHERE p.parent_sha = ? AND c.repo_id = ? AND c.generation <= ?",
        parent, repo, below);
    while (children.next()) pending.emplace(below + 1, children.text(0));
    if (below == generation) continue;
    db.run("UPDATE repo_commits SET generation = max(generation, ?) WHERE repo_id = ? AND sha = ?",
           below, repo, parent);
  }
}

void add_commit(Connection& db, RepoId repo, const CommitInfo& commit) {
  const auto generation = generation_above(db, repo, commit);
  const auto id = db.number(
      "INSERT INTO repo_commits (repo_id, sha, generation, committed_at, author, author_email,"
      " message) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (repo_id, sha) DO NOTHING RETURNING id",
      repo, commit.sha, generation, commit.committed_at, commit.author, commit.author_email,
      commit.message);
  const bool known = id == 0;
  if (known) return;
  int position = 0;
  for (const auto& parent : commit.parents) {
    db.run("INSERT INTO repo_parents VALUES (?, ?, ?)", id, position++, parent);
  }
  raise_descendants(db, repo, commit.sha, generation);
}

// Commits stay marked after a force-push: they were on the primary branch, and are as urgent.
void mark_primary(Connection& db, RepoId repo, const std::string& head) {
  db.run(
      "WITH RECURSIVE line (id, sha) AS ("
      " SELECT id, sha FROM repo_commits WHERE repo_id = ?1 AND sha = ?2 AND on_primary = 0"
      " UNION"
      " SELECT c.id, c.sha FROM line"
      "  JOIN repo_parents p ON p.commit_id = line.id"
      "  JOIN repo_commits c ON c.repo_id = ?1 AND c.sha = p.parent_sha AND c.on_primary = 0)"
      " UPDATE repo_commits SET on_primary = 1 WHERE id IN (SELECT id FROM line)",
      repo, head);
}

void set_branches(Applying& in, RepoId repo, const std::map<std::string, std::string>& branches) {
  std::vector<std::string> vanished;
  {
    auto known = in.db.query(
        "SELECT name FROM repo_branches WHERE repo_id = ? AND deleted_at IS NULL", repo);
    while (known.next()) {
      if (auto name = known.text(0); !branches.contains(name)) vanished.push_back(std::move(name));
    }
  }
  for (const auto& name : vanished) {
    in.db.run("UPDATE repo_branches SET deleted_at = ? WHERE repo_id = ? AND name = ?", in.now,
              repo, name);
  }
  for (const auto& [name, sha] : branches) {
    in.db.run(
        "INSERT INTO repo_branches (repo_id, name, sha) VALUES (?, ?, ?)"
        " ON CONFLICT (repo_id, name) DO UPDATE SET sha = excluded.sha, deleted_at = NULL"
        " WHERE sha <> excluded.sha OR deleted_at IS NOT NULL",
        repo, name, sha);
  }
}

}  // namespace

void apply(Applying& in, const change::RepoConfigured& change) {
  const auto& spec = change.spec;
  in.db.run(
      "INSERT INTO repo_repos (name, source, config_path, branch_prefix, configured_primary,"
      " scan_depth, git_dir, origin, fetch_period_s) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (name) DO UPDATE SET source = excluded.source,"
      " config_path = excluded.config_path, branch_prefix = excluded.branch_prefix,"
      " configured_primary = excluded.configured_primary, scan_depth = excluded.scan_depth,"
      " git_dir = excluded.git_dir, origin = excluded.origin,"
      " fetch_period_s = excluded.fetch_period_s",
      spec.name, spec.source, spec.config_path, spec.branch_prefix, spec.primary_branch,
      spec.scan_depth, change.git_dir, name_of(change.origin), spec.fetch_period_s);
  const RepoId repo{in.db.number("SELECT id FROM repo_repos WHERE name = ?", spec.name)};
  add_default_rule(in.db, repo, in.now);
  const bool is_back =
      in.db.run("UPDATE repo_repos SET standing = 'active' WHERE id = ? AND standing = 'removed'",
                repo) == 1;
  if (!is_back) return;
  auto left = in.db.query("SELECT id FROM repo_commits WHERE repo_id = ? AND settled = 0", repo);
  while (left.next()) in.touched.insert(left.id<CommitId>(0));
}

void apply(Applying& in, const change::RepoRemoved& change) {
  TL_CHECK(in.db.run("UPDATE repo_repos SET standing = ?, error = '' WHERE id = ?",
                     name_of(change.purge ? RepoStanding::purging : RepoStanding::removed),
                     change.repo) == 1);
  if (change.purge) let_files_go(in.db, change.repo);
}

void apply(Applying& in, const change::PushReceived& change) {
  const auto& push = change.push;
  in.db.run(
      "INSERT INTO repo_pushes (repo_id, delivery_id, ref, old_sha, new_sha, received_at)"
      " VALUES (?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (repo_id, delivery_id) WHERE delivery_id <> '' DO NOTHING",
      change.repo, push.delivery_id, push.ref, push.old_sha, push.new_sha, in.now);
}

void apply(Applying& in, const change::PushesHandled& change) {
  in.db.run("UPDATE repo_pushes SET handled = 1 WHERE repo_id = ? AND handled = 0 AND id <= ?",
            change.repo, change.up_to);
}

void apply(Applying& in, const change::RepoFailed& change) {
  TL_CHECK(in.db.run("UPDATE repo_repos SET error = ? WHERE id = ?", change.error, change.repo) ==
           1);
}

void apply(Applying& in, const change::CommitsFound& change) {
  for (const auto& commit : change.commits) add_commit(in.db, change.repo, commit);
}

void apply(Applying& in, const change::RefsSet& change) {
  TL_CHECK(in.db.run("UPDATE repo_repos SET primary_branch = ?, was_read = 1 WHERE id = ?",
                     change.primary_branch, change.repo) == 1);
  set_branches(in, change.repo, change.branches);
  in.db.run("DELETE FROM repo_tags WHERE repo_id = ?", change.repo);
  for (const auto& [name, sha] : change.tags) {
    in.db.run("INSERT INTO repo_tags VALUES (?, ?, ?)", change.repo, name, sha);
  }
  const auto primary = change.branches.find(change.primary_branch);
  if (primary != change.branches.end()) mark_primary(in.db, change.repo, primary->second);
}

}  // namespace testlooper::store
