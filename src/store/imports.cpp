#include "store/imports.hpp"

#include <algorithm>
#include <set>

#include "testlooper/base/check.hpp"
#include "testlooper/base/limits.hpp"

#include "store/changes.hpp"
#include "store/json.hpp"
#include "store/lists.hpp"
#include "store/names.hpp"
#include "store/test_ids.hpp"

namespace testlooper::store {
namespace {

struct SuiteRow {
  SuiteId id;
  std::string environment;
};

std::optional<SuiteRow> find_suite(Connection& db, CommitId commit, const std::string& name) {
  auto row = db.query("SELECT id, definition FROM test_suites WHERE commit_id = ? AND name = ?",
                      commit, name);
  if (!row.next()) return std::nullopt;
  return SuiteRow{row.id<SuiteId>(0), parse_json<Suite>(row.view(1)).environment};
}

// What nobody chose is the suite's own.
std::string environment_of(const change::ReportImported& change,
                           const std::optional<SuiteRow>& suite) {
  if (!change.environment.empty()) return change.environment;
  return suite ? suite->environment : std::string{limits::kImportedName};
}

SuiteId suite_for(Connection& db, const change::ReportImported& change,
                  const std::string& environment) {
  if (const auto known = find_suite(db, change.commit, change.suite)) return known->id;
  Suite suite;
  suite.name = change.suite;
  suite.kind = limits::kImportedName;
  suite.environment = environment;
  return {
      db.insert("INSERT INTO test_suites (commit_id, name, definition, listed, imported)"
                " VALUES (?, ?, ?, 'ok', 1)",
                change.commit, change.suite, codec::to_json(suite))};
}

std::string origin_of(const change::ReportImported& change) {
  auto text = "imported from " + change.source;
  if (!change.attempt.empty()) text += ", attempt " + change.attempt;
  if (!change.file.empty()) text += ": " + change.file;
  return text;
}

// The tests of the report, each once.
std::vector<TestId> tests_of(Connection& db, const change::ReportImported& change) {
  std::set<TestId> tests;
  for (const auto& result : change.results) {
    tests.insert(test_id(db, change.repo, change.suite, result.test));
  }
  return {tests.begin(), tests.end()};
}

TaskId add_task(Applying& in, const change::ReportImported& change, SuiteId suite) {
  const auto tests = tests_of(in.db, change);
  const bool failed = std::ranges::any_of(
      change.results, [](const auto& each) { return is_failure(each.outcome); });
  const TaskId task{in.db.number(
      "INSERT INTO engine_tasks (key, kind, repo_id, commit_id, priority, generation, committed_at,"
      " image, suite_id, tests, test_count, all_tests, created_at, state, outcome, cause, attempts,"
      " finished_at) SELECT ?1, 'run_tests', repo_id, id, 0, generation, committed_at, '', ?2, ?3,"
      " ?4, 0, ?5, 'finished', ?6, ?7, 1, ?5 FROM repo_commits WHERE id = ?8 RETURNING id",
      "import:" + change.digest, suite, Blob{pack_test_ids(tests)}, tests.size(), in.now,
      name_of(failed ? Outcome::failed : Outcome::passed), origin_of(change), change.commit)};
  TL_CHECK(task);
  in.db.run(
      "INSERT INTO engine_attempts (task_id, number, started_at, ended_at, outcome, cause,"
      " oom_killed, interrupted, image_missing, duration_ms, log_path, log_bytes, log_dropped)"
      " VALUES (?1, 1, ?2, ?2, ?3, ?4, 0, 0, 0, 0, '', 0, 0)",
      task, in.now, name_of(failed ? Outcome::failed : Outcome::passed), origin_of(change));
  return task;
}

}  // namespace

std::optional<Error> import_problem(Connection& db, const change::ReportImported& change) {
  const bool known =
      db.number(
          "SELECT count(*) FROM test_imports WHERE repo_id = ? AND commit_id = ?"
          " AND suite = ? AND attempt = ? AND digest = ?",
          change.repo, change.commit, change.suite, change.attempt, change.digest) > 0;
  if (known) return Error{ErrorKind::conflict, std::string{limits::kImportKnown}, {}};
  const auto suite = find_suite(db, change.commit, change.suite);
  if (!suite || suite->environment == environment_of(change, suite)) return std::nullopt;
  return Error{ErrorKind::invalid,
               "suite '" + change.suite + "' runs in environment '" + suite->environment +
                   "' at this commit: name another suite, since outcomes are compared within one",
               "environment"};
}

std::vector<TestName> names_in_suite(Connection& db, RepoId repo, const std::string& suite) {
  std::vector<TestName> names;
  auto rows = db.query("SELECT path, name FROM test_tests WHERE repo_id = ? AND suite = ? LIMIT ?",
                       repo, suite, limits::kImportTests);
  while (rows.next()) names.push_back({rows.text(0), rows.text(1)});
  return names;
}

void apply(Applying& in, const change::ReportImported& change) {
  const auto environment = environment_of(change, find_suite(in.db, change.commit, change.suite));
  const auto suite = suite_for(in.db, change, environment);
  std::vector<ListedTest> listed;
  for (const auto& result : change.results) listed.push_back({result.test, {}});
  extend_list(in, suite, listed);
  const auto task = add_task(in, change, suite);
  apply(in, change::RunsRecorded{{task, 1}, {change.results, in.now}});
  in.db.run(
      "INSERT INTO test_imports (repo_id, commit_id, task_id, suite, environment, source, attempt,"
      " file, digest, who, imported_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      change.repo, change.commit, task, change.suite, environment, change.source, change.attempt,
      change.file, change.digest, change.who, in.now);
}

}  // namespace testlooper::store
