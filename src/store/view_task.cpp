// The page of a task, and where the log of an attempt is.
#include "store/view_commit_summary.hpp"
#include "store/view_pages.hpp"
#include "store/view_parts.hpp"
#include "store/view_runs.hpp"
#include "store/view_tasks.hpp"

namespace testlooper::store {

Result<pages::TaskPage> task_page(Connection& db, TaskId id) {
  const CommitId commit{db.number("SELECT commit_id FROM engine_tasks WHERE id = ?", id)};
  if (!commit) return not_found("there is no task " + std::to_string(id.value));
  pages::TaskPage page;
  page.revision = read_revision(db);
  page.repo = repo_of(db, commit).name;
  page.commit = commit_summary(db, commit);
  page.task = task_summary(db, id);
  page.attempts = attempts_of(db, id);
  page.runs = runs_of_task(db, id);
  return page;
}

Result<AttemptLog> attempt_log(Connection& db, AttemptKey attempt) {
  auto row = db.query(
      "SELECT ended_at IS NOT NULL, log_path, log_bytes, log_dropped, log_removed_at"
      " FROM engine_attempts"
      " WHERE task_id = ? AND number = ?",
      attempt.task, attempt.number);
  if (!row.next()) {
    return not_found("task " + std::to_string(attempt.task.value) + " has no attempt " +
                     std::to_string(attempt.number));
  }
  AttemptLog log;
  log.complete = row.boolean(0);
  log.removed_at = row.optional_time(4);
  if (log.complete) {
    log.log = {row.text(1), static_cast<std::uint64_t>(row.integer(2)),
               static_cast<std::uint64_t>(row.integer(3))};
  } else {
    log.log.path = attempt_log_path(attempt);
  }
  return log;
}

}  // namespace testlooper::store
