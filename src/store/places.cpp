#include "store/places.hpp"

#include <cmath>

#include "testlooper/base/check.hpp"

#include "lab/compare.hpp"

namespace testlooper::store {
namespace {

// Of two rates to one. Far more than for one question that somebody asks, because each flaky test
// is compared at each commit, again after each run: at odds of 100, of 400 such pairs with equal
// rates one is said to differ.
const double kDiffers = std::log(1e4);

struct Compared {
  lab::Counts containers, sandboxes;
  std::string name;
};

Compared compared(Connection& db, CommitId commit, TestId test) {
  auto row = db.query(
      "SELECT r.failed + r.error + r.timed_out + r.crashed, r.passed + r.xfailed + r.xpassed,"
      " r.sandbox_failures, r.sandbox_successes, t.path, t.name FROM test_rollups r"
      " JOIN test_tests t ON t.id = r.test_id WHERE r.commit_id = ? AND r.test_id = ?",
      commit, test);
  TL_CHECK(row.next());
  const lab::Counts sandboxes{row.integer(2), row.integer(2) + row.integer(3)};
  const lab::Counts all{row.integer(0), row.integer(0) + row.integer(1)};
  const auto path = row.text(4), name = row.text(5);
  return {{all.failures - sandboxes.failures, all.runs - sandboxes.runs},
          sandboxes,
          path.empty() ? name : path + "::" + name};
}

// Whoever ran what was imported, it was in neither place, and it is in the test's roll-up.
bool has_imports(Connection& db, const SandboxRun& run) {
  return db.number(
             "SELECT count(*) FROM test_imports WHERE repo_id = ? AND commit_id = ? AND suite = ?",
             run.repo, run.commit, run.suite) > 0;
}

std::string share(const lab::Counts& counts) {
  return std::to_string(counts.failures) + " of " + std::to_string(counts.runs) + " runs";
}

}  // namespace

void add_sandbox_run(Connection& db, const SandboxRun& run) {
  const bool failed = is_failure(run.outcome);
  if (!failed && !is_success(run.outcome)) return;
  db.run(
      "UPDATE test_rollups SET sandbox_failures = sandbox_failures + ?,"
      " sandbox_successes = sandbox_successes + ? WHERE commit_id = ? AND test_id = ?",
      failed ? 1 : 0, failed ? 0 : 1, run.commit, run.test);
  if (has_imports(db, run)) return;
  const auto [containers, sandboxes, name] = compared(db, run.commit, run.test);
  if (containers.failures + sandboxes.failures == 0 || containers.runs == 0) return;
  if (lab::log_bayes_factor(containers, sandboxes) < kDiffers) return;
  db.run("INSERT INTO test_place_differences VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", run.repo,
         run.suite, run.commit,
         "its suite behaves differently in sandboxes: " + name + " failed in " + share(sandboxes) +
             " there, and in " + share(containers) + " in containers");
}

std::string place_difference(Connection& db, RepoId repo, const std::string& suite) {
  auto row = db.query("SELECT reason FROM test_place_differences WHERE repo_id = ? AND suite = ?",
                      repo, suite);
  return row.next() ? row.text(0) : std::string{};
}

void forget_place_difference(Connection& db, CommitId commit, TestId test) {
  db.run(
      "DELETE FROM test_place_differences WHERE commit_id = ? AND suite ="
      " (SELECT suite FROM test_tests WHERE id = ?)",
      commit, test);
}

}  // namespace testlooper::store
