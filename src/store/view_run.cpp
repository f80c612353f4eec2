// The page of a run.
#include "store/json.hpp"
#include "store/names.hpp"
#include "store/rollups.hpp"
#include "store/view_commit_summary.hpp"
#include "store/view_pages.hpp"
#include "store/view_parts.hpp"
#include "store/view_results.hpp"
#include "store/view_runs.hpp"
#include "store/view_tasks.hpp"

namespace testlooper::store {
namespace {

std::vector<pages::StageSummary> stages(std::string_view json) {
  std::vector<pages::StageSummary> summaries;
  for (const auto& stage : parse_json<std::vector<Stage>>(json)) {
    summaries.push_back({stage.name, std::string{name_of(stage.outcome)}, stage.duration.count()});
  }
  return summaries;
}

pages::Counts counts_of_rollup(Connection& db, CommitId commit, TestId test) {
  auto row = db.query(
      "SELECT passed, failed, error, skipped, xfailed, xpassed, timed_out, crashed, infra"
      " FROM test_rollups WHERE commit_id = ? AND test_id = ?",
      commit, test);
  return row.next() ? to_counts(read_counts(row, 0)) : pages::Counts{};
}

}  // namespace

Result<pages::RunPage> run_page(Connection& db, RunId id) {
  auto row = db.query(
      "SELECT u.commit_id, u.test_id, t.suite, t.path, t.name, u.outcome, u.started_at,"
      " u.duration_us, u.task_id, u.attempt, u.message, u.stages, u.condition_id"
      " FROM test_runs u JOIN test_tests t ON t.id = u.test_id WHERE u.id = ?",
      id);
  if (!row.next()) return not_found("there is no run " + std::to_string(id.value));
  const auto commit = row.id<CommitId>(0);
  pages::RunPage page;
  page.revision = read_revision(db);
  page.repo = repo_of(db, commit).name;
  page.commit = commit_summary(db, commit);
  page.test = row.id<TestId>(1);
  page.suite = row.text(2);
  page.path = row.text(3);
  page.name = row.text(4);
  page.run = {id, row.text(5), row.time(6), row.integer(7), row.id<TaskId>(8), row.small(9)};
  page.message = row.text(10);
  page.stages = stages(row.view(11));
  page.attempt = attempt_summary(db, {page.run.task, page.run.attempt});
  page.log = run_log_summary(db, id, page.attempt);
  const auto condition = row.optional_id<ConditionId>(12);
  page.condition = read_condition_words(db, condition);
  page.siblings = runs_of_test(db, commit, page.test, condition);
  page.counts = condition ? counts_of_test(db, commit, page.test, condition)
                          : counts_of_rollup(db, commit, page.test);
  return page;
}

}  // namespace testlooper::store
