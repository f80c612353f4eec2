// Whatever happens, in whatever order: what is kept with the rows is what counting the runs says.
#include <algorithm>
#include <random>

#include "core/filter.hpp"
#include "store/column.hpp"
#include "store/connection.hpp"
#include "store/rollups.hpp"
#include "store_world.hpp"

namespace testlooper::store {
namespace {

constexpr int kCommits = 3;
constexpr int kTests = 12;

class KeptSums : public StoreWorld, public ::testing::WithParamInterface<unsigned> {
 protected:
  KeptSums() : random_(GetParam()) {
    add_line(kCommits);
    for (int number = 1; number <= kCommits; ++number) prepare(number, kTests);
  }
  int below(int limit) { return std::uniform_int_distribution{0, limit - 1}(random_); }
  bool one_in(int times) { return below(times) == 0; }

  // A task of some wish, with a report that forgets, repeats and invents tests.
  void run_something() {
    const int number = 1 + below(kCommits);
    const auto wishes = store_->commit_state(id(number)).desired;
    const auto desired =
        wishes[static_cast<std::size_t>(below(static_cast<int>(wishes.size())))].id;
    const auto known = suite(number).tests;
    std::vector<TestId> assigned;
    std::vector<TestResult> results;
    for (const auto& test : known) {
      if (one_in(2)) continue;
      assigned.push_back(test.id);
      if (!one_in(8)) results.push_back(any_result(test.test));
      if (one_in(8)) results.push_back(any_result(test.test));
    }
    if (one_in(4)) results.push_back(any_result(named(100 + below(5))));
    std::ranges::shuffle(results, random_);
    const auto attempt = start_runs(number, desired, assigned);
    if (one_in(6)) {
      finish(attempt, {change::RunsGivenUp{attempt.task}});
    } else {
      finish(attempt, {change::RunsRecorded{attempt, {results, clock_.now}}});
      runs_made_ += static_cast<std::int64_t>(results.size());
    }
  }
  void wish_something() {
    TestFilter filter;
    if (one_in(2)) filter.labels = {{one_in(2) ? "even" : "odd"}};
    if (one_in(3)) filter.paths = {{"tests/file_1"}};
    want(1 + below(kCommits), request(1 + below(5), filter));
  }
  TestResult any_result(const TestName& test) {
    auto result = result_of(test, static_cast<Outcome>(below(kCountedOutcomes)));
    result.duration = Microseconds{below(1000)};
    return result;
  }

  void expect_nothing(Sql difference) {
    Connection db{file(), Access::read};
    auto rows = db.query(difference);
    EXPECT_FALSE(rows.next()) << difference.text;
  }

