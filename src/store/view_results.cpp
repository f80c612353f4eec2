// What attempts left: where a run's own log is, and the files of TEST_ARTIFACTS.
#include "store/view_results.hpp"

#include "codec/media_type.hpp"
#include "store/json.hpp"
#include "store/names.hpp"
#include "store/view_pages.hpp"
#include "store/view_parts.hpp"

namespace testlooper::store {
namespace {

std::optional<RunLog> own_log(Connection& db, RunId run) {
  auto row = db.query("SELECT kind, begins, ends FROM test_run_logs WHERE run_id = ?", run);
  if (!row.next()) return std::nullopt;
  return RunLog{run_log_kind(row.view(0)), static_cast<std::uint64_t>(row.integer(1)),
                static_cast<std::uint64_t>(row.integer(2))};
}

}  // namespace

pages::RunLogSummary run_log_summary(Connection& db, RunId run,
                                     const pages::AttemptSummary& attempt) {
  if (attempt.log_removed_at) return {"none", 0, attempt.log_removed_at};
  if (const auto own = own_log(db, run)) {
    return {std::string{name_of(own->kind)}, own->end - own->begin, std::nullopt};
  }
  // An imported run has none; its report's message says what there is.
  const bool has_file = db.number(
                            "SELECT a.log_path <> '' OR a.ended_at IS NULL FROM test_runs u"
                            " JOIN engine_attempts a ON a.task_id = u.task_id"
                            "  AND a.number = u.attempt WHERE u.id = ?",
                            run) == 1;
  return {has_file ? "whole" : "none", attempt.log_bytes, std::nullopt};
}

Result<RunLogPlace> run_log(Connection& db, RunId run) {
  auto row = db.query(
      "SELECT u.task_id, u.attempt, a.log_path, a.log_removed_at FROM test_runs u"
      " JOIN engine_attempts a ON a.task_id = u.task_id AND a.number = u.attempt WHERE u.id = ?",
      run);
  if (!row.next()) return not_found("there is no run " + std::to_string(run.value));
  RunLogPlace place{row.text(2), own_log(db, run), row.optional_time(3)};
  if (place.part && place.part->kind == RunLogKind::report) {
    place.path = attempt_run_logs_path({row.id<TaskId>(0), row.small(1)});
  }
  return place;
}

Result<pages::ArtifactsPage> artifacts_page(Connection& db, AttemptKey attempt) {
  auto row = db.query(
      "SELECT artifact_bytes, artifact_warnings, artifacts_removed_at FROM engine_attempts"
      " WHERE task_id = ? AND number = ?",
      attempt.task, attempt.number);
  if (!row.next()) {
    return not_found("task " + std::to_string(attempt.task.value) + " has no attempt " +
                     std::to_string(attempt.number));
  }
  pages::ArtifactsPage page;
  page.revision = read_revision(db);
  page.task = attempt.task;
  page.attempt = attempt.number;
  page.bytes = static_cast<std::uint64_t>(row.integer(0));
  page.warnings = parse_json<std::vector<std::string>>(row.view(1));
  page.removed_at = row.optional_time(2);
  auto files = db.query(
      "SELECT path, bytes FROM engine_artifacts WHERE task_id = ? AND attempt = ? ORDER BY path",
      attempt.task, attempt.number);
  while (files.next()) {
    page.artifacts.push_back({files.text(0), static_cast<std::uint64_t>(files.integer(1)),
                              std::string{codec::safe_media_type(files.view(0))}});
  }
  return page;
}

}  // namespace testlooper::store
