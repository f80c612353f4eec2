#include "store/durations.hpp"

#include <algorithm>
#include <unordered_map>

#include "testlooper/base/limits.hpp"

#include "store/lineage.hpp"
#include "store/names.hpp"

namespace testlooper::store {
namespace {

using Unknown = std::unordered_map<std::int64_t, KnownTest*>;

// Those that were measured there leave `unknown`.
void read_from(Connection& db, CommitId commit, Unknown& unknown) {
  if (unknown.empty()) return;
  auto rows = db.query(
      "SELECT test_id, total_us,"
      " passed + failed + error + skipped + xfailed + xpassed + timed_out + crashed"
      " FROM test_rollups WHERE commit_id = ? AND last_run IS NOT NULL",
      commit);
  while (rows.next()) {
    const auto found = unknown.find(rows.integer(0));
    if (found == unknown.end() || rows.integer(2) == 0) continue;
    found->second->duration = Microseconds{rows.integer(1) / rows.integer(2)};
    unknown.erase(found);
  }
}

// The newest of the commits before it whose tests were run for the most part.
CommitId measured_before(Connection& db, const CommitState& state) {
  return {db.number(
      "SELECT s.commit_id FROM test_summaries s JOIN repo_commits c ON c.id = s.commit_id"
      " WHERE s.commit_id < ?1 AND s.commit_id >= ?1 - 1000 AND c.repo_id = ?2"
      " AND s.measured > 0 AND s.measured * 2 >= s.tests ORDER BY s.commit_id DESC LIMIT 1",
      state.commit, state.repo)};
}

}  // namespace

void read_step_durations(Connection& db, CommitState& state) {
  for (const auto kind : {TaskKind::read_config, TaskKind::build_image, TaskKind::generate_plan,
                          TaskKind::set_up, TaskKind::build, TaskKind::list_tests}) {
    auto rows = db.query(
        "SELECT a.ended_at - a.started_at FROM engine_tasks t"
        " JOIN engine_attempts a ON a.task_id = t.id AND a.number = t.attempts"
        " WHERE t.repo_id = ? AND t.kind = ? AND t.kind <> 'run_tests' AND t.state = 'finished'"
        " AND t.outcome = 'passed' AND a.ended_at IS NOT NULL ORDER BY t.id DESC LIMIT ?",
        state.repo, name_of(kind), limits::kRecordedSteps);
    std::int64_t sum = 0, count = 0;
    while (rows.next()) {
      sum += rows.integer(0);
      ++count;
    }
    if (count > 0)
      state.step_durations[kind] = Milliseconds{std::max<std::int64_t>(sum, 0) / count};
  }
}

void read_durations(Connection& db, CommitState& state) {
  Unknown unknown;
  for (auto& suite : state.suites) {
    for (auto& test : suite.tests) unknown.emplace(test.id.value, &test);
  }
  read_from(db, state.commit, unknown);
  if (unknown.empty()) return;
  // A test that was just renamed takes as long as it did.
  for (const auto& [test, was] : earlier_names(db, state.commit)) {
    const auto found = unknown.find(test.value);
    if (found != unknown.end()) unknown.emplace(was.value, found->second);
  }
  read_from(db, measured_before(db, state), unknown);
}

}  // namespace testlooper::store
