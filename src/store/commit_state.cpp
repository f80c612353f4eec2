#include "store/commit_state.hpp"

#include <algorithm>
#include <unordered_map>

#include "testlooper/base/check.hpp"

#include "store/durations.hpp"
#include "store/json.hpp"
#include "store/labels.hpp"
#include "store/names.hpp"
#include "store/products.hpp"
#include "store/tasks.hpp"
#include "store/traits.hpp"
#include "store/wishes.hpp"

namespace testlooper::store {
namespace {

// Reached from the primary branch's head, now or before a force-push: primary_branch.
void read_commit(Connection& db, CommitState& state) {
  auto row = db.query(
      "SELECT c.repo_id, c.on_primary, r.standing = 'active' FROM repo_commits c"
      " JOIN repo_repos r ON r.id = c.repo_id WHERE c.id = ?",
      state.commit);
  TL_CHECK(row.next());
  state.repo_active = row.boolean(2);
  state.repo = row.id<RepoId>(0);
  state.priority = row.boolean(1) ? Priority::primary_branch : Priority::branch;
}

StepState step_of(const Query& row, int error_column) {
  return row.is_null(error_column) ? StepState::ok : StepState::failed;
}

void read_config(Connection& db, CommitState& state) {
  auto row = db.query("SELECT error, config, image_key FROM test_configs WHERE commit_id = ?",
                      state.commit);
  if (!row.next()) return;
  state.config = step_of(row, 0);
  if (state.config != StepState::ok) return;
  state.config_image = {row.text(2), parse_json<Config>(row.view(1)).image};
}

void read_plan(Connection& db, CommitState& state) {
  auto row = db.query("SELECT error FROM test_plans WHERE commit_id = ?", state.commit);
  if (!row.next()) return;
  state.plan = step_of(row, 0);
  auto environments = db.query(
      "SELECT name, definition, image_key, set_up_key FROM test_environments WHERE commit_id = ?"
      " ORDER BY name",
      state.commit);
  while (environments.next()) {
    const auto environment = parse_json<Environment>(environments.view(1));
    state.environments.push_back({environments.text(0),
                                  {environments.text(2), environment.image},
                                  environments.text(3),
                                  environment.min_cores,
                                  environment.min_ram_gb});
  }
}

void read_builds(Connection& db, CommitState& state) {
  auto rows = db.query(
      "SELECT name, definition, artifact_key, set_up_key FROM test_builds WHERE commit_id = ?"
      " ORDER BY name",
      state.commit);
  while (rows.next()) {
    const auto build = parse_json<Build>(rows.view(1));
    BuildState each{rows.text(0), build.environment, {}, rows.text(2), rows.text(3)};
    for (const auto& [name, path] : build.dependencies) each.dependencies.push_back(name);
    state.builds.push_back(std::move(each));
  }
}

void read_suites(Connection& db, CommitState& state) {
  auto rows = db.query(
      "SELECT id, name, definition, listed, tests FROM test_suites WHERE commit_id = ?"
      " AND imported = 0 ORDER BY name",
      state.commit);
  while (rows.next()) {
    const auto suite = parse_json<Suite>(rows.view(2));
    SuiteState each;
    each.id = rows.id<SuiteId>(0);
    each.name = rows.text(1);
    each.environment = suite.environment;
    for (const auto& [build, path] : suite.dependencies) each.dependencies.push_back(build);
    each.repeats = !suite.repeat_tests.empty();
    each.isolation = suite.isolation;
    each.listed = step_state(rows.view(3));
    each.tests.resize(static_cast<std::size_t>(rows.integer(4)));
    state.suites.push_back(std::move(each));
  }
}

void read_tests(Connection& db, CommitState& state) {
  std::unordered_map<std::int64_t, SuiteState*> suites;
  for (auto& suite : state.suites) suites.emplace(suite.id.value, &suite);
  LabelReader labels;
  auto rows = db.query(
      "SELECT r.suite_id, r.position, t.id, t.path, t.name, r.labels,"
      " r.failed + r.error + r.timed_out + r.crashed, r.passed + r.xfailed + r.xpassed, r.skipped"
      " FROM test_rollups r JOIN test_tests t ON t.id = r.test_id WHERE r.commit_id = ?",
      state.commit);
  while (rows.next()) {
    const auto suite = suites.find(rows.integer(0));
    if (suite == suites.end()) continue;  // imported: nobody can run it
    auto& test = suite->second->tests.at(static_cast<std::size_t>(rows.integer(1)));
    test.id = rows.id<TestId>(2);
    test.test = {rows.text(3), rows.text(4)};
    test.labels = labels.parse(rows.view(5));
    test.runs = {rows.integer(6), rows.integer(7), rows.integer(8)};
    test.traits.failed = test.runs.failures > 0;
  }
}

ProductState product_state(Query row) {
  if (!row.next()) return {};
  return {step_state(row.view(0)), row.text(1)};
}

void read_products(Connection& db, CommitState& state) {
  for (const auto& key : needed_images(db, state.commit)) {
    state.images[key] = product_state(db.query(
        "SELECT state, error FROM engine_images WHERE repo_id = ? AND key = ?", state.repo, key));
  }
  for (const auto& key : needed_artifacts(db, state.commit)) {
    state.artifacts[key] = product_state(db.query(
        "SELECT state, error FROM engine_outputs WHERE repo_id = ? AND key = ?", state.repo, key));
  }
}

std::map<TestId, Tally> read_tallies(Connection& db, DesiredId desired) {
  std::map<TestId, Tally> tallies;
  auto rows = db.query(
      "SELECT test_id, done, given_up FROM test_tallies WHERE desired_id = ? ORDER BY test_id",
      desired);
  while (rows.next()) {
    tallies.emplace_hint(tallies.end(), rows.id<TestId>(0),
                         Tally{rows.integer(1), rows.integer(2), 0});
  }
  return tallies;
}

void read_desired(Connection& db, CommitState& state) {
  for (auto& row : open_wishes_of(db, state.commit)) {
    DesiredState each;
    each.id = row.id;
    each.wish = std::move(row.wish);
    each.stopped = row.stopped;
    each.tallies = read_tallies(db, each.id);
    state.desired.push_back(std::move(each));
  }
}

// Parents are looked at only where a wish asks for what is new.
void read_traits(Connection& db, CommitState& state) {
  const auto flakes = known_flakes(db, state.commit);
  const bool asked = std::ranges::any_of(state.desired, [](const DesiredState& desired) {
    return !desired.stopped && desired.wish.counts.new_runs > desired.wish.counts.runs;
  });
  const auto fresh = asked ? new_tests(db, state.commit) : std::unordered_set<TestId>{};
  for (auto& suite : state.suites) {
    for (auto& test : suite.tests) {
      test.traits.flaky = flakes.contains(test.id);
      test.traits.is_new = fresh.contains(test.id);
    }
  }
}

// Keys of the commit's unfinished tasks, and what its run_tests tasks have in flight.
void read_open_tasks(Connection& db, CommitState& state) {
  for (auto& task : open_tasks_of(db, state.commit)) {
    state.open_task_keys.push_back(task.spec.key);
    if (!task.spec.desired) continue;
    const auto desired = std::ranges::find(state.desired, *task.spec.desired, &DesiredState::id);
    TL_CHECK(desired != state.desired.end());
    ++desired->open_tasks[task.spec.suite.value()];
    for (const auto& test : task.spec.tests) desired->tallies[test].in_flight += task.spec.repeats;
    const bool started = task.state == TaskState::starting || task.state == TaskState::running;
    if (!started) desired->not_started.push_back(std::move(task));
  }
}

// Another commit's tasks may be making what this one needs.
void read_open_shared_tasks(Connection& db, CommitState& state) {
  const auto add_makers = [&](const std::string& product) {
    auto rows = db.query(
        "SELECT key FROM engine_tasks WHERE repo_id = ?1 AND image = ?2 AND kind = 'build_image'"
        " AND state <> 'finished' UNION ALL"
        " SELECT key FROM engine_tasks WHERE repo_id = ?1 AND product = ?2 AND product <> ''"
        " AND state <> 'finished'",
        state.repo, product);
    while (rows.next()) state.open_task_keys.push_back(rows.text(0));
  };
  for (const auto& [key, image] : state.images) add_makers(key);
  for (const auto& [key, artifact] : state.artifacts) add_makers(key);
  auto& keys = state.open_task_keys;
  std::ranges::sort(keys);
  keys.erase(std::ranges::unique(keys).begin(), keys.end());
}

}  // namespace

CommitState read_commit_state(Connection& db, CommitId commit) {
  CommitState state;
  state.commit = commit;
  read_commit(db, state);
  read_config(db, state);
  read_plan(db, state);
  read_builds(db, state);
  read_suites(db, state);
  read_tests(db, state);
  read_products(db, state);
  read_desired(db, state);
  read_traits(db, state);
  read_open_tasks(db, state);
  read_open_shared_tasks(db, state);
  if (!state.desired.empty()) {
    read_durations(db, state);
    read_step_durations(db, state);
  }
  return state;
}

}  // namespace testlooper::store
