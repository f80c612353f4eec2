// What several pages show: a repository's row, a commit in a line, counts and verdicts, wishes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/outcome.hpp"
#include "testlooper/domain/pages.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

Revision read_revision(Connection& db);

struct RepoRow {
  RepoId id;
  std::string name;
  std::string source;
  std::string config_path;
  std::string primary_branch;
  std::string error;
};
// Those that are not removed.
std::vector<RepoRow> read_repos(Connection& db);
// Errors: not_found, where it is removed, too.
Result<RepoRow> find_repo(Connection& db, const std::string& name);
RepoRow repo_of(Connection& db, CommitId commit);
std::string commit_sha(Connection& db, CommitId commit);
CommitId find_commit(Connection& db, RepoId repo, const std::string& sha);

std::string first_line(std::string_view text);
pages::Counts to_counts(const OutcomeCounts& counts);
// "flaky" where there are failures and successes, "failed" where there are failures alone,
// "passed" where there is a success, else "skipped" or "none".
std::string_view verdict(const OutcomeCounts& counts);
// The same of what a cell of the matrix shows.
std::string_view verdict(char cell);

// The wishes of a commit, oldest first, or the one with this id.
std::vector<pages::DesiredSummary> read_wishes(Connection& db, CommitId commit);
pages::DesiredSummary read_wish(Connection& db, DesiredId id);

}  // namespace testlooper::store
