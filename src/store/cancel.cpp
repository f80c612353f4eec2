#include "store/cancel.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "store/tasks.hpp"

namespace testlooper::store {
namespace {

std::vector<DesiredId> ids_of(Query rows) {
  std::vector<DesiredId> ids;
  while (rows.next()) ids.push_back(rows.id<DesiredId>(0));
  return ids;
}

Result<RepoId> repo_named(Connection& db, const std::string& name) {
  const RepoId repo{db.number("SELECT id FROM repo_repos WHERE name = ?", name)};
  if (!repo) return not_found("there is no repository '" + name + "'");
  return repo;
}

Result<std::vector<DesiredId>> wishes(Connection& db, const CancelRequest& order) {
  const auto number = std::to_string(order.request.value);
  if (db.number("SELECT id FROM test_desired WHERE id = ?", order.request) == 0) {
    return not_found("there is no request " + number);
  }
  return ids_of(
      db.query("SELECT id FROM test_desired WHERE id = ? AND stopped_at IS NULL", order.request));
}

Result<std::vector<DesiredId>> wishes(Connection& db, const CancelCommit& order) {
  const auto repo = repo_named(db, order.repo);
  if (!repo) return std::unexpected(repo.error());
  const CommitId commit{
      db.number("SELECT id FROM repo_commits WHERE repo_id = ? AND sha = ?", *repo, order.sha)};
  if (!commit) {
    return not_found("commit " + order.sha + " of '" + order.repo + "' is not known here");
  }
  return ids_of(
      db.query("SELECT id FROM test_desired WHERE commit_id = ? AND stopped_at IS NULL", commit));
}

// Of commits where something may be left to do; idle runs are left at a settled one, too.
Result<std::vector<DesiredId>> wishes(Connection& db, const CancelBranch& order) {
  const auto repo = repo_named(db, order.repo);
  if (!repo) return std::unexpected(repo.error());
  auto head =
      db.query("SELECT sha FROM repo_branches WHERE repo_id = ? AND name = ?", *repo, order.branch);
  if (!head.next()) {
    return not_found("'" + order.repo + "' has no branch '" + order.branch + "'");
  }
  return ids_of(db.query(
      "SELECT d.id FROM repo_commits c CROSS JOIN test_desired d ON d.commit_id = c.id"
      " WHERE c.repo_id = ?1 AND c.settled = 0 AND d.stopped_at IS NULL"
      " AND (c.sha = ?2 OR (d.source = 'branch_rule' AND d.requested_by = 'push to ' || ?3))"
      " UNION SELECT d.id FROM repo_commits c CROSS JOIN test_desired d ON d.commit_id = c.id"
      " WHERE c.repo_id = ?1 AND c.sha = ?2 AND d.source = 'idle' AND d.stopped_at IS NULL",
      *repo, head.text(0), order.branch));
}

// The commits of these wishes of which nothing else is wanted.
std::set<CommitId> unwanted_commits(Connection& db, const std::vector<DesiredId>& wishes) {
  std::map<CommitId, std::int64_t> stopped;
  for (const auto& wish : wishes) {
    ++stopped[{db.number("SELECT commit_id FROM test_desired WHERE id = ?", wish)}];
  }
  std::set<CommitId> commits;
  for (const auto& [commit, count] : stopped) {
    const auto wanted = db.number(
        "SELECT count(*) FROM test_desired WHERE commit_id = ? AND stopped_at IS NULL", commit);
    if (wanted == count) commits.insert(commit);
  }
  return commits;
}

// A wanted commit names what the task makes, besides those that nobody wants now.
bool needed_elsewhere(Connection& db, const NewTask& task, const std::set<CommitId>& unwanted) {
  auto rows = db.query(
      "SELECT c.id FROM repo_commits c WHERE c.repo_id = ?1 AND c.settled = 0"
      " AND EXISTS (SELECT 1 FROM test_desired d WHERE d.commit_id = c.id AND d.stopped_at IS NULL)"
      " AND (EXISTS (SELECT 1 FROM test_configs f WHERE f.commit_id = c.id AND f.image_key = ?2)"
      " OR EXISTS (SELECT 1 FROM test_environments e WHERE e.commit_id = c.id"
      "  AND ?2 IN (e.image_key, e.set_up_key))"
      " OR EXISTS (SELECT 1 FROM test_builds b WHERE b.commit_id = c.id"
      "  AND ?2 IN (b.artifact_key, b.set_up_key)))",
      task.repo, task.product.empty() ? task.image : task.product);
  while (rows.next()) {
    if (!unwanted.contains(rows.id<CommitId>(0))) return true;
  }
  return false;
}

bool goes_with_its_commit(Connection& db, const NewTask& task, const std::set<CommitId>& unwanted) {
  switch (task.kind) {
    case TaskKind::read_config:
    case TaskKind::generate_plan:
    case TaskKind::list_tests:
      return true;
    case TaskKind::build_image:
    case TaskKind::set_up:
    case TaskKind::build:
      return !needed_elsewhere(db, task, unwanted);
    case TaskKind::run_tests:
      return false;  // they go with their wish
  }
  return false;
}

CancelPlan plan_of(Connection& db, std::vector<DesiredId> wishes) {
  CancelPlan plan;
  for (const auto& wish : wishes) {
    auto rows = db.query(
        "SELECT id FROM engine_tasks WHERE desired_id = ? AND state <> 'finished' ORDER BY id",
        wish);
    while (rows.next()) plan.tasks.push_back(read_task(db, rows.id<TaskId>(0)).value());
  }
  const auto unwanted = unwanted_commits(db, wishes);
  for (const auto& commit : unwanted) {
    for (auto& task : open_tasks_of(db, commit)) {
      if (goes_with_its_commit(db, task.spec, unwanted)) plan.tasks.push_back(std::move(task));
    }
  }
  plan.wishes = std::move(wishes);
  return plan;
}

}  // namespace

Result<CancelPlan> read_cancel_plan(Connection& db, const CancelOrder& order) {
  if (const auto* one = std::get_if<CancelTask>(&order)) {
    auto task = read_task(db, one->task);
    if (!task) return not_found("there is no task " + std::to_string(one->task.value));
    return CancelPlan{{}, {std::move(*task)}};
  }
  const auto found = std::visit(
      [&](const auto& each) -> Result<std::vector<DesiredId>> {
        if constexpr (std::is_same_v<std::decay_t<decltype(each)>, CancelTask>) {
          return std::vector<DesiredId>{};
        } else {
          return wishes(db, each);
        }
      },
      order);
  if (!found) return std::unexpected(found.error());
  return plan_of(db, *found);
}

}  // namespace testlooper::store
