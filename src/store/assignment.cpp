#include "store/assignment.hpp"

#include "testlooper/base/check.hpp"

#include "store/json.hpp"

namespace testlooper::store {
namespace {

bool under_way(const Task& task) {
  return task.state == TaskState::starting || task.state == TaskState::running;
}

void add_repo(Connection& db, Assignment& assignment, const NewTask& spec) {
  auto row = db.query(
      "SELECT r.id, r.name, r.source, r.config_path, r.branch_prefix, r.configured_primary,"
      " r.scan_depth, r.git_dir, c.sha"
      " FROM repo_commits c JOIN repo_repos r ON r.id = c.repo_id WHERE c.id = ?",
      spec.commit);
  TL_CHECK(row.next());
  assignment.repo = {
      row.id<RepoId>(0),
      {row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.small(6)},
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

void add_suite(Connection& db, Assignment& assignment, const NewTask& spec) {
  TL_CHECK(spec.suite.has_value());
  auto suite = db.query("SELECT definition FROM test_suites WHERE id = ?", *spec.suite);
  TL_CHECK(suite.next());
  assignment.suite = parse_json<Suite>(suite.view(0));
  auto environment =
      db.query("SELECT definition FROM test_environments WHERE commit_id = ? AND name = ?",
               spec.commit, assignment.suite->environment);
  TL_CHECK(environment.next());
  assignment.environment = parse_json<Environment>(environment.view(0));
}

void add_tests(Connection& db, Assignment& assignment, const NewTask& spec) {
  assignment.all_tests = spec.all_tests;
  assignment.tests.reserve(spec.tests.size());
  for (const auto& test : spec.tests) {
    auto row = db.query("SELECT path, name FROM test_tests WHERE id = ?", test);
    TL_CHECK(row.next());
    assignment.tests.push_back({row.text(0), row.text(1)});
  }
}

}  // namespace

Assignment make_assignment(Connection& db, const Task& task) {
  const auto& spec = task.spec;
  Assignment assignment;
  assignment.attempt = {task.id, task.attempts + (under_way(task) ? 0 : 1)};
  assignment.kind = spec.kind;
  assignment.image_key = spec.image;
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
    case TaskKind::list_tests:
      add_suite(db, assignment, spec);
      break;
    case TaskKind::run_tests:
      add_suite(db, assignment, spec);
      add_tests(db, assignment, spec);
      break;
  }
  return assignment;
}

}  // namespace testlooper::store
