// The page of all repositories, and the branches of one.
#include "lab/flaky_trend.hpp"
#include "store/view_branches.hpp"
#include "store/view_commit_summary.hpp"
#include "store/view_pages.hpp"
#include "store/view_parts.hpp"

namespace testlooper::store {
namespace {

constexpr int kTrendDays = 28;

void read_settings(Connection& db, const RepoRow& repo, pages::RepoSummary& summary) {
  auto row = db.query(
      "SELECT origin, was_read, branch_prefix, configured_primary, scan_depth, fetch_period_s"
      " FROM repo_repos WHERE id = ?",
      repo.id);
  row.next();
  summary.origin = row.text(0);
  summary.state = !repo.error.empty() ? "error" : row.boolean(1) ? "ready" : "cloning";
  summary.config_path = repo.config_path;
  summary.branch_prefix = row.text(2);
  summary.primary_branch = row.text(3);
  summary.scan_depth = row.integer(4);
  summary.fetch_period_s = row.integer(5);
}

std::vector<pages::RemovedRepo> removed_repos(Connection& db) {
  std::vector<pages::RemovedRepo> removed;
  auto rows = db.query(
      "SELECT name, source, standing = 'purging', config_path, branch_prefix, configured_primary,"
      " scan_depth, fetch_period_s FROM repo_repos WHERE standing <> 'active' ORDER BY name");
  while (rows.next()) {
    removed.push_back({rows.text(0), rows.text(1), rows.boolean(2), rows.text(3), rows.text(4),
                       rows.text(5), rows.integer(6), rows.integer(7)});
  }
  return removed;
}

std::vector<lab::FlakySpan> flaky_spans(Connection& db, RepoId repo) {
  std::vector<lab::FlakySpan> spans;
  auto rows = db.query(
      "SELECT f.standing = 'flaky', coalesce(a.committed_at, 0), coalesce(b.committed_at, 0)"
      " FROM test_flaky f LEFT JOIN repo_commits a ON a.id = f.first_commit"
      " LEFT JOIN repo_commits b ON b.id = f.last_commit"
      " WHERE f.repo_id = ? AND f.standing IN ('flaky', 'fixed')",
      repo);
  while (rows.next()) {
    spans.push_back({rows.time(1), {}});
    if (!rows.boolean(0)) spans.back().last = rows.time(2);
  }
  return spans;
}

pages::RepoSummary repo_summary(Connection& db, const RepoRow& repo, WallTime now) {
  pages::RepoSummary summary;
  summary.name = repo.name;
  summary.source = repo.source;
  summary.error = repo.error;
  read_settings(db, repo, summary);
  summary.primary = primary_branch(db, repo);
  summary.branches = db.number(
      "SELECT count(*) FROM repo_branches WHERE repo_id = ? AND deleted_at IS NULL", repo.id);
  summary.runs_today = db.number("SELECT runs FROM test_days WHERE repo_id = ? AND day = ?",
                                 repo.id, now.ms / kMillisecondsPerDay);
  auto tasks = db.query(
      "SELECT total(state IN ('starting', 'running')), total(state IN ('waiting', 'ready'))"
      " FROM engine_tasks WHERE repo_id = ? AND state <> 'finished'",
      repo.id);
  tasks.next();
  summary.tasks_running = tasks.integer(0);
  summary.tasks_waiting = tasks.integer(1);
  summary.flaky_days = lab::flaky_by_day(flaky_spans(db, repo.id), now, kTrendDays);
  return summary;
}

}  // namespace

Result<pages::ReposPage> repos_page(Connection& db, WallTime now) {
  pages::ReposPage page;
  page.revision = read_revision(db);
  for (const auto& repo : read_repos(db)) page.repos.push_back(repo_summary(db, repo, now));
  page.removed = removed_repos(db);
  return page;
}

}  // namespace testlooper::store
