// A commit: its preparation, each of its tests, what is wanted, what was done.
#include <algorithm>
#include <numeric>
#include <optional>
#include <unordered_map>
#include <utility>

#include "store/column.hpp"
#include "store/commit_names.hpp"
#include "store/labels.hpp"
#include "store/lineage.hpp"
#include "store/rollups.hpp"
#include "store/test_ids.hpp"
#include "store/view_commit_summary.hpp"
#include "store/view_pages.hpp"
#include "store/view_parts.hpp"
#include "store/view_preparation.hpp"
#include "store/view_tasks.hpp"

namespace testlooper::store {
namespace {

void read_branches(Connection& db, RepoId repo, pages::CommitPage& page) {
  auto rows = db.query(
      "SELECT name FROM repo_branches WHERE repo_id = ? AND sha = ? AND deleted_at IS NULL"
      " ORDER BY name",
      repo, page.commit.sha);
  while (rows.next()) page.branches.push_back(rows.text(0));
}

using InFlight = std::unordered_map<TestId, std::int64_t>;

InFlight tests_in_flight(Connection& db, CommitId commit) {
  InFlight in_flight;
  auto rows = db.query(
      "SELECT tests, repeats FROM engine_tasks WHERE commit_id = ? AND state <> 'finished'",
      commit);
  while (rows.next()) {
    for (const auto& test : unpack_test_ids(rows.view(0))) in_flight[test] += rows.integer(1);
  }
  return in_flight;
}

// What the first parent's column says, whatever a test is called there; asked for tests in the
// order of their ids.
class ParentVerdicts {
 public:
  ParentVerdicts(Connection& db, RepoId repo, const pages::CommitSummary& commit) {
    if (commit.parents.empty()) return;
    const auto parent = find_commit(db, repo, commit.parents.front());
    column_ = read_column(db, parent);
    if (parent) names_ = earlier_names(db, commit.id, parent);
  }
  std::string_view of(TestId test) {
    const auto renamed = names_.find(test);
    if (renamed != names_.end()) {
      const auto was = std::ranges::lower_bound(column_.tests, renamed->second);
      return verdict_at(static_cast<std::size_t>(was - column_.tests.begin()), renamed->second);
    }
    while (next_ < column_.tests.size() && column_.tests[next_] < test) ++next_;
    return verdict_at(next_, test);
  }

 private:
  std::string_view verdict_at(std::size_t place, TestId test) const {
    const bool has = place < column_.tests.size() && column_.tests[place] == test;
    return has ? verdict(column_.cells[place]) : "absent";
  }

  Column column_;
  std::unordered_map<TestId, TestId> names_;
  std::size_t next_ = 0;
};

struct TestContext {
  InFlight in_flight;
  ParentVerdicts parent;
  LabelReader labels;
};

pages::TestSummary test_summary(const Query& row, TestContext& context) {
  pages::TestSummary test;
  test.test = row.id<TestId>(0);
  test.suite = row.text(1);
  test.path = row.text(2);
  test.name = row.text(3);
  test.labels = context.labels.parse(row.view(4));
  const auto counts = read_counts(row, 5);
  test.counts = to_counts(counts);
  test.verdict = verdict(counts);
  test.parent_verdict = context.parent.of(test.test);
  const auto open = context.in_flight.find(test.test);
  test.in_flight = open == context.in_flight.end() ? 0 : open->second;
  const auto measured = counts.measured();
  test.mean_us = measured > 0 ? row.integer(14) / measured : 0;
  test.last_run = row.optional_id<RunId>(15);
  test.last_failure = row.optional_id<RunId>(16);
  return test;
}

// By suite and place in its list. Sorted here: SQLite would carry whole rows through its sorter.
void read_tests(Connection& db, RepoId repo, CommitId commit, pages::CommitPage& page) {
  TestContext context{tests_in_flight(db, commit), {db, repo, page.commit}, {}};
  std::vector<pages::TestSummary> tests;
  std::vector<std::int64_t> positions;
  auto rows = db.query(
      "SELECT t.id, t.suite, t.path, t.name, r.labels, r.passed, r.failed, r.error, r.skipped,"
      " r.xfailed, r.xpassed, r.timed_out, r.crashed, r.infra, r.total_us, r.last_run,"
      " r.last_failure, r.position FROM test_rollups r JOIN test_tests t ON t.id = r.test_id"
      " WHERE r.commit_id = ? ORDER BY r.test_id",
      commit);
  while (rows.next()) {
    tests.push_back(test_summary(rows, context));
    positions.push_back(rows.integer(17));
  }
  std::vector<std::size_t> order(tests.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) {
    return std::pair<std::string_view, std::int64_t>{tests[i].suite, positions[i]};
  });
  page.tests.reserve(tests.size());
  for (const auto i : order) page.tests.push_back(std::move(tests[i]));
}

}  // namespace

Result<pages::CommitPage> commit_page(Connection& db, const std::string& repo_name,
                                      const std::string& name) {
  const auto repo = find_repo(db, repo_name);
  if (!repo) return std::unexpected(repo.error());
  const auto commit = commit_named(db, *repo, name);
  if (!commit) return std::unexpected(commit.error());
  pages::CommitPage page;
  page.revision = read_revision(db);
  page.repo = repo->name;
  page.commit = commit_summary(db, *commit);
  auto message = db.query("SELECT message FROM repo_commits WHERE id = ?", *commit);
  if (message.next()) page.message = message.text(0);
  read_branches(db, repo->id, page);
  read_preparation(db, *repo, *commit, page);
  read_tests(db, repo->id, *commit, page);
  page.desired = read_wishes(db, *commit);
  page.tasks = tasks_of_commit(db, *commit);
  return page;
}

}  // namespace testlooper::store
