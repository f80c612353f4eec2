#include "store/experiment_changes.hpp"

#include "testlooper/base/check.hpp"

#include "store/conditions.hpp"
#include "store/json.hpp"
#include "store/names.hpp"

namespace testlooper::store {
namespace {

bool has_ended(ExperimentStanding standing) {
  return standing == ExperimentStanding::stopped || standing == ExperimentStanding::decided;
}

}  // namespace

void find_experiments(Applying& in) {
  const auto add = [&](const std::set<CommitId>& commits, bool diagnoses) {
    for (const auto& commit : commits) {
      auto rows = in.db.query(
          "SELECT e.id FROM lab_experiments e INDEXED BY lab_experiments_open"
          " WHERE (e.standing = 'running' OR e.watched = 1) AND e.standing = 'running'"
          " AND (?1 OR e.kind <> 'diagnose') AND EXISTS"
          " (SELECT 1 FROM test_desired d WHERE d.experiment_id = e.id AND d.commit_id = ?2)",
          diagnoses, commit);
      while (rows.next()) in.experiments.insert(rows.id<ExperimentId>(0));
    }
  };
  add(in.evidence, true);
  add(in.ran, false);
}

void note_experiment_of(Applying& in, DesiredId desired) {
  auto row = in.db.query(
      "SELECT experiment_id FROM test_desired WHERE id = ? AND experiment_id IS NOT NULL", desired);
  if (row.next()) in.experiments.insert(row.id<ExperimentId>(0));
}

std::string question_json(const ExperimentQuestion& question) {
  return std::visit([](const auto& each) { return codec::to_json(each); }, question);
}

ExperimentQuestion parse_question(ExperimentKind kind, std::string_view json) {
  switch (kind) {
    case ExperimentKind::hunt:
      return parse_json<HuntQuestion>(json);
    case ExperimentKind::prove:
      return parse_json<ProveQuestion>(json);
    case ExperimentKind::bisect:
      return parse_json<BisectQuestion>(json);
    case ExperimentKind::diagnose:
      return parse_json<DiagnoseQuestion>(json);
  }
  return {};
}

void apply(Applying& in, const change::ExperimentCreated& change) {
  const auto& spec = change.spec;
  const ExperimentId id{in.db.insert(
      "INSERT INTO lab_experiments (repo_id, test_id, kind, question, max_runs, in_flight,"
      " background, requested_by, standing, created_at, resumed_at, condition_id)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'running', ?9, ?9, ?10)",
      spec.repo, spec.test, name_of(kind_of(spec.question)), question_json(spec.question),
      spec.max_runs, spec.in_flight, spec.background, spec.requested_by, in.now,
      condition_id(in.db, spec.repo, spec.condition))};
  in.created.push_back(id);
  in.experiments.insert(id);
}

void apply(Applying& in, const change::ExperimentMoved& change) {
  const bool runs = change.standing == ExperimentStanding::running;
  const auto moved = in.db.run(
      "UPDATE lab_experiments SET"
      " ran_ms = ran_ms + iif(standing = 'running', max(0, ?1 - resumed_at), 0),"
      " resumed_at = iif(?2, ?1, resumed_at), ended_at = ?3, standing = ?4, verdict = ?5,"
      " answer = ?6, watched = ?7 WHERE id = ?8",
      in.now, runs, has_ended(change.standing) ? std::optional{in.now} : std::nullopt,
      name_of(change.standing), change.verdict, change.answer, change.watched, change.experiment);
  TL_CHECK(moved == 1);
  in.experiments.insert(change.experiment);
}

void apply(Applying& in, const change::ExperimentExtended& change) {
  const auto changed =
      in.db.run("UPDATE lab_experiments SET question = ?, max_runs = ? WHERE id = ?",
                question_json(change.question), change.max_runs, change.experiment);
  TL_CHECK(changed == 1);
  in.experiments.insert(change.experiment);
}

}  // namespace testlooper::store
