// What other programs watch a server by.
#include "store/names.hpp"
#include "store/view_branches.hpp"
#include "store/view_pages.hpp"
#include "store/view_parts.hpp"

namespace testlooper::store {
namespace {

std::vector<pages::OutcomeTotal> outcome_totals(Connection& db, RepoId repo) {
  std::vector<pages::OutcomeTotal> totals;
  auto rows =
      db.query("SELECT outcome, runs FROM test_outcomes WHERE repo_id = ? ORDER BY outcome", repo);
  while (rows.next()) totals.push_back({rows.text(0), rows.integer(1)});
  return totals;
}

pages::RepoFigures repo_figures(Connection& db, const RepoRow& repo) {
  return {repo.name, outcome_totals(db, repo.id),
          db.number("SELECT count(*) FROM test_flaky WHERE repo_id = ? AND standing = 'flaky'",
                    repo.id),
          all_branches(db, repo)};
}

std::vector<pages::StateTotal> state_totals(Connection& db) {
  std::vector<pages::StateTotal> totals;
  for (const auto state :
       {TaskState::waiting, TaskState::ready, TaskState::starting, TaskState::running}) {
    totals.push_back(
        {std::string(name_of(state)),
         db.number("SELECT count(*) FROM engine_tasks WHERE state = ? AND state <> 'finished'",
                   name_of(state))});
  }
  return totals;
}

std::vector<pages::KindDurations> durations(Connection& db) {
  std::vector<pages::KindDurations> all;
  auto rows = db.query("SELECT kind, bucket, attempts, total_ms FROM engine_durations");
  while (rows.next()) {
    if (all.empty() || all.back().kind != rows.view(0)) all.push_back({.kind = rows.text(0)});
    all.back().attempts.at(static_cast<std::size_t>(rows.integer(1))) = rows.integer(2);
    all.back().total_ms += rows.integer(3);
  }
  return all;
}

}  // namespace

Result<pages::MonitoringPage> monitoring_page(Connection& db) {
  pages::MonitoringPage page;
  for (const auto& repo : read_repos(db)) page.repos.push_back(repo_figures(db, repo));
  page.tasks = state_totals(db);
  page.durations = durations(db);
  return page;
}

Result<pages::BranchSummary> branch_head(Connection& db, const std::string& repo,
                                         const std::string& branch) {
  const auto row = find_repo(db, repo);
  if (!row) return std::unexpected(row.error());
  auto found = one_branch(db, *row, branch);
  if (!found) return not_found("there is no branch '" + branch + "' in '" + repo + "'");
  return *std::move(found);
}

}  // namespace testlooper::store
