#include "store/view_branches.hpp"

#include "store/view_commit_summary.hpp"

namespace testlooper::store {
namespace {

// The head is absent where its commit was not scanned.
pages::BranchSummary branch_summary(Connection& db, const RepoRow& repo, std::string name,
                                    const std::string& sha) {
  pages::BranchSummary branch;
  branch.primary = name == repo.primary_branch;
  branch.name = std::move(name);
  if (const auto head = find_commit(db, repo.id, sha)) branch.head = commit_summary(db, head);
  return branch;
}

}  // namespace

std::optional<pages::BranchSummary> one_branch(Connection& db, const RepoRow& repo,
                                               const std::string& name) {
  auto row = db.query(
      "SELECT sha FROM repo_branches WHERE repo_id = ? AND name = ? AND deleted_at IS NULL",
      repo.id, name);
  if (!row.next()) return std::nullopt;
  return branch_summary(db, repo, name, row.text(0));
}

std::optional<pages::BranchSummary> primary_branch(Connection& db, const RepoRow& repo) {
  return one_branch(db, repo, repo.primary_branch);
}

std::vector<pages::BranchSummary> all_branches(Connection& db, const RepoRow& repo) {
  std::vector<pages::BranchSummary> branches;
  auto rows = db.query(
      "SELECT name, sha FROM repo_branches WHERE repo_id = ? AND deleted_at IS NULL"
      " ORDER BY name <> ?, name",
      repo.id, repo.primary_branch);
  while (rows.next()) branches.push_back(branch_summary(db, repo, rows.text(0), rows.text(1)));
  return branches;
}

}  // namespace testlooper::store
