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
  OutcomeCounts before;
  {
    auto row = db.query(
        "SELECT passed, failed, error, skipped, xfailed, xpassed, timed_out, crashed, infra"
        " FROM test_rollups WHERE commit_id = ? AND test_id = ?",
        run.commit, run.test);
    if (!row.next()) return std::nullopt;
    before = read_counts(row, 0);
  }
  auto after = before;
  ++after[run.outcome];
  const auto failure = is_failure(run.outcome) ? std::optional{run.id} : std::nullopt;
  db.run(
      "UPDATE test_rollups SET passed = ?, failed = ?, error = ?, skipped = ?, xfailed = ?,"
      " xpassed = ?, timed_out = ?, crashed = ?, infra = ?, total_us = total_us + ?, last_run = ?,"
      " last_failure = coalesce(?, last_failure) WHERE commit_id = ? AND test_id = ?",
      after[Outcome::passed], after[Outcome::failed], after[Outcome::error],
      after[Outcome::skipped], after[Outcome::xfailed], after[Outcome::xpassed],
      after[Outcome::timed_out], after[Outcome::crashed], after[Outcome::infra],
      is_measurement(run.outcome) ? run.duration.count() : 0, run.id, failure, run.commit,
      run.test);
  add_to_summary(db, run.commit, before, after);
  const Learnt learnt{.failed = before.failures() == 0 && after.failures() > 0,
                      .flaky = !before.flaky() && after.flaky()};
  if (learnt.flaky) {
    db.run("INSERT INTO test_flakes VALUES (?, ?) ON CONFLICT DO NOTHING", run.commit, run.test);
  }
  return learnt;
}

}  // namespace testlooper::store
