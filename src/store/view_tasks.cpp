#include "store/view_tasks.hpp"

#include "testlooper/base/check.hpp"

#include "store/json.hpp"
#include "store/names.hpp"
#include "store/view_parts.hpp"

namespace testlooper::store {
namespace {

constexpr int kOfCommit = 200;
constexpr int kWaiting = 200;
constexpr int kFinished = 50;

#define TL_SELECT_TASK_LINES                                                                    \
  "SELECT t.id, t.kind, t.state, t.outcome, t.cause, r.name, c.sha, c.message, s.name,"         \
  " t.test_count, t.attempts, t.created_at, a.started_at, a.ended_at, t.not_before, t.repo_id," \
  " t.image FROM engine_tasks t JOIN repo_repos r ON r.id = t.repo_id"                          \
  " JOIN repo_commits c ON c.id = t.commit_id LEFT JOIN test_suites s ON s.id = t.suite_id"     \
  " LEFT JOIN engine_attempts a ON a.task_id = t.id AND a.number = t.attempts "

#define TL_START_ORDER " ORDER BY t.priority, t.generation DESC, t.committed_at DESC, t.id "

std::string due_in(Milliseconds rest) {
  const auto seconds = std::chrono::ceil<Seconds>(rest).count();
  return "the next attempt is due in " + std::to_string(seconds) + " s";
}

// Empty where the image is there, or none is needed.
std::string missing_image(Connection& db, RepoId repo, const std::string& image) {
  if (image.empty()) return {};
  auto made =
      db.query("SELECT state FROM engine_images WHERE repo_id = ? AND key = ?", repo, image);
  if (made.next()) {
    return step_state(made.view(0)) == StepState::ok ? "" : "its image, which could not be made";
  }
  const auto under_way = db.number(
      "SELECT (SELECT count(*) FROM engine_tasks WHERE repo_id = ?1 AND image = ?2"
      "  AND kind = 'build_image' AND state IN ('starting', 'running'))"
      " + (SELECT count(*) FROM engine_tasks WHERE repo_id = ?1 AND product = ?2"
      "  AND product <> '' AND state IN ('starting', 'running'))",
      repo, image);
  return under_way > 0 ? "its image, which is being made" : "its image, which is to be made";
}

std::string waits_for(Connection& db, const Query& row, WallTime now) {
  const auto state = task_state(row.view(2));
  if (state != TaskState::waiting && state != TaskState::ready) return {};
  if (const auto due = row.time(14); due > now) return due_in(due - now);
  if (task_kind(row.view(1)) != TaskKind::build_image) {
    if (auto image = missing_image(db, row.id<RepoId>(15), row.text(16)); !image.empty()) {
      return image;
    }
  }
  return "a free slot";
}

pages::TaskSummary task_line(Connection& db, const Query& row, WallTime now) {
  pages::TaskSummary task;
  task.id = row.id<TaskId>(0);
  task.kind = row.text(1);
  task.state = row.text(2);
  task.outcome = row.text(3);
  task.cause = row.text(4);
  task.repo = row.text(5);
  task.sha = row.text(6);
  task.subject = first_line(row.view(7));
  task.suite = row.text(8);
  task.tests = row.integer(9);
  task.attempts = row.small(10);
  task.created_at = row.time(11);
  task.started_at = row.optional_time(12);
  task.finished_at = row.optional_time(13);
  task.waits_for = waits_for(db, row, now);
  return task;
}

void add_in_state(Connection& db, TaskState state, int limit, WallTime now,
                  std::vector<pages::TaskSummary>& lines) {
  auto rows = db.query(TL_SELECT_TASK_LINES
                       "WHERE t.state = ? AND t.state <> 'finished'" TL_START_ORDER "LIMIT ?",
                       name_of(state), limit);
  while (rows.next()) lines.push_back(task_line(db, rows, now));
}

#define TL_SELECT_ATTEMPTS                                                                 \
  "SELECT number, outcome, cause, exit_code, oom_killed, started_at, ended_at, log_bytes," \
  " log_dropped, artifacts, artifact_bytes, artifact_warnings, log_removed_at, "           \
  "artifacts_removed_at FROM engine_attempts "

pages::AttemptSummary attempt_row(const Query& row) {
  pages::AttemptSummary attempt;
  attempt.number = row.small(0);
  attempt.outcome = row.text(1);
  attempt.cause = row.text(2);
  if (!row.is_null(3)) attempt.exit_code = row.small(3);
  attempt.oom_killed = row.boolean(4);
  attempt.started_at = row.time(5);
  attempt.finished_at = row.optional_time(6);
  attempt.log_bytes = static_cast<std::uint64_t>(row.integer(7));
  attempt.log_dropped = static_cast<std::uint64_t>(row.integer(8));
  attempt.artifacts = row.integer(9);
  attempt.artifact_bytes = static_cast<std::uint64_t>(row.integer(10));
  attempt.warnings = parse_json<std::vector<std::string>>(row.view(11));
  attempt.log_removed_at = row.optional_time(12);
  attempt.artifacts_removed_at = row.optional_time(13);
  return attempt;
}

}  // namespace

pages::TaskSummary task_summary(Connection& db, TaskId id, WallTime now) {
  auto row = db.query(TL_SELECT_TASK_LINES "WHERE t.id = ?", id);
  TL_CHECK(row.next());
  return task_line(db, row, now);
}

std::vector<pages::TaskSummary> tasks_of_commit(Connection& db, CommitId commit, WallTime now) {
  std::vector<pages::TaskSummary> lines;
  auto rows = db.query(TL_SELECT_TASK_LINES "WHERE t.commit_id = ? ORDER BY t.id DESC LIMIT ?",
                       commit, kOfCommit);
  while (rows.next()) lines.push_back(task_line(db, rows, now));
  return lines;
}

std::vector<pages::TaskSummary> running_tasks(Connection& db, WallTime now) {
  constexpr int kAll = -1;  // there are no more than slots
  std::vector<pages::TaskSummary> lines;
  add_in_state(db, TaskState::running, kAll, now, lines);
  add_in_state(db, TaskState::starting, kAll, now, lines);
  return lines;
}

std::vector<pages::TaskSummary> waiting_tasks(Connection& db, WallTime now) {
  std::vector<pages::TaskSummary> lines;
  add_in_state(db, TaskState::ready, kWaiting, now, lines);
  add_in_state(db, TaskState::waiting, kWaiting - static_cast<int>(lines.size()), now, lines);
  return lines;
}

std::vector<pages::TaskSummary> finished_tasks(Connection& db, WallTime now) {
  std::vector<pages::TaskSummary> lines;
  auto rows = db.query(TL_SELECT_TASK_LINES
                       "WHERE t.state = 'finished' ORDER BY t.finished_at DESC, t.id DESC LIMIT ?",
                       kFinished);
  while (rows.next()) lines.push_back(task_line(db, rows, now));
  return lines;
}

std::vector<pages::AttemptSummary> attempts_of(Connection& db, TaskId task) {
  std::vector<pages::AttemptSummary> attempts;
  auto rows = db.query(TL_SELECT_ATTEMPTS "WHERE task_id = ? ORDER BY number", task);
  while (rows.next()) attempts.push_back(attempt_row(rows));
  return attempts;
}

pages::AttemptSummary attempt_summary(Connection& db, AttemptKey attempt) {
  auto row =
      db.query(TL_SELECT_ATTEMPTS "WHERE task_id = ? AND number = ?", attempt.task, attempt.number);
  TL_CHECK(row.next());
  return attempt_row(row);
}

}  // namespace testlooper::store
