#include "store/tasks.hpp"

#include "testlooper/base/check.hpp"

#include "store/names.hpp"
#include "store/test_ids.hpp"

namespace testlooper::store {
namespace {

#define TL_SELECT_TASKS                                                                        \
  "SELECT id, key, kind, repo_id, commit_id, priority, image, product, suite_id, desired_id, " \
  "tests,"                                                                                     \
  " all_tests, state, outcome, cause, attempts, infra_attempts, created_at, not_before,"       \
  " milli_cores, ram_mb, flow, first_result, expected_ms, cancelling, measured,"               \
  " repeats, series FROM engine_tasks "

#define TL_SELECT_READY_TASKS                                                                \
  "SELECT id, kind, repo_id, priority, generation, committed_at, milli_cores, ram_mb, flow," \
  " first_result, expected_ms, measured, (SELECT CASE d.source"                              \
  "  WHEN 'request' THEN d.requested_by WHEN 'experiment' THEN e.requested_by END"           \
  "  FROM test_desired d LEFT JOIN lab_experiments e ON e.id = d.experiment_id"              \
  "  WHERE d.id = desired_id) FROM engine_tasks WHERE state = 'ready' AND state <> 'finished' "

Task task_of(const Query& row) {
  Task task;
  task.id = row.id<TaskId>(0);
  auto& spec = task.spec;
  spec.key = row.text(1);
  spec.kind = task_kind(row.view(2));
  spec.repo = row.id<RepoId>(3);
  spec.commit = row.id<CommitId>(4);
  spec.priority = static_cast<Priority>(row.integer(5));
  spec.image = row.text(6);
  spec.product = row.text(7);
  spec.suite = row.optional_id<SuiteId>(8);
  spec.desired = row.optional_id<DesiredId>(9);
  spec.tests = unpack_test_ids(row.view(10));
  spec.all_tests = row.boolean(11);
  task.state = task_state(row.view(12));
  if (!row.is_null(13)) task.outcome = outcome(row.view(13));
  task.cause = row.text(14);
  task.attempts = row.small(15);
  task.infra_attempts = row.small(16);
  task.created_at = row.time(17);
  task.not_before = row.time(18);
  spec.needs = {row.integer(19), row.integer(20)};
  spec.flow = row.text(21);
  spec.first_result = row.boolean(22);
  spec.expected = Milliseconds{row.integer(23)};
  if (!row.is_null(24)) task.cancelling = cancel_scope(row.view(24));
  spec.measured = row.boolean(25);
  spec.repeats = row.small(26);
  spec.series = row.boolean(27);
  return task;
}

ReadyTask ready_task_of(const Query& row) {
  ReadyTask task;
  task.id = row.id<TaskId>(0);
  task.kind = task_kind(row.view(1));
  task.repo = row.id<RepoId>(2);
  task.priority = static_cast<Priority>(row.integer(3));
  task.generation = row.integer(4);
  task.committed_at = row.time(5);
  task.needs = {row.integer(6), row.integer(7)};
  task.flow = row.text(8);
  task.first_result = row.boolean(9);
  task.expected = Milliseconds{row.integer(10)};
  task.measured = row.boolean(11);
  task.person = row.text(12);
  return task;
}

}  // namespace

std::optional<Task> read_task(Connection& db, TaskId id) {
  auto row = db.query(TL_SELECT_TASKS "WHERE id = ?", id);
  if (!row.next()) return std::nullopt;
  return task_of(row);
}

std::vector<Task> read_tasks_in(Connection& db, TaskState state, int limit) {
  TL_CHECK(state != TaskState::finished);  // they no longer start; pages have their own order
  std::vector<Task> tasks;
  auto rows = db.query(TL_SELECT_TASKS
                       "WHERE state = ? AND state <> 'finished'"
                       " ORDER BY priority, generation DESC, committed_at DESC, id LIMIT ?",
                       name_of(state), limit);
  while (rows.next()) tasks.push_back(task_of(rows));
  return tasks;
}

std::vector<Task> open_tasks_of(Connection& db, CommitId commit) {
  std::vector<Task> tasks;
  auto rows =
      db.query(TL_SELECT_TASKS "WHERE commit_id = ? AND state <> 'finished' ORDER BY id", commit);
  while (rows.next()) tasks.push_back(task_of(rows));
  return tasks;
}

std::vector<ReadyTask> read_ready_tasks(Connection& db) {
  std::vector<ReadyTask> tasks;
  auto rows = db.query(TL_SELECT_READY_TASKS);
  while (rows.next()) tasks.push_back(ready_task_of(rows));
  return tasks;
}

std::optional<ReadyTask> read_ready_task(Connection& db, TaskId id) {
  auto row = db.query(TL_SELECT_READY_TASKS "AND id = ?", id);
  if (!row.next()) return std::nullopt;
  return ready_task_of(row);
}

bool read_draining(Connection& db) {
  return db.number("SELECT draining FROM engine_host WHERE only = 1") == 1;
}

std::vector<Task> read_open_tasks(Connection& db, RepoId repo) {
  std::vector<Task> tasks;
  auto rows =
      db.query(TL_SELECT_TASKS "WHERE repo_id = ? AND state <> 'finished' ORDER BY id", repo);
  while (rows.next()) tasks.push_back(task_of(rows));
  return tasks;
}

}  // namespace testlooper::store
