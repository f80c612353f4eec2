#include "store/experiments.hpp"

#include <algorithm>
#include <map>

#include "testlooper/base/check.hpp"

#include "store/conditions.hpp"
#include "store/experiment_changes.hpp"
#include "store/experiment_range.hpp"
#include "store/lineage.hpp"
#include "store/names.hpp"
#include "store/range_cache.hpp"
#include "store/view_commit_summary.hpp"
#include "store/wishes.hpp"

namespace testlooper::store {
namespace {

void read_names(Connection& db, const std::vector<TestId>& names, ExperimentState& state) {
  for (const auto& name : names) {
    auto row = db.query("SELECT suite, path, name FROM test_tests WHERE id = ?", name);
    row.next();
    state.suites.push_back(row.text(0));
    state.names.push_back({row.text(1), row.text(2)});
  }
}

// Of the names, the first that the commit lists; else the test's own.
TestId listed_name(Connection& db, CommitId commit, const std::vector<TestId>& names) {
  for (const auto& name : names) {
    if (db.number("SELECT 1 FROM test_rollups WHERE commit_id = ? AND test_id = ?", commit, name)) {
      return name;
    }
  }
  return names.front();
}

void read_runs(Connection& db, TestId test, ExperimentArm& arm) {
  auto tally =
      db.query("SELECT done, given_up FROM test_tallies WHERE desired_id = ? AND test_id = ?",
               arm.wish, test);
  if (tally.next()) arm.tally = {tally.integer(0), tally.integer(1), 0};
  auto counts = db.query(
      "SELECT passed, failed, skipped, total_us FROM lab_tallies"
      " WHERE desired_id = ? AND test_id = ?",
      arm.wish, test);
  if (!counts.next()) return;
  arm.counts = {counts.integer(0), counts.integer(1), counts.integer(2)};
  arm.total = Microseconds{counts.integer(3)};
}

std::string obstacle_at(Connection& db, const ExperimentArm& arm, bool listed) {
  if (auto error = failed_preparation(db, arm.commit); !error.empty() && !listed) return error;
  if (!listed) return "commit " + arm.sha + " does not have the test";
  return failed_preparation(db, arm.commit);
}

// Of the unfinished tasks at the commit, by wish.
std::map<DesiredId, std::int64_t> runs_in_flight(Connection& db, CommitId commit) {
  std::map<DesiredId, std::int64_t> runs;
  auto rows = db.query(
      "SELECT desired_id, sum(repeats) FROM engine_tasks WHERE commit_id = ?"
      " AND state <> 'finished' AND desired_id IS NOT NULL GROUP BY desired_id",
      commit);
  while (rows.next()) runs.emplace(rows.id<DesiredId>(0), rows.integer(1));
  return runs;
}

// What the arms at one commit have in common.
struct ArmsAt {
  TestId test;
  std::map<DesiredId, std::int64_t> in_flight;
};

void read_arm(Connection& db, WishRow wish, const ArmsAt& at, ExperimentArm& arm) {
  arm.key = wish.wish.arm;
  arm.wanted = std::move(wish.wish);
  arm.stopped = wish.stopped;
  const auto test = at.test;
  read_runs(db, test, arm);
  const auto in_flight = at.in_flight.find(arm.wish);
  if (in_flight != at.in_flight.end()) arm.tally.in_flight = in_flight->second;
  if (!arm.wanted.condition.plain() && arm.tally.given_up > 0) {
    arm.obstacle = unmet_condition(db, arm.wish);
  }
  const auto lacks = arm.wanted.counts.runs - arm.tally.done - arm.tally.given_up;
  if (!arm.settled || arm.stopped || lacks <= 0) return;
  const bool listed = db.number("SELECT 1 FROM test_rollups WHERE commit_id = ? AND test_id = ?",
                                arm.commit, test) == 1;
  arm.obstacle = obstacle_at(db, arm, listed);
}

void read_arms(Connection& db, const std::vector<TestId>& names, ExperimentState& state) {
  {
    auto rows = db.query(
        "SELECT d.id, d.commit_id, c.sha, c.settled FROM test_desired d"
        " JOIN repo_commits c ON c.id = d.commit_id WHERE d.experiment_id = ? ORDER BY d.id",
        state.experiment.id);
    while (rows.next()) {
      ExperimentArm arm;
      arm.wish = rows.id<DesiredId>(0);
      arm.commit = rows.id<CommitId>(1);
      arm.sha = rows.text(2);
      arm.settled = rows.boolean(3);
      state.arms.push_back(std::move(arm));
    }
  }
  auto wishes = wishes_of(db, state.experiment.id);
  TL_CHECK(wishes.size() == state.arms.size());
  std::map<CommitId, ArmsAt> commits;
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    auto& arm = state.arms[i];
    const auto [at, fresh] = commits.try_emplace(arm.commit);
    if (fresh) at->second = {listed_name(db, arm.commit, names), runs_in_flight(db, arm.commit)};
    read_arm(db, std::move(wishes[i]), at->second, arm);
  }
}

// Its suite there, and the host.
void read_surroundings(Connection& db, const std::vector<TestId>& names, const std::string& sha,
                       ExperimentState& state) {
  auto host = db.query("SELECT milli_cores, ram_mb FROM engine_host WHERE only = 1");
  if (host.next()) state.capacity = {host.integer(0), host.integer(1)};
  const CommitId commit{db.number("SELECT id FROM repo_commits WHERE repo_id = ? AND sha = ?",
                                  state.experiment.spec.repo, sha)};
  auto rows = db.query(
      "SELECT t.path, t.name FROM test_rollups here"
      " JOIN test_rollups r ON r.commit_id = here.commit_id AND r.suite_id = here.suite_id"
      " JOIN test_tests t ON t.id = r.test_id WHERE here.commit_id = ? AND here.test_id = ?"
      " ORDER BY r.position",
      commit, listed_name(db, commit, names));
  while (rows.next()) state.listed.push_back({rows.text(0), rows.text(1)});
}

void read_watched(Connection& db, const std::vector<TestId>& names, const std::string& sha,
                  ExperimentState& state) {
  const auto repo = state.experiment.spec.repo;
  auto head = db.query(
      "SELECT b.sha FROM repo_repos r JOIN repo_branches b ON b.repo_id = r.id"
      " AND b.name = r.primary_branch AND b.deleted_at IS NULL WHERE r.id = ?",
      repo);
  if (!head.next()) return;
  state.since = read_line_since(db, repo, sha, head.text(0));
  for (auto& commit : state.since) read_evidence(db, names, {}, commit);
  if (state.since.empty()) return;
  // What was proven comes first, and apart from what was run there for others.
  auto proven = state.since.front();
  proven.counts = {};
  for (const auto& arm : state.arms) {
    proven.counts.passed += arm.counts.passed;
    proven.counts.failed += arm.counts.failed;
  }
  auto& rest = state.since.front().counts;
  rest.passed = std::max<std::int64_t>(0, rest.passed - proven.counts.passed);
  rest.failed = std::max<std::int64_t>(0, rest.failed - proven.counts.failed);
  state.since.insert(state.since.begin(), std::move(proven));
}

}  // namespace

