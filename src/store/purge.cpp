#include "store/purge.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <string>

#include "testlooper/base/check.hpp"

namespace testlooper::store {
namespace {

// What belongs to a repository, in an order in which nothing is left that names what is gone. Each
// deletes at most ?2 rows of repository ?1. A new table gets its line here; a test looks for it.
#define TL_COMMITS "(SELECT id FROM repo_commits WHERE repo_id = ?1)"
#define TL_TASKS "(SELECT id FROM engine_tasks WHERE commit_id IN " TL_COMMITS ")"
constexpr std::array kSteps{
    Sql{"DELETE FROM test_run_logs WHERE run_id IN"
        " (SELECT l.run_id FROM test_runs r JOIN test_run_logs l ON l.run_id = r.id"
        "  WHERE r.commit_id IN " TL_COMMITS " LIMIT ?2)"},
    Sql{"DELETE FROM test_runs WHERE id IN"
        " (SELECT id FROM test_runs WHERE commit_id IN " TL_COMMITS " LIMIT ?2)"},
    Sql{"DELETE FROM test_imports WHERE id IN"
        " (SELECT id FROM test_imports WHERE repo_id = ?1 LIMIT ?2)"},
    Sql{"DELETE FROM test_quarantine WHERE id IN"
        " (SELECT id FROM test_quarantine WHERE repo_id = ?1 LIMIT ?2)"},
    Sql{"DELETE FROM test_cluster_tests WHERE (cluster_id, test_id) IN"
        " (SELECT cluster_id, test_id FROM test_cluster_tests WHERE cluster_id IN"
        "  (SELECT id FROM test_clusters WHERE repo_id = ?1) LIMIT ?2)"},
    Sql{"DELETE FROM test_clusters WHERE id IN"
        " (SELECT id FROM test_clusters WHERE repo_id = ?1 LIMIT ?2)"},
    Sql{"DELETE FROM test_evidence WHERE (test_id, commit_id) IN"
        " (SELECT test_id, commit_id FROM test_evidence WHERE test_id IN"
        "  (SELECT test_id FROM test_flaky WHERE repo_id = ?1) LIMIT ?2)"},
    Sql{"DELETE FROM test_flaky WHERE test_id IN"
        " (SELECT test_id FROM test_flaky WHERE repo_id = ?1 LIMIT ?2)"},
    Sql{"DELETE FROM test_tallies WHERE (desired_id, test_id) IN"
        " (SELECT desired_id, test_id FROM test_tallies WHERE desired_id IN"
        "  (SELECT id FROM test_desired WHERE commit_id IN " TL_COMMITS ") LIMIT ?2)"},
    Sql{"DELETE FROM lab_tallies WHERE (desired_id, test_id) IN"
        " (SELECT desired_id, test_id FROM lab_tallies WHERE desired_id IN"
        "  (SELECT id FROM test_desired WHERE commit_id IN " TL_COMMITS ") LIMIT ?2)"},
    Sql{"DELETE FROM engine_artifacts WHERE (task_id, attempt, path) IN"
        " (SELECT task_id, attempt, path FROM engine_artifacts WHERE task_id IN " TL_TASKS
        " LIMIT ?2)"},
    Sql{"DELETE FROM engine_attempts WHERE (task_id, number) IN"
        " (SELECT task_id, number FROM engine_attempts WHERE task_id IN " TL_TASKS " LIMIT ?2)"},
    Sql{"DELETE FROM engine_tasks WHERE id IN"
        " (SELECT id FROM engine_tasks WHERE commit_id IN " TL_COMMITS " LIMIT ?2)"},
    Sql{"DELETE FROM test_place_differences WHERE (repo_id, suite) IN"
        " (SELECT repo_id, suite FROM test_place_differences WHERE repo_id = ?1 LIMIT ?2)"},
    Sql{"DELETE FROM test_clears WHERE (commit_id, test_id) IN"
        " (SELECT commit_id, test_id FROM test_clears WHERE commit_id IN " TL_COMMITS " LIMIT ?2)"},
    Sql{"DELETE FROM test_firings WHERE (rule_id, due_at) IN"
        " (SELECT rule_id, due_at FROM test_firings WHERE rule_id IN"
        "  (SELECT id FROM test_rules WHERE repo_id = ?1) LIMIT ?2)"},
    Sql{"DELETE FROM test_desired WHERE id IN"
        " (SELECT id FROM test_desired WHERE commit_id IN " TL_COMMITS " LIMIT ?2)"},
    Sql{"DELETE FROM lab_experiments WHERE id IN"
        " (SELECT id FROM lab_experiments WHERE repo_id = ?1 LIMIT ?2)"},
    Sql{"DELETE FROM test_conditions WHERE id IN"
        " (SELECT id FROM test_conditions WHERE repo_id = ?1 LIMIT ?2)"},
    Sql{"DELETE FROM test_rules WHERE id IN"
        " (SELECT id FROM test_rules WHERE repo_id = ?1 LIMIT ?2)"},
    Sql{"DELETE FROM test_continued WHERE (commit_id, parent_id, test_id) IN"
        " (SELECT commit_id, parent_id, test_id FROM test_continued WHERE commit_id IN " TL_COMMITS
        " LIMIT ?2)"},
    Sql{"DELETE FROM test_lineages WHERE (commit_id, parent_id) IN"
        " (SELECT commit_id, parent_id FROM test_lineages WHERE commit_id IN " TL_COMMITS
        " LIMIT ?2)"},
    Sql{"DELETE FROM test_flakes WHERE (commit_id, test_id) IN"
        " (SELECT commit_id, test_id FROM test_flakes WHERE commit_id IN " TL_COMMITS " LIMIT ?2)"},
    Sql{"DELETE FROM test_rollups WHERE (commit_id, test_id) IN"
        " (SELECT commit_id, test_id FROM test_rollups WHERE commit_id IN " TL_COMMITS
        " LIMIT ?2)"},
    Sql{"DELETE FROM test_columns WHERE commit_id IN"
        " (SELECT commit_id FROM test_columns WHERE commit_id IN " TL_COMMITS " LIMIT ?2)"},
    Sql{"DELETE FROM test_summaries WHERE commit_id IN"
        " (SELECT commit_id FROM test_summaries WHERE commit_id IN " TL_COMMITS " LIMIT ?2)"},
    Sql{"DELETE FROM test_suites WHERE id IN"
        " (SELECT id FROM test_suites WHERE commit_id IN " TL_COMMITS " LIMIT ?2)"},
    Sql{"DELETE FROM test_builds WHERE (commit_id, name) IN"
        " (SELECT commit_id, name FROM test_builds WHERE commit_id IN " TL_COMMITS " LIMIT ?2)"},
    Sql{"DELETE FROM test_environments WHERE (commit_id, name) IN"
        " (SELECT commit_id, name FROM test_environments WHERE commit_id IN " TL_COMMITS
        " LIMIT ?2)"},
    Sql{"DELETE FROM test_plans WHERE commit_id IN"
        " (SELECT commit_id FROM test_plans WHERE commit_id IN " TL_COMMITS " LIMIT ?2)"},
    Sql{"DELETE FROM test_configs WHERE commit_id IN"
        " (SELECT commit_id FROM test_configs WHERE commit_id IN " TL_COMMITS " LIMIT ?2)"},
    Sql{"DELETE FROM test_tests WHERE id IN"
        " (SELECT id FROM test_tests WHERE repo_id = ?1 LIMIT ?2)"},
    Sql{"DELETE FROM test_days WHERE (repo_id, day) IN"
        " (SELECT repo_id, day FROM test_days WHERE repo_id = ?1 LIMIT ?2)"},
    Sql{"DELETE FROM test_outcomes WHERE (repo_id, outcome) IN"
        " (SELECT repo_id, outcome FROM test_outcomes WHERE repo_id = ?1 LIMIT ?2)"},
    Sql{"DELETE FROM engine_images WHERE (repo_id, key) IN"
        " (SELECT repo_id, key FROM engine_images WHERE repo_id = ?1 LIMIT ?2)"},
    Sql{"DELETE FROM engine_outputs WHERE (repo_id, key) IN"
        " (SELECT repo_id, key FROM engine_outputs WHERE repo_id = ?1 LIMIT ?2)"},
    Sql{"DELETE FROM repo_pushes WHERE id IN"
        " (SELECT id FROM repo_pushes WHERE repo_id = ?1 LIMIT ?2)"},
    Sql{"DELETE FROM repo_tags WHERE (repo_id, name) IN"
        " (SELECT repo_id, name FROM repo_tags WHERE repo_id = ?1 LIMIT ?2)"},
    Sql{"DELETE FROM repo_branches WHERE (repo_id, name) IN"
        " (SELECT repo_id, name FROM repo_branches WHERE repo_id = ?1 LIMIT ?2)"},
    Sql{"DELETE FROM repo_parents WHERE (commit_id, position) IN"
        " (SELECT commit_id, position FROM repo_parents WHERE commit_id IN " TL_COMMITS
        " LIMIT ?2)"},
    Sql{"DELETE FROM repo_commits WHERE id IN"
        " (SELECT id FROM repo_commits WHERE repo_id = ?1 LIMIT ?2)"},
    Sql{"DELETE FROM repo_repos WHERE id IN"
        " (SELECT id FROM repo_repos WHERE id = ?1 LIMIT ?2)"},
};

// The order of the steps keeps the references whole; to have SQLite look for rows that name each
// deleted one would take an index for each reference.
class WithoutReferenceChecks {
 public:
  explicit WithoutReferenceChecks(Connection& db) : db_(db) {
    db_.script("PRAGMA foreign_keys = OFF");
  }
  ~WithoutReferenceChecks() { db_.script("PRAGMA foreign_keys = ON"); }
  WithoutReferenceChecks(const WithoutReferenceChecks&) = delete;
  WithoutReferenceChecks& operator=(const WithoutReferenceChecks&) = delete;

