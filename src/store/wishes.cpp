#include "store/wishes.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "testlooper/domain/commit_state.hpp"

#include "core/filter.hpp"
#include "store/conditions.hpp"
#include "store/json.hpp"
#include "store/labels.hpp"
#include "store/names.hpp"
#include "store/traits.hpp"

namespace testlooper::store {
namespace {

struct Sums {
  std::int64_t tests = 0;
  std::int64_t wanted = 0;
};

struct ListedTestRow {
  std::string suite;
  KnownTest test;
};

std::vector<ListedTestRow> listed_tests(Connection& db, CommitId commit) {
  std::vector<ListedTestRow> tests;
  const auto flakes = known_flakes(db, commit);
  const auto fresh = new_tests(db, commit);
  LabelReader labels;
  auto rows = db.query(
      "SELECT t.id, t.suite, t.path, t.name, r.labels,"
      " r.failed + r.error + r.timed_out + r.crashed > 0 FROM test_rollups r"
      " JOIN test_tests t ON t.id = r.test_id"
      " JOIN test_suites s ON s.id = r.suite_id AND s.imported = 0 WHERE r.commit_id = ?",
      commit);
  while (rows.next()) {
    const auto id = rows.id<TestId>(0);
    const TestTraits traits{rows.boolean(5), flakes.contains(id), fresh.contains(id)};
    tests.push_back(
        {rows.text(1), {id, {rows.text(2), rows.text(3)}, labels.parse(rows.view(4)), traits}});
  }
  return tests;
}

using Counted = std::unordered_map<TestId, std::int64_t>;

// Runs that a wish has had, or given up, of each test.
Counted counted_runs(Connection& db, DesiredId desired) {
  Counted counted;
  auto rows =
      db.query("SELECT test_id, done + given_up FROM test_tallies WHERE desired_id = ?", desired);
  while (rows.next()) counted.emplace(rows.id<TestId>(0), rows.integer(1));
  return counted;
}

Sums sums_of(Connection& db, const WishRow& row, const std::vector<ListedTestRow>& tests) {
  Sums sums;
  const auto matcher = core::TestMatcher::make(row.wish.filter);
  auto counted = counted_runs(db, row.id);
  for (const auto& [suite, test] : tests) {
    if (!matcher || !matcher->matches(suite, test)) continue;  // as for the reactors
    ++sums.tests;
    const auto wanted = row.stopped ? 0 : row.wish.counts.wanted_of(test.traits);
    const auto had = counted.extract(test.id);
    sums.wanted += std::max(wanted, had.empty() ? 0 : had.mapped());
  }
  // What was run before the wish was narrowed stays done.
  for (const auto& [test, runs] : counted) sums.wanted += runs;
  return sums;
}

// A wish for the same number of runs of each test.
Sums sums_of_plain(Connection& db, CommitId commit, const WishRow& row) {
  Sums sums;
  sums.tests = db.number("SELECT tests FROM test_summaries WHERE commit_id = ?", commit) -
               db.number(
                   "SELECT coalesce(sum(tests), 0) FROM test_suites"
                   " WHERE commit_id = ? AND imported = 1",
                   commit);
  const auto runs = row.stopped ? 0 : row.wish.counts.runs;
  sums.wanted = runs * sums.tests + db.number(
                                        "SELECT sum(max(0, done + given_up - ?)) FROM test_tallies"
                                        " WHERE desired_id = ?",
                                        runs, row.id);
  return sums;
}

bool is_plain(const DesiredTesting& wish) {
  return wish.filter == TestFilter{} && !wish.counts.depends_on_traits();
}

#define TL_SELECT_WISHES                                                                     \
  "SELECT id, source, filter, runs, fail_runs, flake_runs, new_runs, requested_by, rule_id," \
  " stopped_at IS NOT NULL, isolation, condition_id, experiment_id, arm, background,"        \
  " commit_id FROM test_desired "

std::vector<WishRow> rows_of(Connection& db, Query rows) {
  std::vector<WishRow> wishes;
  while (rows.next()) {
    wishes.push_back({rows.id<DesiredId>(0),
                      {desired_source(rows.view(1)),
                       parse_json<TestFilter>(rows.view(2)),
                       {rows.integer(3), rows.integer(4), rows.integer(5), rows.integer(6)},
                       rows.text(7),
                       rows.optional_id<RuleId>(8),
                       isolation(rows.view(10)),
                       read_condition(db, rows.optional_id<ConditionId>(11)),
                       rows.optional_id<ExperimentId>(12),
                       rows.text(13),
                       rows.boolean(14)},
                      rows.boolean(9),
                      rows.id<CommitId>(15)});
  }
  return wishes;
}

// Of a commit's wishes; what they have in common is read once, where it is needed.
class Recount {
 public:
  Recount(Connection& db, CommitId commit) : db_(db), commit_(commit) {}

