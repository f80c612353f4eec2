#include "store/experiment_tallies.hpp"

#include "store/lineage.hpp"

namespace testlooper::store {

void count_for_experiment(Applying& in, DesiredId desired, const std::vector<CountedRun>& runs) {
  if (in.db.number("SELECT experiment_id IS NOT NULL FROM test_desired WHERE id = ?", desired) ==
      0) {
    return;
  }
  for (const auto& run : runs) {
    if (!is_measurement(run.outcome)) continue;
    in.db.run(
        "INSERT INTO lab_tallies VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (desired_id, test_id)"
        " DO UPDATE SET passed = passed + excluded.passed, failed = failed + excluded.failed,"
        " skipped = skipped + excluded.skipped, total_us = total_us + excluded.total_us",
        desired, run.test, is_success(run.outcome), is_failure(run.outcome),
        run.outcome == Outcome::skipped, run.duration.count());
  }
}

void look_at_watched(Applying& in, const std::vector<TestId>& failed) {
  for (const auto& test : failed) {
    for (const auto& name : names_of(in.db, test)) {
      auto rows = in.db.query(
          "SELECT id FROM lab_experiments INDEXED BY lab_experiments_watched"
          " WHERE test_id = ? AND watched = 1",
          name);
      while (rows.next()) in.experiments.insert(rows.id<ExperimentId>(0));
    }
  }
}

}  // namespace testlooper::store
