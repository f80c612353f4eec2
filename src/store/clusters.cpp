#include "store/clusters.hpp"

#include "testlooper/base/limits.hpp"

#include "lab/cluster.hpp"

namespace testlooper::store {
namespace {

std::string shown(const std::string& message) {
  auto end = std::min(message.size(), limits::kClusterTextBytes);
  // Not within a character of several bytes.
  constexpr auto is_within = [](char byte) { return (static_cast<unsigned char>(byte) >> 6) == 2; };
  while (end > 0 && end < message.size() && is_within(message[end])) --end;
  return message.substr(0, end);
}

}  // namespace

void add_to_cluster(Connection& db, RepoId repo, TestId test, RunId run,
                    const std::string& message) {
  if (message.empty()) return;
  const auto cluster = db.number(
      "INSERT INTO test_clusters (repo_id, key, message, failures, first_run, last_run)"
      " VALUES (?1, ?2, ?3, 1, ?4, ?4) ON CONFLICT (repo_id, key) DO UPDATE"
      " SET failures = failures + 1, last_run = excluded.last_run RETURNING id",
      repo, lab::cluster_key(message), shown(message), run);
  db.run(
      "INSERT INTO test_cluster_tests VALUES (?1, ?2, 1, ?3, ?3)"
      " ON CONFLICT (cluster_id, test_id) DO UPDATE"
      " SET failures = failures + 1, last_run = excluded.last_run",
      cluster, test, run);
  db.run("UPDATE test_runs SET cluster_id = ? WHERE id = ?", cluster, run);
}

void cluster_all(Connection& db) {
  auto rows = db.query(
      "SELECT t.repo_id, u.test_id, u.id, u.message FROM test_runs u"
      " JOIN test_tests t ON t.id = u.test_id WHERE u.message <> ''"
      " AND u.outcome IN ('failed', 'error', 'timed_out', 'crashed') ORDER BY u.id");
  while (rows.next()) {
    add_to_cluster(db, rows.id<RepoId>(0), rows.id<TestId>(1), rows.id<RunId>(2), rows.text(3));
  }
}

}  // namespace testlooper::store