  std::mt19937 random_;
  std::int64_t runs_made_ = 0;
};

TEST_P(KeptSums, AreWhatCountingTheRunsSays) {
  for (int step = 0; step < 60; ++step) {
    if (one_in(5)) {
      wish_something();
    } else {
      run_something();
    }
  }

  constexpr Sql kRollups =
      "SELECT * FROM (SELECT r.commit_id, r.test_id, passed + 0, failed + 0, error + 0, skipped + "
      "0,"
      " xfailed + 0, xpassed + 0, timed_out + 0, crashed + 0, infra + 0, total_us, last_run,"
      " last_failure FROM test_rollups r)"
      " EXCEPT SELECT r.commit_id, r.test_id, total(outcome = 'passed'),"
      " total(outcome = 'failed'), total(outcome = 'error'), total(outcome = 'skipped'),"
      " total(outcome = 'xfailed'), total(outcome = 'xpassed'), total(outcome = 'timed_out'),"
      " total(outcome = 'crashed'), total(outcome = 'infra'),"
      " total(CASE WHEN outcome <> 'infra' THEN duration_us END), max(u.id),"
      " max(CASE WHEN outcome IN ('failed', 'error', 'timed_out', 'crashed') THEN u.id END)"
      " FROM test_rollups r LEFT JOIN test_runs u"
      " ON u.commit_id = r.commit_id AND u.test_id = r.test_id GROUP BY r.commit_id, r.test_id";
  expect_nothing(kRollups);

  constexpr Sql kSummaries =
      "SELECT commit_id, tests, failing, flaky, measured FROM test_summaries EXCEPT"
      " SELECT commit_id, count(*), sum(bad > 0 AND good = 0), sum(bad > 0 AND good > 0),"
      " sum(bad + good + skipped) FROM (SELECT commit_id, skipped,"
      "  failed + error + timed_out + crashed AS bad, passed + xfailed + xpassed AS good"
      "  FROM test_rollups) GROUP BY commit_id";
  expect_nothing(kSummaries);

  constexpr Sql kWishes =
      "SELECT id, done, given_up FROM test_desired EXCEPT"
      " SELECT d.id, coalesce(sum(t.done), 0), coalesce(sum(t.given_up), 0) FROM test_desired d"
      " LEFT JOIN test_tallies t ON t.desired_id = d.id GROUP BY d.id";
  expect_nothing(kWishes);

  constexpr Sql kLists =
      "SELECT id, tests FROM test_suites EXCEPT"
      " SELECT suite_id, count(*) FROM test_rollups GROUP BY suite_id HAVING"
      " max(position) = count(*) - 1 AND count(DISTINCT position) = count(*)";
  expect_nothing(kLists);

  Connection db{file(), Access::read};
  EXPECT_GT(runs_made_, 100);
  EXPECT_EQ(db.number("SELECT count(*) FROM test_runs"), runs_made_);
  EXPECT_EQ(db.number("SELECT sum(runs) FROM test_days"), runs_made_);
}

// A kept column is read where its commit is settled, and only there.
TEST_P(KeptSums, AColumnIsWhatTheRollUpsSay) {
  for (int step = 0; step < 40; ++step) {
    if (one_in(3)) {
      commit({change::CommitSettled{id(1 + below(kCommits))}});
    } else {
      run_something();
    }
    Connection db{file(), Access::read};
    for (int number = 1; number <= kCommits; ++number) {
      EXPECT_EQ(read_column(db, id(number)), make_column(db, id(number)));
    }
  }
}

// What a wish wants in the simplest way: of each test what is wanted, or what it has had.
std::int64_t wanted_by(const CommitState& state, const DesiredState& desired) {
  const auto matcher = core::TestMatcher::make(desired.wish.filter);
  std::int64_t sum = 0;
  for (const auto& test : state.suites[0].tests) {
    const auto found = desired.tallies.find(test.id);
    const auto tally = found == desired.tallies.end() ? Tally{} : found->second;
    const bool wanted = !desired.stopped && matcher->matches(kSuite, test);
    sum += std::max(wanted ? desired.wish.counts.wanted_of(test.traits) : 0,
                    tally.done + tally.given_up);
  }
  return sum;
}

// The tallies against a model that counts in the simplest way.
TEST_P(KeptSums, TalliesCountEachAssignedTestOnceATask) {
  const auto desired = want(1, request(1000));
  std::map<TestId, Tally> model;
  for (int step = 0; step < 20; ++step) {
    std::vector<TestId> assigned;
    std::vector<TestResult> results;
    for (const auto& test : suite(1).tests) {
      if (one_in(2)) continue;
      assigned.push_back(test.id);
      bool measured = false;
      const int reports = below(3);
      for (int i = 0; i < reports; ++i) {
        results.push_back(any_result(test.test));
        measured = measured || is_measurement(results.back().outcome);
      }
      if (measured) ++model[test.id].done;
      if (reports == 0) ++model[test.id].given_up;
    }
    const auto attempt = start_runs(1, desired, assigned);
    finish(attempt, {change::RunsRecorded{attempt, {results, clock_.now}}});
  }
  const auto kept = store_->commit_state(id(1)).desired.back().tallies;
  ASSERT_FALSE(model.empty());
  for (const auto& [test, tally] : model) {
    EXPECT_EQ(kept.at(test).done, tally.done);
    EXPECT_EQ(kept.at(test).given_up, tally.given_up);
    EXPECT_EQ(kept.at(test).in_flight, 0);
  }
}

// Each wish is lowered, raised or narrowed on the way, and runs come that nobody waits for any
// more.
TEST_P(KeptSums, AWishKnowsHowManyRunsItWants) {
  for (int step = 0; step < 30; ++step) {
    if (one_in(2)) {
      wish_something();
    } else {
      run_something();
    }
  }
  for (int number = 1; number <= kCommits; ++number) {
    for (const auto& each : store_->commit_state(id(number)).desired) {
      auto wish = each.wish;
      wish.counts = {.runs = below(4), .fail_runs = below(6), .flake_runs = below(9)};
      commit({change::DesiredChanged{each.id, wish}});
      if (one_in(4)) commit({change::DesiredStopped{each.id}});
    }
  }
  for (int step = 0; step < 15; ++step) run_something();
  for (int number = 1; number <= kCommits; ++number) {
    const auto state = store_->commit_state(id(number));
    const auto page = views_.commit("demo", sha(number));
    ASSERT_EQ(page->desired.size(), state.desired.size());
    for (std::size_t i = 0; i < state.desired.size(); ++i) {
      EXPECT_EQ(page->desired[i].wanted, wanted_by(state, state.desired[i]));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, KeptSums, ::testing::Range(1u, 9u));

}  // namespace
}  // namespace testlooper::store
