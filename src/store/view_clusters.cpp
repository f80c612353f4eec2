// Failures that are one failure: a repository's clusters, and one of them with its tests and runs.
#include <algorithm>
#include <ranges>

#include "testlooper/base/limits.hpp"

#include "lab/cluster.hpp"
#include "store/names.hpp"
#include "store/view_lab.hpp"
#include "store/view_pages.hpp"

namespace testlooper::store {
namespace {

constexpr std::size_t kKeyDigits = 64;
constexpr std::size_t kFewestDigits = 8;

#define TL_SELECT_CLUSTERS                                                  \
  "SELECT c.id, c.key, c.message, c.failures, c.first_run, c.last_run,"     \
  " (SELECT count(*) FROM test_cluster_tests k WHERE k.cluster_id = c.id)," \
  " (SELECT u.started_at FROM test_runs u WHERE u.id = c.first_run),"       \
  " (SELECT u.started_at FROM test_runs u WHERE u.id = c.last_run) FROM test_clusters c "

pages::ClusterSummary cluster_row(const Query& row) {
  return {.key = row.text(1),
          .message = row.text(2),
          .tests = row.integer(6),
          .failures = row.integer(3),
          .first_run = row.id<RunId>(4),
          .last_run = row.id<RunId>(5),
          .first_at = row.time(7),
          .last_at = row.time(8)};
}

Result<std::int64_t> find_cluster(Connection& db, const RepoRow& repo, const std::string& key) {
  const bool digits = key.find_first_not_of("0123456789abcdef") == key.npos;
  if (!digits || key.size() < kFewestDigits || key.size() > kKeyDigits) {
    return invalid("a cluster's key has 64 hex digits; the first 8 will do", "key");
  }
  auto rows =
      db.query("SELECT id FROM test_clusters WHERE repo_id = ? AND key >= ? AND key < ? LIMIT 2",
               repo.id, key, key + "g");
  if (!rows.next()) return not_found("there is no cluster " + key + " in " + repo.name);
  const auto found = rows.integer(0);
  if (rows.next()) return invalid("several clusters begin with " + key, "key");
  return found;
}

std::vector<pages::ClusterTest> tests_of(Connection& db, std::int64_t cluster) {
  std::vector<pages::ClusterTest> tests;
  auto rows = db.query(
      "SELECT k.test_id, t.suite, t.path, t.name, k.failures, k.first_run, k.last_run"
      " FROM test_cluster_tests k JOIN test_tests t ON t.id = k.test_id WHERE k.cluster_id = ?"
      " ORDER BY k.failures DESC, k.test_id LIMIT ?",
      cluster, limits::kClusterTests);
  while (rows.next()) {
    tests.push_back({rows.id<TestId>(0), rows.text(1), rows.text(2), rows.text(3),
                     standing_of(db, rows.id<TestId>(0)), rows.integer(4), rows.id<RunId>(5),
                     rows.id<RunId>(6)});
  }
  return tests;
}

std::vector<pages::ClusterRun> runs_of(Connection& db, std::int64_t cluster) {
  std::vector<pages::ClusterRun> runs;
  auto rows = db.query(
      "SELECT u.id, u.test_id, t.suite, t.path, t.name, u.outcome, c.sha, u.started_at"
      " FROM test_runs u JOIN test_tests t ON t.id = u.test_id"
      " JOIN repo_commits c ON c.id = u.commit_id"
      " WHERE u.cluster_id = ? ORDER BY u.id DESC LIMIT ?",
      cluster, limits::kClusterRuns);
  while (rows.next()) {
    runs.push_back({rows.id<RunId>(0), rows.id<TestId>(1), rows.text(2), rows.text(3), rows.text(4),
                    rows.text(5), rows.text(6), rows.time(7)});
  }
  return runs;
}

pages::CommitName commit_of_run(Connection& db, RunId run) {
  return commit_name_of(db,
                        CommitId{db.number("SELECT commit_id FROM test_runs WHERE id = ?", run)});
}

std::string message_of(Connection& db, RunId run) {
  auto row = db.query("SELECT message FROM test_runs WHERE id = ?", run);
  return row.next() ? row.text(0) : std::string{};
}

bool holds(const std::vector<pages::ClusterTest>& tests, TestId test) {
  return std::ranges::find(tests, test, &pages::ClusterTest::test) != tests.end();
}

// Those of each group that has one of these tests.
std::vector<pages::ClusterTest> others(const std::vector<pages::FailingTogether>& groups,
                                       const std::vector<pages::ClusterTest>& tests) {
  std::vector<pages::ClusterTest> others;
  for (const auto& group : groups) {
    const bool concerns =
        std::ranges::any_of(group.tests, [&](const auto& each) { return holds(tests, each.test); });
    if (!concerns) continue;
    for (const auto& each : group.tests) {
      if (!holds(tests, each.test)) others.push_back(each);
    }
  }
  return others;
}

}  // namespace

Result<pages::ClustersPage> clusters_page(Connection& db, const std::string& name) {
  const auto repo = find_repo(db, name);
  if (!repo) return std::unexpected(repo.error());
  pages::ClustersPage page;
  page.revision = read_revision(db);
  page.repo = repo->name;
  auto rows = db.query(TL_SELECT_CLUSTERS "WHERE c.repo_id = ? ORDER BY c.last_run DESC LIMIT ?",
                       repo->id, limits::kClustersPerPage + 1);
  while (rows.next()) page.clusters.push_back(cluster_row(rows));
  page.more = std::ssize(page.clusters) > limits::kClustersPerPage;
  if (page.more) page.clusters.pop_back();
  page.together = failing_together(db, repo->id);
  return page;
}

Result<pages::ClusterPage> cluster_page(Connection& db, const std::string& name,
                                        const std::string& key) {
  const auto repo = find_repo(db, name);
  if (!repo) return std::unexpected(repo.error());
  const auto cluster = find_cluster(db, *repo, key);
  if (!cluster) return std::unexpected(cluster.error());
  pages::ClusterPage page;
  page.revision = read_revision(db);
  page.repo = repo->name;
  auto row = db.query(TL_SELECT_CLUSTERS "WHERE c.id = ?", *cluster);
  row.next();
  page.cluster = cluster_row(row);
  page.normalised = lab::normalised(message_of(db, page.cluster.first_run));
  page.first = commit_of_run(db, page.cluster.first_run);
  page.last = commit_of_run(db, page.cluster.last_run);
  page.tests = tests_of(db, *cluster);
  page.runs = runs_of(db, *cluster);
  page.others = others(failing_together(db, repo->id), page.tests);
  return page;
}

}  // namespace testlooper::store
