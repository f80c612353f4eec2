// How far a wish has come.
#include <string>

#include "store/view_commit_summary.hpp"
#include "store/view_pages.hpp"
#include "store/view_parts.hpp"
#include "store/view_runs.hpp"

namespace testlooper::store {
namespace {

// Of the commit that the wish is about.
struct Preparation {
  bool settled = false;   // the reactors have nothing left to do
  bool complete = false;  // every step is done, or can't be done
};

Preparation read_preparation(Connection& db, CommitId commit) {
  auto row = db.query(
      "SELECT c.settled, f.error IS NOT NULL OR p.error IS NOT NULL OR (p.commit_id IS NOT NULL"
      " AND NOT EXISTS (SELECT 1 FROM test_suites s WHERE s.commit_id = c.id"
      "  AND s.listed = 'missing'))"
      " FROM repo_commits c LEFT JOIN test_configs f ON f.commit_id = c.id"
      " LEFT JOIN test_plans p ON p.commit_id = c.id WHERE c.id = ?",
      commit);
  row.next();
  return {row.boolean(0), row.boolean(1)};
}

bool is_finished(const pages::DesiredSummary& wish, const Preparation& preparation) {
  const bool all_done = wish.done + wish.given_up >= wish.wanted;
  return preparation.settled || (preparation.complete && all_done);
}

// Why a finished wish had no run at all; empty where it had some.
std::string nothing_run(Connection& db, CommitId commit, const pages::DesiredSummary& wish) {
  if (wish.done > 0) return {};
  if (!wish.condition.empty() && wish.given_up > 0) {
    if (auto why = unmet_condition(db, wish.id); !why.empty()) return why;
  }
  if (auto error = failed_preparation(db, commit); !error.empty()) return error;
  if (wish.wanted == 0) return "no test of this commit matches: " + wish.filter;
  return wish.given_up > 0 ? why_given_up(db, commit, wish.given_up) : std::string{};
}

std::string newest_place_reason(Connection& db, DesiredId id) {
  auto newest = db.query(
      "SELECT a.place_reason FROM engine_attempts a JOIN engine_tasks t ON t.id = a.task_id"
      " WHERE t.desired_id = ? AND a.place IS NOT NULL ORDER BY t.id DESC, a.number DESC LIMIT 1",
      id);
  return newest.next() ? newest.text(0) : std::string{};
}

}  // namespace

Result<pages::RequestPage> request_page(Connection& db, DesiredId id) {
  const CommitId commit{db.number("SELECT commit_id FROM test_desired WHERE id = ?", id)};
  if (!commit) return not_found("there is no request " + std::to_string(id.value));
  pages::RequestPage page;
  page.revision = read_revision(db);
  page.repo = repo_of(db, commit).name;
  page.sha = commit_sha(db, commit);
  page.desired = read_wish(db, id);
  page.finished = is_finished(page.desired, read_preparation(db, commit));
  if (page.finished) page.error = nothing_run(db, commit, page.desired);
  const auto runs = runs_of_wish(db, id);
  page.counts = runs.counts;
  page.in_sandboxes = runs.in_sandboxes;
  page.place_reason = newest_place_reason(db, id);
  page.failures = failures_of_wish(db, id);
  return page;
}

}  // namespace testlooper::store
