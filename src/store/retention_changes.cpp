// What retention takes away: the intent, then the row. Roll-ups stay whatever goes.
#include "testlooper/base/check.hpp"

#include "store/changes.hpp"
#include "store/names.hpp"
#include "store/products.hpp"

namespace testlooper::store {
namespace {

// From the intent on, pages say that it is gone: it may go at any moment.
void mark_removed(Applying& in, KeptKind kind, AttemptKey attempt) {
  if (kind == KeptKind::artifacts) {
    in.db.run(
        "UPDATE engine_attempts SET artifacts_removed_at = ? WHERE task_id = ? AND number = ?",
        in.now, attempt.task, attempt.number);
    in.db.run("DELETE FROM engine_artifacts WHERE task_id = ? AND attempt = ?", attempt.task,
              attempt.number);
    return;
  }
  in.db.run("UPDATE engine_attempts SET log_removed_at = ? WHERE task_id = ? AND number = ?",
            in.now, attempt.task, attempt.number);
  in.db.run(
      "DELETE FROM test_run_logs WHERE run_id IN"
      " (SELECT id FROM test_runs WHERE task_id = ? AND attempt = ?)",
      attempt.task, attempt.number);
}

}  // namespace

void apply(Applying& in, const change::HoldingsGoing& change) {
  for (const auto& [id, why] : change.holdings) {
    AttemptKey attempt;
    KeptKind kind{};
    {
      auto row = in.db.query(
          "SELECT kind, task_id, attempt FROM engine_holdings WHERE id = ? AND going IS NULL", id);
      if (!row.next()) continue;  // decided twice
      kind = kept_kind(row.view(0));
      attempt = {row.id<TaskId>(1), row.small(2)};
    }
    in.db.run("UPDATE engine_holdings SET going = ? WHERE id = ?", why, id);
    mark_removed(in, kind, attempt);
  }
}

void apply(Applying& in, const change::HoldingsGone& change) {
  for (const auto& id : change.holdings) {
    in.db.run("DELETE FROM engine_holdings WHERE id = ? AND going IS NOT NULL", id);
  }
}

void apply(Applying& in, const change::ImagesForgotten& change) {
  for (const auto& reference : change.references) {
    std::vector<std::pair<RepoId, ImageKey>> images;
    {
      auto rows =
          in.db.query("SELECT repo_id, key FROM engine_images WHERE reference = ?", reference);
      while (rows.next()) images.emplace_back(rows.id<RepoId>(0), rows.text(1));
    }
    for (const auto& [repo, key] : images) apply(in, change::ImageForgotten{repo, key});
  }
}

void apply(Applying& in, const change::BuildsForgotten& change) {
  for (const auto& [repo, artifact] : change.outputs) {
    const auto same = in.db.number(
        "SELECT count(*) FROM engine_outputs WHERE repo_id = ? AND key = ? AND volume = ?", repo,
        artifact.key, artifact.volume);
    if (same == 0) continue;  // it was built anew meanwhile
    drop_artifact(in, repo, artifact.key);
    touch_users_of(in, repo, artifact.key);
  }
}

}  // namespace testlooper::store
