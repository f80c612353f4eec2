// Runs, with the roll-ups and the tallies that they count for.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "testlooper/base/check.hpp"

#include "store/changes.hpp"
#include "store/clusters.hpp"
#include "store/conditions.hpp"
#include "store/experiment_changes.hpp"
#include "store/experiment_tallies.hpp"
#include "store/flaky.hpp"
#include "store/json.hpp"
#include "store/lists.hpp"
#include "store/names.hpp"
#include "store/places.hpp"
#include "store/rollups.hpp"
#include "store/test_ids.hpp"
#include "store/traits.hpp"

namespace testlooper::store {
namespace {

// What a run_tests task says about its runs.
struct RunTask {
  RepoId repo;
  CommitId commit;
  SuiteId suite;
  std::string suite_name;
  std::optional<DesiredId> desired;
  std::vector<TestId> tests;
  std::int64_t repeats = 1;
  std::optional<ConditionId> condition;

  // Under a condition nothing counts but what was asked for.
  bool ignores(TestId test) const {
    return condition && std::ranges::find(tests, test) == tests.end();
  }
};

RunTask run_task(Connection& db, TaskId id) {
  auto row = db.query(
      "SELECT t.repo_id, t.commit_id, s.id, s.name, t.desired_id, t.tests, t.repeats"
      " FROM engine_tasks t"
      " JOIN test_suites s ON s.id = t.suite_id WHERE t.id = ?",
      id);
  TL_CHECK(row.next());
  const auto desired = row.optional_id<DesiredId>(4);
  return {row.id<RepoId>(0),
          row.id<CommitId>(1),
          row.id<SuiteId>(2),
          row.text(3),
          desired,
          unpack_test_ids(row.view(5)),
          row.integer(6),
          condition_of(db, desired)};
}

Learnt add_run(Applying& in, const RunTask& task, const change::RunsRecorded& change,
               const TestResult& result, TestId test) {
  const RunId run{in.db.insert(
      "INSERT INTO test_runs (commit_id, test_id, task_id, attempt, outcome, started_at,"
      " duration_us, message, stages, condition_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      task.commit, test, change.attempt.task, change.attempt.number, name_of(result.outcome),
      result.started_at.value_or(change.run.started_at), result.duration.count(), result.message,
      codec::to_json(result.stages), task.condition)};
  if (result.log) {
    in.db.run("INSERT INTO test_run_logs VALUES (?, ?, ?, ?)", run, name_of(result.log->kind),
              result.log->begin, result.log->end);
  }
  if (task.condition) return {};
  if (is_failure(result.outcome)) add_to_cluster(in.db, task.repo, test, run, result.message);
  const RunRow row{run, task.commit, test, result.outcome, result.duration};
  auto learnt = add_to_rollup(in.db, row);
  if (!learnt) {
    // Nobody listed it, and yet it ran: it is one of the commit's tests from now on.
    extend_list(in, task.suite, {{result.test, {}}});
    learnt = add_to_rollup(in.db, row);
  }
  TL_CHECK(learnt.has_value());
  note_evidence(in.db, task.repo, task.commit, test, learnt->flaky);
  return *learnt;
}

// A wish that was lowered may have more runs of a test than it wants; one that asks about failures
// or flakes wants more now.
void recount_where_needed(Applying& in, const RunTask& task, const Learnt& learnt) {
  if (in.db.number("SELECT lowered FROM test_desired WHERE id = ?", task.desired) == 1) {
    in.recount_wishes.insert(*task.desired);
  }
  const bool asked = (learnt.failed || learnt.flaky) &&
                     in.db.number(
                         "SELECT EXISTS (SELECT 1 FROM test_desired WHERE commit_id = ?1 AND ("
                         " (?2 AND fail_runs > runs) OR (?3 AND flake_runs > runs)))",
                         task.commit, learnt.failed, learnt.flaky) == 1;
  if (asked) in.recount.insert(task.commit);
  if (!learnt.flaky) return;
  for (const auto& heir : heirs_of_flakes(in.db, task.commit)) {
    in.touched.insert(heir);
    in.recount.insert(heir);
  }
}

void note_runs(Applying& in, const RunTask& task) {
  in.ran.insert(task.commit);
  if (task.desired) note_experiment_of(in, *task.desired);
}

struct Counted {
  std::int64_t done = 0;
  std::int64_t given_up = 0;
};

void add_tally(Connection& db, DesiredId desired, TestId test, const Counted& counted) {
  db.run(
      "INSERT INTO test_tallies VALUES (?, ?, ?, ?) ON CONFLICT (desired_id, test_id) DO UPDATE"
      " SET done = done + excluded.done, given_up = given_up + excluded.given_up",
      desired, test, counted.done, counted.given_up);
}

void add_to_wish(Connection& db, DesiredId desired, const Counted& counted) {
  db.run("UPDATE test_desired SET done = done + ?, given_up = given_up + ? WHERE id = ?",
         counted.done, counted.given_up, desired);
}

// A task is as many runs of each of its tests for the wish as it was to be, at most, however often
// a report names them; of what is lacking then, there is another task. A test that the report left
// out is given up, so that the wish ends. Infra counts for neither.
void count_for_wish(Connection& db, const RunTask& task,
                    const std::unordered_map<TestId, std::int64_t>& measured,
                    const std::unordered_set<TestId>& reported) {
  if (!task.desired) return;
  Counted sum;
  for (const auto& test : task.tests) {
    Counted counted;
    if (const auto found = measured.find(test); found != measured.end()) {
      counted.done = std::min(found->second, task.repeats);
    } else if (!reported.contains(test)) {
      counted.given_up = 1;
    } else {
      continue;
    }
    add_tally(db, *task.desired, test, counted);
    sum.done += counted.done;
    sum.given_up += counted.given_up;
  }
  add_to_wish(db, *task.desired, sum);
}

void add_to_totals(Applying& in, RepoId repo, const std::vector<TestResult>& results) {
  in.db.run(
      "INSERT INTO test_days VALUES (?, ?, ?)"
      " ON CONFLICT (repo_id, day) DO UPDATE SET runs = runs + excluded.runs",
      repo, in.now.ms / kMillisecondsPerDay, results.size());
  std::array<std::int64_t, kOutcomes> runs{};
  for (const auto& result : results) ++runs.at(static_cast<std::size_t>(result.outcome));
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (runs[i] == 0) continue;
    in.db.run(
        "INSERT INTO test_outcomes VALUES (?, ?, ?)"
        " ON CONFLICT (repo_id, outcome) DO UPDATE SET runs = runs + excluded.runs",
        repo, name_of(static_cast<Outcome>(i)), runs[i]);
  }
}

// The end of an attempt is stored before its runs.
bool was_in_sandbox(Connection& db, AttemptKey attempt) {
  return db.number("SELECT place = 'sandbox' FROM engine_attempts WHERE task_id = ? AND number = ?",
                   attempt.task, attempt.number) == 1;
}

}  // namespace

