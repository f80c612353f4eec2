// A test: its counts at each commit of a branch, and its newest runs there, whatever it was called.
#include <algorithm>

#include "testlooper/base/limits.hpp"

#include "lab/rate.hpp"
#include "store/json.hpp"
#include "store/line.hpp"
#include "store/lineage.hpp"
#include "store/names.hpp"
#include "store/rollups.hpp"
#include "store/view_lab.hpp"
#include "store/view_pages.hpp"
#include "store/view_parts.hpp"

namespace testlooper::store {
namespace {

pages::TestCalled called(Connection& db, TestId test) {
  auto row = db.query("SELECT path, name FROM test_tests WHERE id = ?", test);
  row.next();
  return {test, row.text(0), row.text(1)};
}

std::int64_t place_of(Connection& db, TestId test, pages::TestPage& page) {
  const auto found = std::ranges::find(page.names, test, &pages::TestCalled::test);
  if (found != page.names.end()) return found - page.names.begin();
  page.names.push_back(called(db, test));
  return std::ssize(page.names) - 1;
}

// False where the commit's list does not have the test.
bool add_commit(Connection& db, CommitId commit, TestId test, pages::TestPage& page) {
  auto row = db.query(
      "SELECT r.passed, r.failed, r.error, r.skipped, r.xfailed, r.xpassed, r.timed_out, r.crashed,"
      " r.infra, r.total_us, r.labels, c.sha, c.message, c.committed_at FROM test_rollups r"
      " JOIN repo_commits c ON c.id = r.commit_id WHERE r.commit_id = ? AND r.test_id = ?",
      commit, test);
  if (!row.next()) return false;
  const auto counts = read_counts(row, 0);
  const auto measured = counts.measured();
  const auto rate = lab::jeffreys({counts.failures(), measured - counts[Outcome::skipped]});
  if (page.commits.empty()) page.labels = parse_json<std::vector<std::string>>(row.view(10));
  page.commits.push_back({.id = commit,
                          .sha = row.text(11),
                          .subject = first_line(row.view(12)),
                          .committed_at = row.time(13),
                          .counts = to_counts(counts),
                          .verdict = std::string{verdict(counts)},
                          .runs = measured,
                          .failures = counts.failures(),
                          .mean_us = measured > 0 ? row.integer(9) / measured : 0,
                          .named = place_of(db, test, page),
                          .rate_low = rate.low,
                          .rate_high = rate.high});
  return true;
}

bool wanted(const TestQuery& query, std::string_view outcome) {
  return query.outcomes.empty() ||
         std::ranges::find(query.outcomes, outcome) != query.outcomes.end();
}

// The runs at the newest of the page's commits, newest first. False where there are more than fit.
bool add_runs(Connection& db, CommitId commit, TestId test, const TestQuery& query,
              std::optional<RunId> before, pages::TestPage& page) {
  auto rows = db.query(
      "SELECT id, outcome, started_at, duration_us FROM test_runs"
      " WHERE commit_id = ?1 AND test_id = ?2 AND condition_id IS NULL AND (?3 IS NULL OR id < ?3)"
      " AND id > coalesce((SELECT c.up_to FROM test_clears c"
      "  WHERE c.commit_id = ?1 AND c.test_id = ?2), 0) ORDER BY id DESC",
      commit, test, before);
  while (rows.next()) {
    if (!wanted(query, rows.view(1))) continue;
    if (page.runs.size() == limits::kRunsPerTestPage) return false;
    page.runs.push_back({rows.id<RunId>(0), std::ssize(page.commits) - 1, outcome(rows.view(1)),
                         rows.time(2), rows.integer(3)});
  }
  return true;
}

// A run of this test, under any of its names, after which the list goes on.
struct Cursor {
  CommitId commit;
  RunId run;
};

Result<std::optional<Cursor>> find_cursor(Connection& db, const std::vector<TestId>& names,
                                          std::optional<RunId> run) {
  if (!run) return std::nullopt;
  auto row = db.query("SELECT commit_id, test_id FROM test_runs WHERE id = ?", *run);
  if (!row.next() || std::ranges::find(names, row.id<TestId>(1)) == names.end()) {
    return not_found("there is no run " + std::to_string(run->value) + " of this test");
  }
  return Cursor{row.id<CommitId>(0), *run};
}

// Places in the line: the first and the last commit whose runs are shown.
struct Shown {
  std::ptrdiff_t newest, oldest;
};

// A commit that the line does not have narrows nothing: an address may be older than the page.
Shown shown_of(Connection& db, RepoId repo, const std::vector<CommitId>& line,
               const std::string& runs_at) {
  const auto place_of = [&](const std::string& sha) {
    return std::ranges::find(line, find_commit(db, repo, sha)) - line.begin();
  };
  const Shown all{0, std::ssize(line)};
  if (runs_at.empty()) return all;
  const auto dots = runs_at.find("..");
  const auto one = place_of(runs_at.substr(0, dots));
  const auto other = dots == runs_at.npos ? one : place_of(runs_at.substr(dots + 2));
  const auto [newest, oldest] = std::minmax({one, other});
  return oldest == std::ssize(line) ? all : Shown{newest, oldest};
}

// A commit that lists several of the names tells of the nearest one: the others are then tests of
// their own there.
void read_history(Connection& db, const std::vector<CommitId>& line,
                  const std::vector<TestId>& names, const TestQuery& query, Shown shown,
                  const std::optional<Cursor>& cursor, pages::TestPage& page) {
  bool skipping = cursor.has_value();
  for (std::ptrdiff_t place = 0; place < std::ssize(line); ++place) {
    const auto commit = line[static_cast<std::size_t>(place)];
    const auto test = std::ranges::find_if(
        names, [&](TestId name) { return add_commit(db, commit, name, page); });
    if (test == names.end() || page.more_runs) continue;
    if (place < shown.newest || place > shown.oldest) continue;
    const bool at_cursor = cursor && cursor->commit == commit;
    if (skipping && !at_cursor) continue;
    skipping = false;
    const auto before = at_cursor ? std::optional{cursor->run} : std::nullopt;
    page.more_runs = !add_runs(db, commit, *test, query, before, page);
  }
}

}  // namespace

Result<pages::TestPage> test_page(Connection& db, const TestQuery& query) {
  const auto repo = find_repo(db, query.repo);
  if (!repo) return std::unexpected(repo.error());
  const auto test = find_test(db, *repo, query.test);
  if (!test) return std::unexpected(test.error());
  pages::TestPage page;
  page.revision = read_revision(db);
  page.repo = repo->name;
  page.test = *test;
  page.branch = query.branch.empty() ? repo->primary_branch : query.branch;
  auto name = db.query("SELECT suite, path, name FROM test_tests WHERE id = ?", *test);
  name.next();
  page.suite = name.text(0);
  page.path = name.text(1);
  page.name = name.text(2);
  const auto names = names_of(db, *test);

  const auto head = head_of(db, *repo, page.branch);
  if (!head) return std::unexpected(head.error());
  const auto before = commit_before(db, *repo, query.before);
  if (!before) return std::unexpected(before.error());
  const auto cursor = find_cursor(db, names, query.after_run);
  if (!cursor) return std::unexpected(cursor.error());
  const int limit = std::clamp(query.limit, 1, limits::kCommitsPerTestPage);
  auto line = read_line(db, repo->id, *head, *before, limit + 1);
  page.more_commits = line.size() > static_cast<std::size_t>(limit);
  if (page.more_commits) line.pop_back();
  if (!line.empty()) page.last_sha = commit_sha(db, line.back());
  const auto shown = shown_of(db, repo->id, line, query.runs_at);
  read_history(db, line, names, query, shown, *cursor, page);
  return page;
}

}  // namespace testlooper::store
