#include "store/view_runs.hpp"

#include "store/names.hpp"
#include "store/view_parts.hpp"

namespace testlooper::store {
namespace {

constexpr int kOfTask = 1000;
constexpr int kOfTest = 500;
constexpr int kFailuresOfWish = 100;

// Runs whose results were cleared stay stored, and are counted no more.
#define TL_NOT_CLEARED                                                      \
  "NOT EXISTS (SELECT 1 FROM test_clears x WHERE x.commit_id = u.commit_id" \
  "  AND x.test_id = u.test_id AND x.up_to >= u.id) "
#define TL_COUNTS " AND " TL_NOT_CLEARED
#define TL_COUNTS_UNLESS_WHOLE " AND (? OR " TL_NOT_CLEARED ") "
#define TL_FAILURES " IN ('failed', 'error', 'timed_out', 'crashed') "
#define TL_SELECT_TASK_RUNS                                                         \
  "SELECT u.id, t.suite, t.path, t.name, u.outcome, u.duration_us FROM test_runs u" \
  " JOIN test_tests t ON t.id = u.test_id "

pages::TaskRun task_run(const Query& row) {
  return {row.id<RunId>(0), row.text(1), row.text(2), row.text(3), row.text(4), row.integer(5)};
}

// Where nothing was cleared, the runs of a wish are counted by their index alone.
bool is_whole(Connection& db, DesiredId desired) {
  return db.number(
             "SELECT NOT EXISTS (SELECT 1 FROM test_clears x JOIN test_desired d"
             " ON d.commit_id = x.commit_id WHERE d.id = ?)",
             desired) != 0;
}

}  // namespace

std::vector<pages::TaskRun> runs_of_task(Connection& db, TaskId task) {
  std::vector<pages::TaskRun> runs;
  auto rows = db.query(TL_SELECT_TASK_RUNS "WHERE u.task_id = ? ORDER BY u.outcome" TL_FAILURES
                                           "DESC, u.id LIMIT ?",
                       task, kOfTask);
  while (rows.next()) runs.push_back(task_run(rows));
  return runs;
}

std::vector<pages::RunSummary> runs_of_test(Connection& db, CommitId commit, TestId test,
                                            const std::optional<ConditionId>& condition) {
  std::vector<pages::RunSummary> runs;
  auto rows = db.query(
      "SELECT u.id, u.outcome, u.started_at, u.duration_us, u.task_id, u.attempt FROM test_runs u"
      " WHERE u.commit_id = ? AND u.test_id = ? AND u.condition_id IS ?" TL_COUNTS
      "ORDER BY u.id DESC LIMIT ?",
      commit, test, condition, kOfTest);
  while (rows.next()) {
    runs.push_back({rows.id<RunId>(0), rows.text(1), rows.time(2), rows.integer(3),
                    rows.id<TaskId>(4), rows.small(5)});
  }
  return runs;
}

pages::Counts counts_of_test(Connection& db, CommitId commit, TestId test,
                             const std::optional<ConditionId>& condition) {
  OutcomeCounts counts;
  auto rows = db.query(
      "SELECT u.outcome, count(*) FROM test_runs u WHERE u.commit_id = ? AND u.test_id = ?"
      " AND u.condition_id IS ?" TL_COUNTS "GROUP BY u.outcome",
      commit, test, condition);
  while (rows.next()) counts[outcome(rows.view(0))] = rows.integer(1);
  return to_counts(counts);
}

WishRuns runs_of_wish(Connection& db, DesiredId desired) {
  OutcomeCounts counts;
  std::int64_t in_sandboxes = 0;
  auto rows = db.query(
      "SELECT a.place IS 'sandbox', u.outcome, count(*) FROM engine_tasks k"
      " CROSS JOIN engine_attempts a ON a.task_id = k.id"
      " CROSS JOIN test_runs u ON u.task_id = a.task_id AND u.attempt = a.number"
      " WHERE k.desired_id = ?" TL_COUNTS_UNLESS_WHOLE "GROUP BY k.id, a.number, u.outcome",
      desired, is_whole(db, desired));
  while (rows.next()) {
    counts[outcome(rows.view(1))] += rows.integer(2);
    if (rows.boolean(0)) in_sandboxes += rows.integer(2);
  }
  return {to_counts(counts), in_sandboxes};
}

std::vector<pages::TaskRun> failures_of_wish(Connection& db, DesiredId desired) {
  std::vector<pages::TaskRun> runs;
  auto rows = db.query(
      "SELECT u.id, t.suite, t.path, t.name, u.outcome, u.duration_us FROM engine_tasks k"
      " CROSS JOIN engine_attempts a ON a.task_id = k.id"
      " CROSS JOIN test_runs u ON u.task_id = a.task_id AND u.attempt = a.number"
      " JOIN test_tests t ON t.id = u.test_id"
      " WHERE k.desired_id = ? AND u.outcome" TL_FAILURES TL_COUNTS_UNLESS_WHOLE
      "ORDER BY k.id DESC, u.id DESC LIMIT ?",
      desired, is_whole(db, desired), kFailuresOfWish);
  while (rows.next()) runs.push_back(task_run(rows));
  return runs;
}

}  // namespace testlooper::store