void apply(Applying& in, const change::RunsRecorded& change) {
  const auto task = run_task(in.db, change.attempt.task);
  std::unordered_map<TestId, std::int64_t> measured;
  std::unordered_set<TestId> reported;
  const bool in_sandbox = was_in_sandbox(in.db, change.attempt);
  std::vector<CountedRun> counted;
  std::vector<TestId> failed;
  Learnt learnt;
  for (const auto& result : change.run.results) {
    const auto test = test_id(in.db, task.repo, task.suite_name, result.test);
    if (task.ignores(test)) continue;
    const auto news = add_run(in, task, change, result, test);
    learnt.failed = learnt.failed || news.failed;
    learnt.flaky = learnt.flaky || news.flaky;
    reported.insert(test);
    if (is_measurement(result.outcome)) ++measured[test];
    counted.push_back({test, result.outcome, result.duration});
    if (task.condition) continue;
    if (in_sandbox) {
      add_sandbox_run(in.db, {task.repo, task.commit, test, task.suite_name, result.outcome});
    }
    if (is_failure(result.outcome)) failed.push_back(test);
  }
  count_for_wish(in.db, task, measured, reported);
  if (task.desired) count_for_experiment(in, *task.desired, counted);
  look_at_watched(in, failed);
  recount_where_needed(in, task, learnt);
  add_to_totals(in, task.repo, change.run.results);
  in.touched.insert(task.commit);
  note_runs(in, task);
}

void apply(Applying& in, const change::RunsGivenUp& change) {
  const auto task = run_task(in.db, change.task);
  in.touched.insert(task.commit);
  note_runs(in, task);
  if (!task.desired) return;
  const auto lost = std::max<std::int64_t>(0, task.repeats - change.done);
  for (const auto& test : task.tests) {
    add_tally(in.db, *task.desired, test, {.given_up = lost});
  }
  add_to_wish(in.db, *task.desired,
              {.given_up = static_cast<std::int64_t>(task.tests.size()) * lost});
  recount_where_needed(in, task, {});
}

}  // namespace testlooper::store
