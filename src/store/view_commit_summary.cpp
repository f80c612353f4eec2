// The word for a commit. What is under way comes first: `running` where a task of it runs, else
// `waiting` where wanted work is left. At rest, the worst that it has is shown: `error` where a
// preparation failed or the machine gave runs up, even where other tests passed, because then not
// everything could be tested; `failed` where a test fails or flakes; `passed` only where a run was
// measured; else `untested`.
#include "store/view_commit_summary.hpp"

#include <string>

#include "testlooper/base/check.hpp"

#include "store/json.hpp"
#include "store/view_parts.hpp"

namespace testlooper::store {
namespace {

using pages::Status;

// What the word depends on, besides the summary's counts.
struct Facts {
  bool settled = false;
  bool wanted = false;
  bool prepared = false;  // no step is left to do
  bool step_failed = false;
  std::int64_t measured = 0;
  std::int64_t given_up = 0;
  std::int64_t open_tasks = 0;
  std::int64_t running_tasks = 0;
};

std::string sentence(const std::string& step, std::string_view why) {
  return step + ": " + first_line(why);
}

Facts read_row(Connection& db, CommitId commit, pages::CommitSummary& summary) {
  Facts facts;
  auto row = db.query(
      "SELECT c.sha, c.author, c.committed_at, c.settled, s.tests, s.failing, s.flaky, s.measured,"
      " f.commit_id IS NOT NULL, f.error IS NOT NULL, p.commit_id IS NOT NULL,"
      " p.error IS NOT NULL, c.message"
      " FROM repo_commits c LEFT JOIN test_summaries s ON s.commit_id = c.id"
      " LEFT JOIN test_configs f ON f.commit_id = c.id"
      " LEFT JOIN test_plans p ON p.commit_id = c.id WHERE c.id = ?",
      commit);
  TL_CHECK(row.next());
  summary.id = commit;
  summary.sha = row.text(0);
  summary.author = row.text(1);
  summary.committed_at = row.time(2);
  facts.settled = row.boolean(3);
  summary.tests = row.integer(4);
  summary.failing = row.integer(5);
  summary.flaky = row.integer(6);
  facts.measured = row.integer(7);
  facts.step_failed = row.boolean(9) || row.boolean(11);
  facts.prepared = facts.step_failed || (row.boolean(8) && row.boolean(10));
  summary.subject = first_line(row.view(12));
  return facts;
}

void read_parents(Connection& db, pages::CommitSummary& summary) {
  auto rows = db.query("SELECT parent_sha FROM repo_parents WHERE commit_id = ? ORDER BY position",
                       summary.id);
  while (rows.next()) summary.parents.push_back(rows.text(0));
}

void read_suites(Connection& db, CommitId commit, Facts& facts) {
  auto row = db.query(
      "SELECT total(listed = 'missing'), total(listed = 'failed') FROM test_suites"
      " WHERE commit_id = ?",
      commit);
  row.next();
  if (row.integer(0) > 0) facts.prepared = false;
  if (row.integer(1) > 0) facts.step_failed = true;
}

// What idle room is used for is not owed, so it is neither missing nor under way. Runs under a
// condition say nothing of the commit as it is.
void read_wished(Connection& db, pages::CommitSummary& summary, Facts& facts) {
  auto row = db.query(
      "SELECT total(stopped_at IS NULL), total(wanted), total(done), total(given_up) FROM "
      "test_desired"
      " WHERE commit_id = ? AND source <> 'idle' AND condition_id IS NULL",
      summary.id);
  row.next();
  facts.wanted = row.boolean(0);
  summary.runs_wanted = row.integer(1);
  summary.runs_done = row.integer(2);
  facts.given_up = row.integer(3);
}

void read_tasks(Connection& db, CommitId commit, Facts& facts) {
  auto row = db.query(
      "SELECT count(*), total(t.state IN ('starting', 'running')) FROM engine_tasks t"
      " LEFT JOIN test_desired d ON d.id = t.desired_id"
      " WHERE t.commit_id = ? AND t.state <> 'finished' AND d.source IS NOT 'idle'"
      " AND d.condition_id IS NULL",
      commit);
  row.next();
  facts.open_tasks = row.integer(0);
  facts.running_tasks = row.integer(1);
}

bool is_complete(const pages::CommitSummary& summary, const Facts& facts) {
  return facts.prepared && summary.runs_done + facts.given_up >= summary.runs_wanted;
}

// A complete commit is at rest even in the moment before the reactors have looked and settled it.
bool work_left(const pages::CommitSummary& summary, const Facts& facts) {
  return facts.open_tasks > 0 || (facts.wanted && !facts.settled && !is_complete(summary, facts));
}

// Of a commit at rest.
bool has_error(const pages::CommitSummary& summary, const Facts& facts) {
  return facts.step_failed || facts.given_up > 0 || (facts.wanted && !is_complete(summary, facts));
}

Status status_of(const pages::CommitSummary& summary, const Facts& facts) {
  if (facts.running_tasks > 0) return Status::running;
  if (work_left(summary, facts)) return Status::waiting;
  if (has_error(summary, facts)) return Status::error;
  if (summary.failing > 0 || summary.flaky > 0) return Status::failed;
  return facts.measured > 0 ? Status::passed : Status::untested;
}

}  // namespace

// A failed image comes first, because it says more than the steps that failed for want of it.
std::string failed_preparation(Connection& db, CommitId commit) {
  auto config = db.query(
      "SELECT f.error, i.error FROM test_configs f JOIN repo_commits c ON c.id = f.commit_id"
      " LEFT JOIN engine_images i ON i.repo_id = c.repo_id AND i.key = f.image_key"
      "  AND i.state = 'failed' WHERE f.commit_id = ?",
      commit);
  if (config.next()) {
    if (!config.is_null(0)) return sentence("config", config.view(0));
    if (!config.is_null(1)) return sentence("image of the config", config.view(1));
  }
  auto plan =
      db.query("SELECT error FROM test_plans WHERE commit_id = ? AND error IS NOT NULL", commit);
  if (plan.next()) return sentence("test plan", plan.view(0));
  auto image = db.query(
      "SELECT e.name, i.error FROM test_environments e JOIN repo_commits c ON c.id = e.commit_id"
      " JOIN engine_images i ON i.repo_id = c.repo_id AND i.key = e.image_key"
      " WHERE e.commit_id = ? AND i.state = 'failed' ORDER BY e.name LIMIT 1",
      commit);
  if (image.next()) return sentence("image of environment " + image.text(0), image.view(1));
  auto set_up = db.query(
      "SELECT e.name, i.error FROM test_environments e JOIN repo_commits c ON c.id = e.commit_id"
      " JOIN engine_images i ON i.repo_id = c.repo_id AND i.key = e.set_up_key"
      " WHERE e.commit_id = ? AND i.state = 'failed' ORDER BY e.name LIMIT 1",
      commit);
  if (set_up.next())
    return sentence("custom-setup of environment " + set_up.text(0), set_up.view(1));
  // The shortest sentence is of the build that failed itself, not of those that wait for it.
  auto build = db.query(
      "SELECT b.name, a.error FROM test_builds b JOIN repo_commits c ON c.id = b.commit_id"
      " JOIN engine_outputs a ON a.repo_id = c.repo_id AND a.key = b.artifact_key"
      " WHERE b.commit_id = ? AND a.state = 'failed' ORDER BY length(a.error), b.name LIMIT 1",
      commit);
  if (build.next()) return sentence("build " + build.text(0), build.view(1));
  auto suite = db.query(
      "SELECT name, error FROM test_suites WHERE commit_id = ? AND listed = 'failed'"
      " ORDER BY name LIMIT 1",
      commit);
  if (suite.next()) return sentence("suite " + suite.text(0), suite.view(1));
  return {};
}

std::string why_given_up(Connection& db, CommitId commit, std::int64_t runs) {
  const std::string text = std::to_string(runs) + (runs == 1 ? " run was" : " runs were") +
                           " given up, because the machine failed";
  auto cause = db.query(
      "SELECT cause FROM engine_tasks WHERE commit_id = ? AND kind = 'run_tests'"
      " AND state = 'finished' AND outcome = 'infra' AND cause <> '' ORDER BY id DESC LIMIT 1",
      commit);
  return cause.next() ? sentence(text, cause.view(0)) : text;
}

namespace {

std::string error_sentence(Connection& db, const pages::CommitSummary& summary,
                           const Facts& facts) {
  if (auto step = failed_preparation(db, summary.id); !step.empty()) return step;
  if (facts.given_up > 0) return why_given_up(db, summary.id, facts.given_up);
  return std::to_string(summary.runs_wanted - summary.runs_done) + " wanted runs were not made";
}

}  // namespace

pages::CommitSummary commit_summary(Connection& db, CommitId commit) {
  pages::CommitSummary summary;
  auto facts = read_row(db, commit, summary);
  read_parents(db, summary);
  read_suites(db, commit, facts);
  read_wished(db, summary, facts);
  read_tasks(db, commit, facts);
  summary.status = status_of(summary, facts);
  if (summary.status == Status::error) summary.error = error_sentence(db, summary, facts);
  return summary;
}

}  // namespace testlooper::store
