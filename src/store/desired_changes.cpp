// Changes of what is wanted, and the record of who wanted it.
#include <string>

#include "testlooper/base/check.hpp"
#include "testlooper/base/limits.hpp"

#include "store/changes.hpp"
#include "store/conditions.hpp"
#include "store/experiment_changes.hpp"
#include "store/json.hpp"
#include "store/names.hpp"

namespace testlooper::store {
namespace {

DesiredId known_rule_wish(Connection& db, CommitId commit, DesiredSource source) {
  if (source != DesiredSource::branch_rule) return {};
  return {db.number("SELECT id FROM test_desired WHERE commit_id = ? AND source = 'branch_rule'",
                    commit)};
}

void touch_commit_of(Applying& in, DesiredId desired) {
  const CommitId commit{in.db.number("SELECT commit_id FROM test_desired WHERE id = ?", desired)};
  TL_CHECK(commit);
  in.touched.insert(commit);
  in.recount_wishes.insert(desired);
  note_experiment_of(in, desired);
}

}  // namespace

void apply(Applying& in, const change::Desired& change) {
  const CommitId commit{in.db.number("SELECT id FROM repo_commits WHERE repo_id = ? AND sha = ?",
                                     change.repo, change.sha)};
  TL_CHECK(commit);
  const auto& wish = change.wish;
  auto desired = known_rule_wish(in.db, commit, wish.source);
  if (!desired) {
    const auto& counts = wish.counts;
    desired.value = in.db.insert(
        "INSERT INTO test_desired (commit_id, source, rule_id, filter, runs, fail_runs, flake_runs,"
        " new_runs, requested_by, isolation, condition_id, created_at, experiment_id, arm, "
        "background)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        commit, name_of(wish.source), wish.rule, codec::to_json(wish.filter), counts.runs,
        counts.fail_runs, counts.flake_runs, counts.new_runs, wish.requested_by,
        name_of(wish.isolation), condition_id(in.db, change.repo, wish.condition), in.now,
        wish.experiment, wish.arm, wish.background);
    in.touched.insert(commit);
    in.recount_wishes.insert(desired);
  } else if (!wish.background) {
    const auto raised = in.db.run(
        "UPDATE test_desired SET background = 0 WHERE id = ? AND background <> 0", desired);
    if (raised > 0) in.touched.insert(commit);
  }
  in.desired.push_back(desired);
}

void apply(Applying& in, const change::DesiredChanged& change) {
  const auto& counts = change.wish.counts;
  const auto changed = in.db.run(
      "UPDATE test_desired SET rule_id = ?, filter = ?, runs = ?, fail_runs = ?, flake_runs = ?,"
      " new_runs = ?, requested_by = ?, isolation = ?, stopped_at = NULL, lowered = 1"
      " WHERE id = ?",
      change.wish.rule, codec::to_json(change.wish.filter), counts.runs, counts.fail_runs,
      counts.flake_runs, counts.new_runs, change.wish.requested_by, name_of(change.wish.isolation),
      change.desired);
  TL_CHECK(changed == 1);
  touch_commit_of(in, change.desired);
}

void apply(Applying& in, const change::DesiredStopped& change) {
  in.db.run(
      "UPDATE test_desired SET stopped_at = ?, lowered = 1 WHERE id = ? AND stopped_at IS NULL",
      in.now, change.desired);
  touch_commit_of(in, change.desired);
}

void apply(Applying& in, const change::Audited& change) {
  const auto& entry = change.entry;
  in.db.run(
      "INSERT INTO engine_audit (at, who, action, repo_id, subject, detail)"
      " VALUES (?, ?, ?, ?, ?, ?)",
      in.now, entry.who, entry.action, entry.repo, entry.subject,
      entry.detail.substr(0, limits::kAuditTextBytes));
}

}  // namespace testlooper::store
