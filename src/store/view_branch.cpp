// A branch: its newest commits, and the matrix of their tests.
#include <algorithm>

#include "store/line.hpp"
#include "store/matrix.hpp"
#include "store/view_branches.hpp"
#include "store/view_commit_summary.hpp"
#include "store/view_pages.hpp"
#include "store/view_parts.hpp"

namespace testlooper::store {
namespace {

constexpr int kMostCommits = 200;

}  // namespace

Result<pages::BranchPage> branch_page(Connection& db, const BranchQuery& query) {
  const auto repo = find_repo(db, query.repo);
  if (!repo) return std::unexpected(repo.error());
  pages::BranchPage page;
  page.revision = read_revision(db);
  page.repo = repo->name;
  page.branch = query.branch.empty() ? repo->primary_branch : query.branch;
  page.branches = all_branches(db, *repo);
  if (page.branch.empty()) return page;  // a repository without branches

  const auto head = head_of(db, *repo, page.branch);
  if (!head) return std::unexpected(head.error());
  const auto before = commit_before(db, *repo, query.before);
  if (!before) return std::unexpected(before.error());
  const int limit = std::clamp(query.limit, 1, kMostCommits);
  auto commits = read_line(db, repo->id, *head, *before, limit + 1);
  page.more_commits = commits.size() > static_cast<std::size_t>(limit);
  if (page.more_commits) commits.pop_back();
  for (const auto& commit : commits) page.commits.push_back(commit_summary(db, commit));
  page.rows = read_matrix(db, commits, query.test_contains);
  return page;
}

}  // namespace testlooper::store
