#include "store/view_preparation.hpp"

#include <filesystem>
#include <optional>
#include <string>

#include "store/json.hpp"
#include "store/names.hpp"
#include "store/places.hpp"

namespace testlooper::store {
namespace {

// The newest task of a step.
struct StepTask {
  std::optional<TaskId> id;
  bool under_way = false;
};

StepTask step_task(Query row) {
  if (!row.next()) return {};
  const auto state = task_state(row.view(1));
  return {row.id<TaskId>(0), state == TaskState::starting || state == TaskState::running};
}

StepTask task_of_commit(Connection& db, CommitId commit, TaskKind kind) {
  return step_task(
      db.query("SELECT id, state FROM engine_tasks WHERE commit_id = ? AND kind = ?"
               " AND kind <> 'run_tests' ORDER BY id DESC LIMIT 1",
               commit, name_of(kind)));
}

StepTask task_of_suite(Connection& db, CommitId commit, SuiteId suite) {
  return step_task(
      db.query("SELECT id, state FROM engine_tasks WHERE commit_id = ? AND kind = 'list_tests'"
               " AND kind <> 'run_tests' AND suite_id = ? ORDER BY id DESC LIMIT 1",
               commit, suite));
}

StepTask task_of_image(Connection& db, RepoId repo, const std::string& key) {
  return step_task(
      db.query("SELECT id, state FROM engine_tasks WHERE repo_id = ? AND image = ?"
               " AND kind = 'build_image' ORDER BY id DESC LIMIT 1",
               repo, key));
}

// Of a set-up layer or an artifact; it may be another commit's.
StepTask task_of_product(Connection& db, RepoId repo, const std::string& key) {
  return step_task(
      db.query("SELECT id, state FROM engine_tasks WHERE repo_id = ? AND product = ?"
               " AND product <> '' ORDER BY id DESC LIMIT 1",
               repo, key));
}

pages::StepSummary step(StepState state, std::string error, const StepTask& task) {
  pages::StepSummary summary;
  summary.error = std::move(error);
  summary.task = task.id;
  switch (state) {
    case StepState::ok:
      summary.state = "ok";
      break;
    case StepState::failed:
      summary.state = "failed";
      break;
    case StepState::missing:
      summary.state = task.under_way ? "running" : "waiting";
      break;
  }
  return summary;
}

std::string text_of(const ImageSpec& image) {
  return image.source == ImageSource::dockerfile ? image.dockerfile : image.name;
}

void add_warnings(const std::string& where, const std::vector<Warning>& warnings,
                  pages::CommitPage& page) {
  for (const auto& warning : warnings) {
    const auto line = warning.line > 0 ? ":" + std::to_string(warning.line) : std::string{};
    page.warnings.push_back({where + line, warning.message});
  }
}

void read_config(Connection& db, const RepoRow& repo, CommitId commit, pages::CommitPage& page) {
  auto row = db.query("SELECT error, config FROM test_configs WHERE commit_id = ?", commit);
  const auto task = task_of_commit(db, commit, TaskKind::read_config);
  if (!row.next()) {
    page.config = step(StepState::missing, {}, task);
  } else if (!row.is_null(0)) {
    page.config = step(StepState::failed, row.text(0), task);
  } else {
    const auto config = parse_json<Config>(row.view(1));
    page.config = step(StepState::ok, {}, task);
    page.image = text_of(config.image);
    page.command = config.command;
    add_warnings(std::filesystem::path{repo.config_path}.filename().string(), config.warnings,
                 page);
  }
}

void read_plan(Connection& db, CommitId commit, pages::CommitPage& page) {
  auto row = db.query("SELECT error, warnings FROM test_plans WHERE commit_id = ?", commit);
  const auto task = task_of_commit(db, commit, TaskKind::generate_plan);
  if (!row.next()) {
    page.plan = step(StepState::missing, {}, task);
    return;
  }
  page.plan = step(row.is_null(0) ? StepState::ok : StepState::failed, row.text(0), task);
  add_warnings("plan", parse_json<std::vector<Warning>>(row.view(1)), page);
}

pages::StepSummary image_step(Connection& db, RepoId repo, const std::string& key) {
  auto row =
      db.query("SELECT state, error FROM engine_images WHERE repo_id = ? AND key = ?", repo, key);
  const auto task = task_of_image(db, repo, key);
  if (!row.next()) return step(StepState::missing, {}, task);
  return step(step_state(row.view(0)), row.text(1), task);
}

// A layer or an artifact is made when it is needed; where the commit is at rest, it is not.
void mark_unneeded(const pages::CommitPage& page, pages::StepSummary& step) {
  const bool at_rest =
      page.commit.status != pages::Status::waiting && page.commit.status != pages::Status::running;
  if (step.state == "waiting" && at_rest) step.state = "unneeded";
}

pages::StepSummary set_up_step(Connection& db, RepoId repo, const std::string& key) {
  auto row =
      db.query("SELECT state, error FROM engine_images WHERE repo_id = ? AND key = ?", repo, key);
  const auto task = task_of_product(db, repo, key);
  if (!row.next()) return step(StepState::missing, {}, task);
  return step(step_state(row.view(0)), row.text(1), task);
}

void read_environments(Connection& db, RepoId repo, CommitId commit, pages::CommitPage& page) {
  auto rows = db.query(
      "SELECT definition, image_key, set_up_key FROM test_environments WHERE commit_id = ? ORDER "
      "BY name",
      commit);
  while (rows.next()) {
    const auto environment = parse_json<Environment>(rows.view(0));
    pages::EnvironmentSummary summary;
    summary.name = environment.name;
    summary.image = text_of(environment.image);
    summary.unsupported = environment.image.unsupported;
    summary.step = summary.unsupported.empty() ? image_step(db, repo, rows.text(1))
                                               : step(StepState::failed, summary.unsupported, {});
    if (const auto key = rows.text(2); !key.empty()) {
      summary.set_up = set_up_step(db, repo, key);
      mark_unneeded(page, *summary.set_up);
    }
    page.environments.push_back(std::move(summary));
  }
}

// The commit whose task made the artifact, where that is another one.
std::string reused_from(Connection& db, CommitId commit, const StepTask& task) {
  if (!task.id) return {};
  auto row = db.query(
      "SELECT c.sha FROM engine_tasks t JOIN repo_commits c ON c.id = t.commit_id"
      " WHERE t.id = ? AND c.id <> ?",
      *task.id, commit);
  return row.next() ? row.text(0) : std::string{};
}

void read_builds(Connection& db, RepoId repo, CommitId commit, pages::CommitPage& page) {
  auto rows = db.query(
      "SELECT b.name, b.definition, b.artifact_key, a.state, a.error, a.bytes"
      " FROM test_builds b LEFT JOIN engine_outputs a ON a.repo_id = ? AND a.key = b.artifact_key"
      " WHERE b.commit_id = ? ORDER BY b.name",
      repo, commit);
  while (rows.next()) {
    pages::BuildSummary summary;
    summary.name = rows.text(0);
    summary.environment = parse_json<Build>(rows.view(1)).environment;
    summary.artifact = rows.text(2);
    const auto task = task_of_product(db, repo, summary.artifact);
    const auto state = rows.is_null(3) ? StepState::missing : step_state(rows.view(3));
    summary.step = step(state, rows.text(4), task);
    mark_unneeded(page, summary.step);
    if (state == StepState::ok) {
      summary.bytes = rows.integer(5);
      summary.reused_from = reused_from(db, commit, task);
    }
    page.builds.push_back(std::move(summary));
  }
}

void read_suites(Connection& db, RepoId repo, CommitId commit, pages::CommitPage& page) {
  auto rows = db.query(
      "SELECT id, name, definition, listed, error, warnings, tests FROM test_suites"
      " WHERE commit_id = ? ORDER BY name",
      commit);
  while (rows.next()) {
    const auto suite = parse_json<Suite>(rows.view(2));
    pages::SuiteSummary summary;
    summary.name = rows.text(1);
    summary.kind = suite.kind;
    summary.environment = suite.environment;
    summary.tests = rows.integer(6);
    if (suite.timeout) summary.timeout_s = suite.timeout->count();
    summary.step = step(step_state(rows.view(3)), rows.text(4),
                        task_of_suite(db, commit, rows.id<SuiteId>(0)));
    add_warnings("suite " + summary.name, parse_json<std::vector<Warning>>(rows.view(5)), page);
    if (const auto why = place_difference(db, repo, summary.name); !why.empty()) {
      add_warnings("suite " + summary.name, {{0, why + "; so it is kept out of them"}}, page);
    }
    page.suites.push_back(std::move(summary));
  }
}

}  // namespace

void read_preparation(Connection& db, const RepoRow& repo, CommitId commit,
                      pages::CommitPage& page) {
  read_config(db, repo, commit, page);
  read_plan(db, commit, page);
  read_environments(db, repo.id, commit, page);
  read_builds(db, repo.id, commit, page);
  read_suites(db, repo.id, commit, page);
}

}  // namespace testlooper::store
