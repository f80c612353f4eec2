#include "store/assignment.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "testlooper/base/check.hpp"

#include "lab/run_order.hpp"
#include "store/conditions.hpp"
#include "store/json.hpp"
#include "store/names.hpp"
#include "store/places.hpp"
#include "store/wishes.hpp"

namespace testlooper::store {
namespace {

bool under_way(const Task& task) {
  return task.state == TaskState::starting || task.state == TaskState::running;
}

void add_repo(Connection& db, Assignment& assignment, const NewTask& spec) {
  auto row = db.query(
      "SELECT r.id, r.name, r.source, r.config_path, r.branch_prefix, r.configured_primary,"
      " r.scan_depth, r.git_dir, c.sha, r.fetch_period_s"
      " FROM repo_commits c JOIN repo_repos r ON r.id = c.repo_id WHERE c.id = ?",
      spec.commit);
  TL_CHECK(row.next());
  assignment.repo = {
      row.id<RepoId>(0),
      {row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.small(6), row.small(9)},
      row.text(7)};
  assignment.sha = row.text(8);
}

Config config_of(Connection& db, CommitId commit) {
  auto row =
      db.query("SELECT config FROM test_configs WHERE commit_id = ? AND error IS NULL", commit);
  TL_CHECK(row.next());
  return parse_json<Config>(row.view(0));
}

// The config and the environments of a commit may name the image; the same key, the same content.
ImageSpec image_of(Connection& db, CommitId commit, const ImageKey& key) {
  auto environment = db.query(
      "SELECT definition FROM test_environments WHERE commit_id = ? AND image_key = ? LIMIT 1",
      commit, key);
  if (environment.next()) return parse_json<Environment>(environment.view(0)).image;
  return config_of(db, commit).image;
}

Environment environment_of(Connection& db, CommitId commit, const std::string& name) {
  auto row = db.query("SELECT definition FROM test_environments WHERE commit_id = ? AND name = ?",
                      commit, name);
  TL_CHECK(row.next());
  return parse_json<Environment>(row.view(0));
}

// An artifact that was lost since the task was made has no volume: the executor says so.
void add_mounts(Connection& db, Assignment& assignment, const NewTask& spec,
                const std::map<std::string, std::string>& dependencies) {
  for (const auto& [build, path] : dependencies) {
    auto row = db.query(
        "SELECT b.artifact_key, a.volume FROM test_builds b LEFT JOIN engine_outputs a"
        " ON a.repo_id = ? AND a.key = b.artifact_key AND a.state = 'ok'"
        " WHERE b.commit_id = ? AND b.name = ?",
        spec.repo, spec.commit, build);
    TL_CHECK(row.next());
    assignment.mounts.push_back({{row.text(0), row.text(1)}, path});
  }
}

void add_suite(Connection& db, Assignment& assignment, const NewTask& spec) {
  TL_CHECK(spec.suite.has_value());
  auto suite = db.query("SELECT definition FROM test_suites WHERE id = ?", *spec.suite);
  TL_CHECK(suite.next());
  assignment.suite = parse_json<Suite>(suite.view(0));
  assignment.environment = environment_of(db, spec.commit, assignment.suite->environment);
  add_mounts(db, assignment, spec, assignment.suite->dependencies);
}

// Builds that share a key are alike, but for their names.
void add_build(Connection& db, Assignment& assignment, const NewTask& spec) {
  auto row = db.query(
      "SELECT definition FROM test_builds WHERE commit_id = ? AND artifact_key = ? LIMIT 1",
      spec.commit, spec.product);
  TL_CHECK(row.next());
  assignment.build = parse_json<Build>(row.view(0));
  assignment.environment = environment_of(db, spec.commit, assignment.build->environment);
  assignment.inputs = assignment.build->inputs;
  add_mounts(db, assignment, spec, assignment.build->dependencies);
}

// The layer is an environment's, or one of a build that does not see all files.
void add_set_up(Connection& db, Assignment& assignment, const NewTask& spec) {
  auto environment = db.query(
      "SELECT definition FROM test_environments WHERE commit_id = ? AND set_up_key = ? LIMIT 1",
      spec.commit, spec.product);
  if (environment.next()) {
    assignment.environment = parse_json<Environment>(environment.view(0));
    return;
  }
  auto row =
      db.query("SELECT definition FROM test_builds WHERE commit_id = ? AND set_up_key = ? LIMIT 1",
               spec.commit, spec.product);
  TL_CHECK(row.next());
  const auto build = parse_json<Build>(row.view(0));
  assignment.environment = environment_of(db, spec.commit, build.environment);
  assignment.inputs = build.inputs;
}

std::string image_identity(Connection& db, RepoId repo, const ImageKey& key) {
  auto row =
      db.query("SELECT identity FROM engine_images WHERE repo_id = ? AND key = ?", repo, key);
  return row.next() ? row.text(0) : std::string{};
}

std::vector<TestName> listed_tests(Connection& db, SuiteId suite) {
  std::vector<TestName> tests;
  auto rows = db.query(
      "SELECT t.path, t.name FROM test_suites s JOIN test_rollups r ON r.commit_id = s.commit_id"
      " AND r.suite_id = s.id JOIN test_tests t ON t.id = r.test_id WHERE s.id = ?"
      " ORDER BY r.position",
      suite);
  while (rows.next()) tests.push_back({rows.text(0), rows.text(1)});
  return tests;
}

void add_condition(Connection& db, Assignment& assignment, const NewTask& spec) {
  assignment.condition = read_condition(db, condition_of(db, spec.desired));
  if (!assignment.condition.has_companions()) return;
  auto ordered = lab::ordered_tests(assignment.condition.order, listed_tests(db, *spec.suite),
                                    assignment.tests);
  assignment.tests = std::move(ordered.tests);
  assignment.companions = std::move(ordered.companions);
  assignment.all_tests = ordered.whole_suite;
}

std::map<TestId, std::int64_t> runs_under_conditions(Connection& db, const NewTask& spec) {
  if (!condition_of(db, spec.desired)) return {};
  return store::runs_under_conditions(db, *spec.desired);
}

void add_tests(Connection& db, Assignment& assignment, const NewTask& spec) {
  assignment.all_tests = spec.all_tests;
  assignment.repeats = spec.repeats;
  assignment.series = spec.series;
  assignment.tests.reserve(spec.tests.size());
  const auto under_conditions = runs_under_conditions(db, spec);
  auto fewest = std::numeric_limits<std::int64_t>::max();
  for (const auto& test : spec.tests) {
    auto row = db.query(
        "SELECT t.path, t.name, coalesce(r.passed + r.failed + r.error + r.skipped + r.xfailed"
        " + r.xpassed + r.timed_out + r.crashed, 0) FROM test_tests t"
        " LEFT JOIN test_rollups r ON r.commit_id = ? AND r.test_id = t.id WHERE t.id = ?",
        spec.commit, test);
    TL_CHECK(row.next());
    assignment.tests.push_back({row.text(0), row.text(1)});
    const auto others = under_conditions.find(test);
    fewest =
        std::min(fewest, row.integer(2) + (others == under_conditions.end() ? 0 : others->second));
  }
  assignment.runs_before = fewest;
  add_condition(db, assignment, spec);
}

// What is known of where its runs should be.
void add_place(Connection& db, Assignment& assignment, const NewTask& spec) {
  auto wish = db.query("SELECT isolation FROM test_desired WHERE id = ?", spec.desired);
  if (wish.next()) assignment.isolation = isolation(wish.view(0));
  assignment.places_differ = place_difference(db, spec.repo, assignment.suite->name);
}

}  // namespace

Assignment make_assignment(Connection& db, const Task& task) {
  const auto& spec = task.spec;
  Assignment assignment;
  assignment.attempt = {task.id, task.attempts + (under_way(task) ? 0 : 1)};
  assignment.kind = spec.kind;
  assignment.image_key = spec.image;
  assignment.product = spec.product;
  assignment.image_identity = image_identity(db, spec.repo, spec.image);
  add_repo(db, assignment, spec);
  switch (spec.kind) {
    case TaskKind::read_config:
      break;
    case TaskKind::build_image:
      assignment.image = image_of(db, spec.commit, spec.image);
      break;
    case TaskKind::generate_plan:
      assignment.config = config_of(db, spec.commit);
      break;
    case TaskKind::set_up:
      add_set_up(db, assignment, spec);
      break;
    case TaskKind::build:
      add_build(db, assignment, spec);
      break;
    case TaskKind::list_tests:
      add_suite(db, assignment, spec);
      break;
    case TaskKind::run_tests:
      add_suite(db, assignment, spec);
      add_tests(db, assignment, spec);
      add_place(db, assignment, spec);
      break;
  }
  return assignment;
}

}  // namespace testlooper::store
