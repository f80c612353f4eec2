#include "store/view_parts.hpp"

#include "testlooper/base/check.hpp"

#include "store/conditions.hpp"
#include "store/filter_text.hpp"
#include "store/json.hpp"

namespace testlooper::store {
namespace {

#define TL_SELECT_REPOS \
  "SELECT id, name, source, config_path, primary_branch, error FROM repo_repos "

RepoRow repo_row(const Query& row) {
  return {row.id<RepoId>(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5)};
}

// "+ 0" keeps SQLite from walking all tasks that the wish ever had: those that are open are few.
#define TL_SELECT_WISHES                                                                      \
  "SELECT d.id, d.source, d.requested_by, d.filter, d.runs, d.wanted, d.done, d.given_up,"    \
  " d.created_at, d.fail_runs, d.flake_runs, d.new_runs, d.stopped_at, ("                     \
  " SELECT coalesce(sum(t.test_count * t.repeats), 0) FROM engine_tasks t"                    \
  "  WHERE t.commit_id = d.commit_id AND t.state <> 'finished' AND t.desired_id + 0 = d.id)," \
  " coalesce(d.isolation, ''), d.condition_id FROM test_desired d "

pages::DesiredSummary wish_row(Connection& db, const Query& row) {
  pages::DesiredSummary wish;
  wish.id = row.id<DesiredId>(0);
  wish.source = row.text(1);
  wish.requested_by = row.text(2);
  wish.filter = describe(parse_json<TestFilter>(row.view(3)));
  wish.runs = row.integer(4);
  wish.wanted = row.integer(5);
  wish.done = row.integer(6);
  wish.given_up = row.integer(7);
  wish.created_at = row.time(8);
  wish.fail_runs = row.integer(9);
  wish.flake_runs = row.integer(10);
  wish.new_runs = row.integer(11);
  wish.stopped_at = row.optional_time(12);
  wish.in_flight = row.integer(13);
  wish.isolation = row.text(14);
  wish.condition = read_condition_words(db, row.optional_id<ConditionId>(15));
  return wish;
}

}  // namespace

Revision read_revision(Connection& db) {
  return static_cast<Revision>(db.number("SELECT revision FROM engine_instance"));
}

std::vector<RepoRow> read_repos(Connection& db) {
  std::vector<RepoRow> repos;
  auto rows = db.query(TL_SELECT_REPOS "WHERE standing = 'active' ORDER BY name");
  while (rows.next()) repos.push_back(repo_row(rows));
  return repos;
}

Result<RepoRow> find_repo(Connection& db, const std::string& name) {
  auto row = db.query(TL_SELECT_REPOS "WHERE name = ? AND standing = 'active'", name);
  if (row.next()) return repo_row(row);
  if (db.number("SELECT 1 FROM repo_repos WHERE name = ?", name) == 0) {
    return not_found("there is no repository '" + name + "'");
  }
  return not_found("repository '" + name + "' was removed; add it again to see it");
}

RepoRow repo_of(Connection& db, CommitId commit) {
  auto row = db.query(TL_SELECT_REPOS "WHERE id = (SELECT repo_id FROM repo_commits WHERE id = ?)",
                      commit);
  TL_CHECK(row.next());
  return repo_row(row);
}

std::string commit_sha(Connection& db, CommitId commit) {
  auto row = db.query("SELECT sha FROM repo_commits WHERE id = ?", commit);
  TL_CHECK(row.next());
  return row.text(0);
}

CommitId find_commit(Connection& db, RepoId repo, const std::string& sha) {
  return {db.number("SELECT id FROM repo_commits WHERE repo_id = ? AND sha = ?", repo, sha)};
}

std::string first_line(std::string_view text) {
  return std::string{text.substr(0, text.find('\n'))};
}

pages::Counts to_counts(const OutcomeCounts& counts) {
  return {.passed = counts[Outcome::passed],
          .failed = counts[Outcome::failed],
          .error = counts[Outcome::error],
          .skipped = counts[Outcome::skipped],
          .xfailed = counts[Outcome::xfailed],
          .xpassed = counts[Outcome::xpassed],
          .timed_out = counts[Outcome::timed_out],
          .crashed = counts[Outcome::crashed],
          .infra = counts[Outcome::infra]};
}

std::string_view verdict(const OutcomeCounts& counts) {
  if (counts.flaky()) return "flaky";
  if (counts.failures() > 0) return "failed";
  if (counts.successes() > 0) return "passed";
  return counts[Outcome::skipped] > 0 ? "skipped" : "none";
}

std::string_view verdict(char cell) {
  switch (cell) {
    case '~':
      return "flaky";
    case 'F':
    case 'E':
    case 'T':
    case 'C':
      return "failed";
    case 'P':
    case 'x':
    case 'X':
      return "passed";
    case 'S':
      return "skipped";
    default:
      return "none";
  }
}

std::vector<pages::DesiredSummary> read_wishes(Connection& db, CommitId commit) {
  std::vector<pages::DesiredSummary> wishes;
  auto rows = db.query(TL_SELECT_WISHES "WHERE d.commit_id = ? ORDER BY d.id", commit);
  while (rows.next()) wishes.push_back(wish_row(db, rows));
  return wishes;
}

pages::DesiredSummary read_wish(Connection& db, DesiredId id) {
  auto row = db.query(TL_SELECT_WISHES "WHERE d.id = ?", id);
  TL_CHECK(row.next());
  return wish_row(db, row);
}

}  // namespace testlooper::store
