#include "store/view_tasks.hpp"

#include <unordered_set>

#include "testlooper/base/check.hpp"

#include "store/json.hpp"
#include "store/names.hpp"
#include "store/view_parts.hpp"

namespace testlooper::store {
namespace {

constexpr int kOfCommit = 200;
constexpr int kFinished = 50;
constexpr int kFinishedLookedAt = 1000;  // for those of one repository

#define TL_SELECT_TASK_LINES                                                                \
  "SELECT t.id, t.kind, t.state, t.outcome, t.cause, r.name, c.sha, c.message, s.name,"     \
  " t.test_count, t.attempts, t.created_at, a.started_at, a.ended_at, t.repeats"            \
  " FROM engine_tasks t JOIN "                                                              \
  "repo_repos r ON r.id = t.repo_id"                                                        \
  " JOIN repo_commits c ON c.id = t.commit_id LEFT JOIN test_suites s ON s.id = t.suite_id" \
  " LEFT JOIN engine_attempts a ON a.task_id = t.id AND a.number = t.attempts "

#define TL_START_ORDER " ORDER BY t.priority, t.generation DESC, t.committed_at DESC, t.id "

pages::TaskSummary task_line(const Query& row) {
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
  task.repeats = row.small(14);
  return task;
}

void add_in_state(Connection& db, const Part& part, TaskState state, std::int64_t limit,
                  std::vector<pages::TaskSummary>& lines) {
  auto rows = part
                  ? db.query(TL_SELECT_TASK_LINES
                             "WHERE t.state = ? AND t.state <> 'finished'"
                             " AND t.repo_id = ?" TL_START_ORDER "LIMIT ?",
                             name_of(state), *part, limit)
                  : db.query(TL_SELECT_TASK_LINES
                             "WHERE t.state = ? AND t.state <> 'finished'" TL_START_ORDER "LIMIT ?",
                             name_of(state), limit);
  while (rows.next()) lines.push_back(task_line(rows));
}

bool is_waiting(const pages::TaskSummary& task) {
  return task.state == name_of(TaskState::ready) || task.state == name_of(TaskState::waiting);
}

// Of these those that wait, in this order.
void add_these(Connection& db, const Part& part, const EngineQuery& query,
               std::vector<pages::TaskSummary>& lines) {
  for (const auto id : query.order) {
    if (lines.size() == query.limit) return;
    auto row = db.query(TL_SELECT_TASK_LINES "WHERE t.id = ?1 AND (?2 IS NULL OR t.repo_id = ?2)",
                        id, part);
    if (!row.next()) continue;
    auto task = task_line(row);
    if (is_waiting(task)) lines.push_back(std::move(task));
  }
}

#define TL_SELECT_ATTEMPTS                                                                 \
  "SELECT number, outcome, cause, exit_code, oom_killed, started_at, ended_at, log_bytes," \
  " log_dropped, artifacts, artifact_bytes, artifact_warnings, log_removed_at, "           \
  "artifacts_removed_at, coalesce(place, ''), place_reason FROM engine_attempts "

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
  attempt.place = row.text(14);
  attempt.place_reason = row.text(15);
  return attempt;
}

}  // namespace

pages::TaskSummary task_summary(Connection& db, TaskId id) {
  auto row = db.query(TL_SELECT_TASK_LINES "WHERE t.id = ?", id);
  TL_CHECK(row.next());
  return task_line(row);
}

std::vector<pages::TaskSummary> tasks_of_commit(Connection& db, CommitId commit) {
  std::vector<pages::TaskSummary> lines;
  auto rows = db.query(TL_SELECT_TASK_LINES "WHERE t.commit_id = ? ORDER BY t.id DESC LIMIT ?",
                       commit, kOfCommit);
  while (rows.next()) lines.push_back(task_line(rows));
  return lines;
}

std::vector<pages::TaskSummary> running_tasks(Connection& db, const Part& part) {
  constexpr int kAll = -1;  // there are no more than slots
  std::vector<pages::TaskSummary> lines;
  add_in_state(db, part, TaskState::running, kAll, lines);
  add_in_state(db, part, TaskState::starting, kAll, lines);
  return lines;
}

std::vector<pages::TaskSummary> waiting_tasks(Connection& db, const Part& part,
                                              const EngineQuery& query) {
  std::vector<pages::TaskSummary> lines;
  add_these(db, part, query, lines);
  const std::unordered_set<TaskId> named(query.order.begin(), query.order.end());
  // The store's order is not the schedule's, which knows how much each flow has used.
  for (const auto state : {TaskState::ready, TaskState::waiting}) {
    if (lines.size() == query.limit) break;
    std::vector<pages::TaskSummary> more;
    add_in_state(db, part, state, std::ssize(named) + static_cast<std::int64_t>(query.limit), more);
    for (auto& task : more) {
      if (lines.size() < query.limit && !named.contains(task.id)) lines.push_back(std::move(task));
    }
  }
  return lines;
}

std::vector<pages::TaskSummary> finished_tasks(Connection& db, const Part& part) {
  std::vector<pages::TaskSummary> lines;
  auto rows = db.query(TL_SELECT_TASK_LINES
                       "WHERE t.id IN (SELECT id FROM engine_tasks WHERE state = 'finished'"
                       "  ORDER BY finished_at DESC, id DESC LIMIT ?1)"
                       " AND (?2 IS NULL OR t.repo_id = ?2)"
                       " ORDER BY t.finished_at DESC, t.id DESC LIMIT ?3",
                       part ? kFinishedLookedAt : kFinished, part, kFinished);
  while (rows.next()) lines.push_back(task_line(rows));
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
