// What lies on the disk, oldest first, and which images are still needed: for the housekeeper.
#include "store/names.hpp"
#include "store/view_pages.hpp"
#include "store/view_parts.hpp"

namespace testlooper::store {
namespace {

Holding holding_row(const Query& row, KeptKind kind, const std::string& repo) {
  return {row.id<HoldingId>(0),
          kind,
          repo,
          {row.id<TaskId>(1), row.small(2)},
          static_cast<std::uint64_t>(row.integer(3)),
          row.time(4)};
}

void add_shelf(Connection& db, RepoId id, const std::string& repo, KeptKind kind, int limit,
               std::vector<Shelf>& shelves) {
  Shelf shelf{repo, kind, 0, 0, {}};
  {
    auto sums = db.query(
        "SELECT count(*), coalesce(sum(bytes), 0) FROM engine_holdings"
        " WHERE repo_id = ? AND kind = ? AND going IS NULL",
        id, name_of(kind));
    sums.next();
    shelf.count = sums.integer(0);
    shelf.bytes = static_cast<std::uint64_t>(sums.integer(1));
  }
  auto rows = db.query(
      "SELECT id, task_id, attempt, bytes, since FROM engine_holdings"
      " WHERE repo_id = ? AND kind = ? AND going IS NULL ORDER BY since, id LIMIT ?",
      id, name_of(kind), limit);
  while (rows.next()) shelf.oldest.push_back(holding_row(rows, kind, repo));
  shelves.push_back(std::move(shelf));
}

}  // namespace

Holdings holdings(Connection& db, int limit) {
  Holdings all;
  all.revision = read_revision(db);
  auto repos = db.query("SELECT id, name FROM repo_repos ORDER BY name");
  while (repos.next()) {
    for (const auto kind : {KeptKind::logs, KeptKind::failed_logs, KeptKind::artifacts}) {
      add_shelf(db, repos.id<RepoId>(0), repos.text(1), kind, limit, all.shelves);
    }
  }
  auto rows = db.query(
      "SELECT h.id, h.task_id, h.attempt, h.bytes, h.since, h.kind, r.name FROM engine_holdings h"
      " JOIN repo_repos r ON r.id = h.repo_id WHERE h.going IS NOT NULL ORDER BY h.id LIMIT ?",
      limit);
  while (rows.next()) {
    all.going.push_back(holding_row(rows, kept_kind(rows.view(5)), rows.text(6)));
  }
  return all;
}

// CROSS JOIN keeps the order: repositories are few.
#define TL_HEADS                                                             \
  " CROSS JOIN repo_branches b ON b.repo_id = r.id AND b.deleted_at IS NULL" \
  " CROSS JOIN repo_commits c ON c.repo_id = b.repo_id AND c.sha = b.sha"
#define TL_IDENTITY(key) " LEFT JOIN engine_images i ON i.repo_id = r.id AND i.key = " key

std::vector<NeededImage> needed_images(Connection& db) {
  std::vector<NeededImage> needed;
  auto rows = db.query(
      "SELECT r.git_dir, c.sha, t.image, coalesce(i.identity, '') FROM engine_tasks t"
      " JOIN repo_repos r ON r.id = t.repo_id"
      " JOIN repo_commits c ON c.id = t.commit_id" TL_IDENTITY("t.image")
      " WHERE t.state <> 'finished' AND t.image <> ''"
      " UNION SELECT r.git_dir, c.sha, f.image_key, coalesce(i.identity, '') FROM repo_repos r"
      TL_HEADS " CROSS JOIN test_configs f ON f.commit_id = c.id" TL_IDENTITY("f.image_key")
      " WHERE f.image_key <> ''"
      " UNION SELECT r.git_dir, c.sha, e.image_key, coalesce(i.identity, '') FROM repo_repos r"
      TL_HEADS " CROSS JOIN test_environments e ON e.commit_id = c.id" TL_IDENTITY("e.image_key")
      " WHERE e.image_key <> ''"
      " UNION SELECT r.git_dir, c.sha, e.set_up_key, '' FROM repo_repos r"
      TL_HEADS " CROSS JOIN test_environments e ON e.commit_id = c.id WHERE e.set_up_key <> ''");
  while (rows.next()) {
    needed.push_back({rows.text(0), rows.text(1), rows.text(2), rows.text(3)});
  }
  return needed;
}

std::vector<KeptBuild> kept_builds(Connection& db) {
  std::vector<KeptBuild> builds;
  auto rows = db.query(
      "SELECT kept.repo_id, r.name, kept.key, kept.volume, kept.bytes, kept.used_at,"
      " coalesce((SELECT b.name FROM test_builds b JOIN repo_commits c ON c.id = b.commit_id"
      "  WHERE b.artifact_key = kept.key AND c.repo_id = kept.repo_id LIMIT 1), ''),"
      " EXISTS (SELECT 1 FROM test_builds b JOIN repo_commits c ON c.id = b.commit_id"
      "  WHERE b.artifact_key = kept.key AND c.repo_id = kept.repo_id AND (c.settled = 0"
      "   OR EXISTS (SELECT 1 FROM repo_branches h WHERE h.repo_id = c.repo_id"
      "    AND h.sha = c.sha AND h.deleted_at IS NULL)))"
      " FROM engine_outputs kept JOIN repo_repos r ON r.id = kept.repo_id WHERE kept.state = 'ok'"
      " ORDER BY kept.used_at, kept.key");
  while (rows.next()) {
    builds.push_back({.repo = rows.id<RepoId>(0),
                      .repo_name = rows.text(1),
                      .name = rows.text(6),
                      .artifact = {rows.text(2), rows.text(3)},
                      .bytes = static_cast<std::uint64_t>(rows.integer(4)),
                      .since = rows.time(5),
                      .needed = rows.boolean(7)});
  }
  return builds;
}

}  // namespace testlooper::store