std::optional<Experiment> read_experiment_row(Connection& db, ExperimentId id) {
  auto row = db.query(
      "SELECT repo_id, test_id, kind, question, max_runs, in_flight, background, requested_by,"
      " standing, verdict, answer, watched, created_at, resumed_at, ran_ms, ended_at, condition_id"
      " FROM lab_experiments WHERE id = ?",
      id);
  if (!row.next()) return std::nullopt;
  Experiment experiment;
  experiment.id = id;
  auto& spec = experiment.spec;
  spec.repo = row.id<RepoId>(0);
  spec.test = row.id<TestId>(1);
  spec.question = parse_question(experiment_kind(row.view(2)), row.view(3));
  spec.max_runs = row.integer(4);
  spec.in_flight = row.small(5);
  spec.background = row.boolean(6);
  spec.requested_by = row.text(7);
  spec.condition = read_condition(db, row.optional_id<ConditionId>(16));
  experiment.standing = experiment_standing(row.view(8));
  experiment.verdict = row.text(9);
  experiment.answer = row.text(10);
  experiment.watched = row.boolean(11);
  experiment.created_at = row.time(12);
  experiment.resumed_at = row.time(13);
  experiment.ran = Milliseconds{row.integer(14)};
  experiment.ended_at = row.optional_time(15);
  return experiment;
}

std::optional<ExperimentState> read_experiment(Connection& db, ExperimentId id,
                                               RangeCache* ranges) {
  auto experiment = read_experiment_row(db, id);
  if (!experiment) return std::nullopt;
  ExperimentState state;
  state.experiment = std::move(*experiment);
  const auto& spec = state.experiment.spec;
  auto repo = db.query("SELECT name, standing = 'active' FROM repo_repos WHERE id = ?", spec.repo);
  repo.next();
  state.repo = repo.text(0);
  state.repo_active = repo.boolean(1);
  const auto names = names_of(db, spec.test);
  read_names(db, names, state);
  read_arms(db, names, state);
  if (std::holds_alternative<BisectQuestion>(spec.question)) {
    RangeCache own;
    state.range = (ranges == nullptr ? own : *ranges).range(db, state.experiment, names);
  }
  if (const auto* diagnosis = std::get_if<DiagnoseQuestion>(&spec.question)) {
    read_surroundings(db, names, diagnosis->sha, state);
  }
  const auto* proof = std::get_if<ProveQuestion>(&spec.question);
  if (proof != nullptr && state.experiment.watched) read_watched(db, names, proof->sha, state);
  return state;
}

std::vector<ExperimentId> open_experiments(Connection& db) {
  std::vector<ExperimentId> ids;
  auto rows = db.query(
      "SELECT e.id FROM lab_experiments e INDEXED BY lab_experiments_open"
      " CROSS JOIN repo_repos r ON r.id = e.repo_id"
      " WHERE (e.standing = 'running' OR e.watched = 1) AND r.standing = 'active' ORDER BY e.id");
  while (rows.next()) ids.push_back(rows.id<ExperimentId>(0));
  return ids;
}

}  // namespace testlooper::store
