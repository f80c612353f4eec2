#include "store/rollups.hpp"

#include "testlooper/base/check.hpp"

namespace testlooper::store {
namespace {

bool failing(const OutcomeCounts& counts) { return counts.failures() > 0 && !counts.flaky(); }

int change_of(bool before, bool after) {
  return static_cast<int>(after) - static_cast<int>(before);
}

void add_to_summary(Connection& db, CommitId commit, const OutcomeCounts& before,
                    const OutcomeCounts& after) {
  db.run(
      "UPDATE test_summaries SET measured = measured + ?, failing = failing + ?, flaky = flaky + ?"
      " WHERE commit_id = ?",
      after.measured() - before.measured(), change_of(failing(before), failing(after)),
      change_of(before.flaky(), after.flaky()), commit);
}

std::optional<OutcomeCounts> counts_of(Connection& db, CommitId commit, TestId test) {
  auto row = db.query(
      "SELECT passed, failed, error, skipped, xfailed, xpassed, timed_out, crashed, infra"
      " FROM test_rollups WHERE commit_id = ? AND test_id = ?",
      commit, test);
  return row.next() ? std::optional{read_counts(row, 0)} : std::nullopt;
}

}  // namespace

OutcomeCounts read_counts(const Query& row, int first_column) {
  OutcomeCounts counts;
  for (int i = 0; i < kCountedOutcomes; ++i) {
    counts.by_outcome.at(static_cast<std::size_t>(i)) = row.integer(first_column + i);
  }
  return counts;
}

std::optional<Learnt> add_to_rollup(Connection& db, const RunRow& run) {
  TL_CHECK(static_cast<int>(run.outcome) < kCountedOutcomes);
  const auto known = counts_of(db, run.commit, run.test);
  if (!known) return std::nullopt;
  const auto& before = *known;
  auto after = before;
  ++after[run.outcome];
  const auto failure = is_failure(run.outcome) ? std::optional{run.id} : std::nullopt;
  db.run(
      "UPDATE test_rollups SET passed = ?, failed = ?, error = ?, skipped = ?, xfailed = ?,"
      " xpassed = ?, timed_out = ?, crashed = ?, infra = ?, total_us = total_us + ?, last_run = ?,"
      " last_failure = coalesce(?, last_failure), failed_us = failed_us + ?"
      " WHERE commit_id = ? AND test_id = ?",
      after[Outcome::passed], after[Outcome::failed], after[Outcome::error],
      after[Outcome::skipped], after[Outcome::xfailed], after[Outcome::xpassed],
      after[Outcome::timed_out], after[Outcome::crashed], after[Outcome::infra],
      is_measurement(run.outcome) ? run.duration.count() : 0, run.id, failure,
      failure ? run.duration.count() : 0, run.commit, run.test);
  add_to_summary(db, run.commit, before, after);
  const Learnt learnt{.failed = before.failures() == 0 && after.failures() > 0,
                      .flaky = !before.flaky() && after.flaky()};
  if (learnt.flaky) {
    db.run("INSERT INTO test_flakes VALUES (?, ?) ON CONFLICT DO NOTHING", run.commit, run.test);
  }
  return learnt;
}

void clear_rollup(Connection& db, CommitId commit, TestId test) {
  const auto before = counts_of(db, commit, test);
  TL_CHECK(before.has_value());
  db.run(
      "UPDATE test_rollups SET passed = 0, failed = 0, error = 0, skipped = 0, xfailed = 0,"
      " xpassed = 0, timed_out = 0, crashed = 0, infra = 0, total_us = 0, last_run = NULL,"
      " last_failure = NULL, failed_us = 0, sandbox_failures = 0, sandbox_successes = 0"
      " WHERE commit_id = ? AND test_id = ?",
      commit, test);
  add_to_summary(db, commit, *before, {});
}

}  // namespace testlooper::store
