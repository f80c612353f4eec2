#include "store/tasks.hpp"

#include "testlooper/base/check.hpp"

#include "store/names.hpp"
#include "store/test_ids.hpp"

namespace testlooper::store {
namespace {

#define TL_SELECT_TASKS                                                                     \
  "SELECT id, key, kind, repo_id, commit_id, priority, image, suite_id, desired_id, tests," \
  " all_tests, state, outcome, cause, attempts, infra_attempts, created_at, not_before"     \
  " FROM engine_tasks "

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
  spec.suite = row.optional_id<SuiteId>(7);
  spec.desired = row.optional_id<DesiredId>(8);
  spec.tests = unpack_test_ids(row.view(9));
  spec.all_tests = row.boolean(10);
  task.state = task_state(row.view(11));
  if (!row.is_null(12)) task.outcome = outcome(row.view(12));
  task.cause = row.text(13);
  task.attempts = row.small(14);
  task.infra_attempts = row.small(15);
  task.created_at = row.time(16);
  task.not_before = row.time(17);
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

}  // namespace testlooper::store
