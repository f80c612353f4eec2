// Changes of tasks and attempts.
#include "testlooper/base/check.hpp"
#include "testlooper/domain/monitoring.hpp"

#include "store/changes.hpp"
#include "store/experiment_changes.hpp"
#include "store/json.hpp"
#include "store/names.hpp"
#include "store/products.hpp"
#include "store/test_ids.hpp"

namespace testlooper::store {
namespace {

// A finished task no longer counts as in flight, so its commit is to be looked at; so are the
// others that waited for the image, the layer or the artifact it was to make.
void touch_users_of_task(Applying& in, TaskId task) {
  auto row = in.db.query(
      "SELECT commit_id, repo_id, iif(kind = 'build_image', image, product) FROM engine_tasks"
      " WHERE id = ?",
      task);
  TL_CHECK(row.next());
  in.touched.insert(row.id<CommitId>(0));
  if (auto made = row.text(2); !made.empty()) touch_users_of(in, row.id<RepoId>(1), made);
}

// What is used stays longest when room is needed.
void mark_used(Applying& in, TaskId task) {
  in.db.run(
      "UPDATE engine_images SET used_at = ?1 WHERE (repo_id, key) ="
      " (SELECT repo_id, image FROM engine_tasks WHERE id = ?2)",
      in.now, task);
  in.db.run(
      "UPDATE engine_outputs SET used_at = ?1 WHERE (repo_id, key) IN ("
      " SELECT t.repo_id, b.artifact_key FROM engine_tasks t"
      " LEFT JOIN test_suites s ON s.id = t.suite_id"
      " LEFT JOIN test_builds u ON u.commit_id = t.commit_id AND u.artifact_key = t.product"
      " JOIN json_each(coalesce(s.definition, u.definition, '{}'), '$.dependencies') d"
      " JOIN test_builds b ON b.commit_id = t.commit_id AND b.name = d.key WHERE t.id = ?2)",
      in.now, task);
}

}  // namespace

void apply(Applying& in, const change::TaskCreated& change) {
  const auto& task = change.task;
  const TaskId added{in.db.number(
      "INSERT INTO engine_tasks (key, kind, repo_id, commit_id, priority, generation, committed_at,"
      " image, product, suite_id, desired_id, tests, test_count, all_tests, created_at, "
      "milli_cores, ram_mb,"
      " flow, first_result, expected_ms, measured, repeats, series)"
      " SELECT ?1, ?2, ?3, id, ?5, generation, committed_at, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,"
      " ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21 FROM repo_commits WHERE id = ?4"
      " ON CONFLICT (key) WHERE state <> 'finished' DO NOTHING RETURNING id",
      task.key, name_of(task.kind), task.repo, task.commit, static_cast<int>(task.priority),
      task.image, task.product, task.suite, task.desired, Blob{pack_test_ids(task.tests)},
      task.tests.size(), task.all_tests, in.now, task.needs.milli_cores, task.needs.ram_mb,
      task.flow, task.first_result, task.expected.count(), task.measured, task.repeats,
      task.series)};
  if (!added) {
    TL_CHECK(in.db.number("SELECT id FROM repo_commits WHERE id = ?", task.commit));
    return;
  }
  in.touched.insert(task.commit);
  in.ready.push_back(added);
}

void apply(Applying& in, const change::TaskMoved& change) {
  const bool finished = change.to == TaskState::finished;
  const auto moved = in.db.run(
      "UPDATE engine_tasks SET state = ?, outcome = ?, cause = ?, attempts = ?, infra_attempts = ?,"
      " not_before = ?, finished_at = ?, cancelling = ? WHERE id = ? AND state = ?",
      name_of(change.to), finished ? std::optional{name_of(change.outcome)} : std::nullopt,
      change.cause, change.attempts, change.infra_attempts, change.not_before,
      finished ? std::optional{in.now} : std::nullopt, name_of(change.cancelling), change.task,
      name_of(change.from));
  TL_CHECK(moved == 1);
  if (change.to == TaskState::ready) in.ready.push_back(change.task);
  if (finished) touch_users_of_task(in, change.task);
  // Of what never began no run tells that it is over.
  if (finished && change.outcome == Outcome::cancelled) {
    const DesiredId desired{
        in.db.number("SELECT coalesce(desired_id, 0) FROM engine_tasks WHERE id = ?", change.task)};
    if (desired) note_experiment_of(in, desired);
  }
}

void apply(Applying& in, const change::AttemptStarted& change) {
  in.db.run("INSERT INTO engine_attempts (task_id, number, started_at) VALUES (?, ?, ?)",
            change.attempt.task, change.attempt.number, in.now);
  mark_used(in, change.attempt.task);
}

namespace {

void add_holding(Applying& in, AttemptKey attempt, std::string_view kind, std::uint64_t bytes) {
  in.db.run(
      "INSERT INTO engine_holdings (repo_id, kind, task_id, attempt, bytes, since)"
      " SELECT repo_id, ?, id, ?, ?, ? FROM engine_tasks WHERE id = ?",
      kind, attempt.number, bytes, in.now, attempt.task);
}

std::uint64_t bytes_of(const std::vector<Artifact>& artifacts) {
  std::uint64_t bytes = 0;
  for (const auto& artifact : artifacts) bytes += artifact.bytes;
  return bytes;
}

void keep_artifacts(Applying& in, AttemptKey attempt, const ArtifactsInfo& artifacts) {
  if (artifacts.files.empty() && artifacts.warnings.empty()) return;
  const auto bytes = bytes_of(artifacts.files);
  in.db.run(
      "UPDATE engine_attempts SET artifacts = ?, artifact_bytes = ?, artifact_warnings = ?"
      " WHERE task_id = ? AND number = ?",
      artifacts.files.size(), bytes, codec::to_json(artifacts.warnings), attempt.task,
      attempt.number);
  for (const auto& [path, size] : artifacts.files) {
    in.db.run("INSERT INTO engine_artifacts VALUES (?, ?, ?, ?)", attempt.task, attempt.number,
              path, size);
  }
  if (!artifacts.files.empty()) add_holding(in, attempt, "artifacts", bytes);
}

}  // namespace

void apply(Applying& in, const change::AttemptEnded& change) {
  const auto& end = change.end;
  const auto ended = in.db.run(
      "UPDATE engine_attempts SET ended_at = ?, outcome = ?, cause = ?, exit_code = ?,"
      " oom_killed = ?, interrupted = ?, image_missing = ?, duration_ms = ?, log_path = ?,"
      " log_bytes = ?, log_dropped = ?, place = ?, place_reason = ?"
      " WHERE task_id = ? AND number = ? AND ended_at IS NULL",
      in.now, name_of(end.outcome), end.cause, end.exit_code, end.oom_killed, end.interrupted,
      end.image_missing, end.duration.count(), end.log.path, end.log.bytes, end.log.dropped,
      name_of(end.place), end.place_reason, change.attempt.task, change.attempt.number);
  TL_CHECK(ended == 1);
  // One that we interrupted ourselves may have left a log that nobody told us of.
  if (!end.log.path.empty() || end.interrupted) {
    add_holding(in, change.attempt, is_failure(end.outcome) ? "failed_log" : "log",
                end.log.bytes + end.run_log_bytes);
  }
  keep_artifacts(in, change.attempt, end.artifacts);
  in.db.run(
      "INSERT INTO engine_durations SELECT kind, ?1, 1, ?2 FROM engine_tasks WHERE id = ?3"
      " ON CONFLICT (kind, bucket) DO UPDATE SET attempts = attempts + 1,"
      " total_ms = total_ms + excluded.total_ms",
      pages::bucket_of(end.duration), end.duration.count(), change.attempt.task);
}

void apply(Applying& in, const change::HostDescribed& change) {
  const auto changed = in.db.run(
      "UPDATE engine_host SET milli_cores = ?1, ram_mb = ?2"
      " WHERE only = 1 AND (milli_cores <> ?1 OR ram_mb <> ?2)",
      change.capacity.milli_cores, change.capacity.ram_mb);
  in.db.run("UPDATE engine_host SET containers = ? WHERE only = 1", change.containers);
  if (changed == 0) return;
  auto suites = in.db.query(
      "UPDATE test_suites SET listed = 'missing', error = '', too_big = 0"
      " WHERE listed = 'failed' AND too_big = 1 RETURNING commit_id");
  while (suites.next()) in.touched.insert(suites.id<CommitId>(0));
}

void apply(Applying& in, const change::DrainSet& change) {
  in.db.run("UPDATE engine_host SET draining = ? WHERE only = 1", change.draining);
}

}  // namespace testlooper::store