  void operator()(const WishRow& row) {
    const auto sums = is_plain(row.wish) ? sums_of_plain(db_, commit_, row) : matched(row);
    db_.run(
        "UPDATE test_desired SET tests = ?1, wanted = ?2, lowered = lowered OR wanted > ?2"
        " WHERE id = ?3",
        sums.tests, sums.wanted, row.id);
  }

 private:
  Sums matched(const WishRow& row) {
    if (!tests_) tests_ = listed_tests(db_, commit_);
    return sums_of(db_, row, *tests_);
  }

  Connection& db_;
  CommitId commit_;
  std::optional<std::vector<ListedTestRow>> tests_;
};

}  // namespace

std::vector<WishRow> wishes_of(Connection& db, CommitId commit) {
  return rows_of(db, db.query(TL_SELECT_WISHES "WHERE commit_id = ? ORDER BY id", commit));
}

std::vector<WishRow> open_wishes_of(Connection& db, CommitId commit) {
  return rows_of(
      db, db.query(TL_SELECT_WISHES
                   "WHERE commit_id = ?1 AND (experiment_id IS NULL OR tests = 0"
                   " OR done + given_up < wanted OR id IN (SELECT desired_id FROM engine_tasks"
                   "  WHERE commit_id = ?1 AND state <> 'finished' AND desired_id IS NOT NULL))"
                   " ORDER BY id",
                   commit));
}

std::vector<WishRow> wishes_of(Connection& db, ExperimentId experiment) {
  return rows_of(db, db.query(TL_SELECT_WISHES "WHERE experiment_id = ? ORDER BY id", experiment));
}

std::optional<WishRow> read_wish_row(Connection& db, DesiredId id) {
  auto rows = rows_of(db, db.query(TL_SELECT_WISHES "WHERE id = ?", id));
  return rows.empty() ? std::nullopt : std::optional{std::move(rows.front())};
}

std::map<TestId, std::int64_t> runs_under_conditions(Connection& db, DesiredId id) {
  std::map<TestId, std::int64_t> runs;
  auto rows = db.query(
      "SELECT t.test_id, sum(t.done) FROM test_desired own JOIN test_desired d"
      " ON d.id = own.id OR d.experiment_id = own.experiment_id AND d.commit_id = own.commit_id"
      " JOIN test_tallies t ON t.desired_id = d.id"
      " WHERE own.id = ? AND d.condition_id IS NOT NULL GROUP BY t.test_id",
      id);
  while (rows.next()) runs.emplace(rows.id<TestId>(0), rows.integer(1));
  return runs;
}

void recount_wishes(Connection& db, CommitId commit) {
  Recount recount(db, commit);
  for (const auto& row : wishes_of(db, commit)) recount(row);
}

void recount_wishes(Connection& db, const std::set<DesiredId>& wishes) {
  std::map<CommitId, Recount> recounts;
  for (const auto& id : wishes) {
    const auto row = read_wish_row(db, id);
    if (row) recounts.try_emplace(row->commit, db, row->commit).first->second(*row);
  }
}

}  // namespace testlooper::store