 private:
  Connection& db_;
};

void delete_some(Connection& db, RepoId repo, std::int64_t rows) {
  for (const auto& step : kSteps) {
    rows -= db.run(step, repo, rows);
    if (rows <= 0) break;
  }
}

std::set<std::string> volumes_of(Connection& db, RepoId repo) {
  std::set<std::string> volumes;
  auto rows =
      db.query("SELECT volume FROM engine_outputs WHERE repo_id = ? AND volume <> ''", repo);
  while (rows.next()) volumes.insert(rows.text(0));
  return volumes;
}

// What an attempt left that ended after the repository was removed is to go, too.
bool files_left(Connection& db, RepoId repo) {
  if (db.number("SELECT EXISTS (SELECT 1 FROM engine_holdings WHERE repo_id = ?)", repo) == 0) {
    return false;
  }
  let_files_go(db, repo);
  return true;
}

}  // namespace

void let_files_go(Connection& db, RepoId repo) {
  db.run(
      "UPDATE engine_holdings SET going = 'its repository is purged'"
      " WHERE repo_id = ? AND going IS NULL",
      repo);
}

bool is_purged(std::string_view table) {
  const auto start = "DELETE FROM " + std::string(table) + " ";
  return std::ranges::any_of(kSteps, [&](Sql step) { return step.text.starts_with(start); });
}

PurgeStep purge_repo(Connection& db, RepoId repo, int rows) {
  TL_CHECK(db.number("SELECT standing = 'purging' FROM repo_repos WHERE id = ?", repo) == 1);
  TL_CHECK(db.number("SELECT count(*) FROM engine_tasks WHERE repo_id = ? AND state <> 'finished'",
                     repo) == 0);
  if (files_left(db, repo)) return {.waits = true};
  const WithoutReferenceChecks unchecked(db);
  Transaction transaction{db, Transaction::Kind::write};
  const auto volumes = volumes_of(db, repo);
  delete_some(db, repo, rows);
  const auto kept = volumes_of(db, repo);
  const bool gone = db.number("SELECT count(*) FROM repo_repos WHERE id = ?", repo) == 0;
  const auto revision =
      db.number("UPDATE engine_instance SET revision = revision + 1 RETURNING revision");
  transaction.commit();
  PurgeStep step{.waits = false, .gone = gone, .revision = static_cast<Revision>(revision)};
  std::ranges::set_difference(volumes, kept, std::back_inserter(step.dropped_volumes));
  return step;
}

}  // namespace testlooper::store
