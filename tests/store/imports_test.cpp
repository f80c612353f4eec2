// Reports of other systems: evidence like any other, and nobody's work.
#include <algorithm>

#include "testlooper/base/limits.hpp"

#include "store_world.hpp"

namespace testlooper::store {
namespace {

using enum Outcome;

class Imports : public StoreWorld {
 protected:
  Imports() { add_line(3); }
  change::ReportImported report(int number, const std::vector<TestResult>& results,
                                const std::string& suite = "imported") {
    return {repo_, id(number), suite, "", "jenkins", "", "r.xml", "cli", "d1", results};
  }
  static std::vector<TestResult> mixed() {
    return {result_of(named(0), failed), result_of(named(0), passed), result_of(named(1), passed)};
  }
  pages::FlakyPage flaky() {
    while (store_->assess_flaky(10).more) continue;
    const auto page = views_.flaky({.repo = "demo"});
    if (!page) ADD_FAILURE() << page.error().text();
    return page.value_or(pages::FlakyPage{});
  }
};

TEST_F(Imports, AReportIsEvidenceWithoutAnyRunHere) {
  commit({report(2, mixed())});
  const auto found = flaky();
  ASSERT_EQ(found.tests.size(), 1u);
  EXPECT_EQ(found.tests[0].suite, "imported");
  EXPECT_EQ(found.tests[0].last.sha, sha(2));
  EXPECT_EQ(found.tests[0].rate.failures, 1);
  TestQuery query;
  query.repo = "demo";
  query.test = "imported/" + named(0).id();
  const auto history = views_.test(query);
  ASSERT_TRUE(history) << history.error().text();
  ASSERT_EQ(history->runs.size(), 2u);
  EXPECT_EQ(views_.branch(of_branch("main"))->rows.size(), 2u);
}

TEST_F(Imports, ARunSaysWhereItCameFrom) {
  auto imported = report(2, mixed());
  imported.attempt = "12";
  commit({imported});
  const auto run = views_.run(RunId{1});
  ASSERT_TRUE(run) << run.error().text();
  EXPECT_EQ(run->attempt.cause, "imported from jenkins, attempt 12: r.xml");
  EXPECT_EQ(run->log.kind, "none");
  EXPECT_EQ(run->run.outcome, "failed");
}

TEST_F(Imports, TheSameReportIsTakenOnce) {
  EXPECT_FALSE(store_->import_problem(report(2, mixed())));
  commit({report(2, mixed())});
  const auto problem = store_->import_problem(report(2, mixed()));
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->message, limits::kImportKnown);
  EXPECT_EQ(problem->kind, ErrorKind::conflict);
  EXPECT_FALSE(store_->import_problem(report(1, mixed())));
  auto other_report = report(2, mixed());
  other_report.digest = "d2";
  EXPECT_FALSE(store_->import_problem(other_report));
  auto other_attempt = report(2, mixed());
  other_attempt.attempt = "2";
  EXPECT_FALSE(store_->import_problem(other_attempt));
}

TEST_F(Imports, NothingOfItIsRunHere) {
  commit({report(2, mixed())});
  EXPECT_TRUE(store_->commit_state(id(2)).suites.empty());
  const auto wish = want(2);
  EXPECT_EQ(views_.request(wish)->desired.wanted, 0);
  prepare(1, 3);
  commit({report(1, {result_of(named(7), passed)})});
  EXPECT_EQ(store_->commit_state(id(1)).suites.size(), 1u);
  EXPECT_EQ(store_->commit_state(id(1)).suites[0].tests.size(), 3u);
  EXPECT_EQ(views_.match({.repo = "demo", .commit = sha(1), .filter = {}})->listed, 3);
  EXPECT_EQ(views_.commit("demo", sha(1))->desired[0].wanted, 3);
}

TEST_F(Imports, ASuiteOfThePlanJoinsItsEvidence) {
  prepare(1, 3);
  run(1, want(1, request(5)), {result_of(named(0), passed)});
  commit({report(1, {result_of(named(0), failed)}, kSuite)});
  const auto found = flaky();
  ASSERT_EQ(found.tests.size(), 1u);
  EXPECT_EQ(found.tests[0].rate.runs, 2);
  auto elsewhere = report(1, mixed(), kSuite);
  elsewhere.digest = "another";
  elsewhere.environment = "windows";
  const auto problem = store_->import_problem(elsewhere);
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->kind, ErrorKind::invalid);
  EXPECT_EQ(problem->context, "environment");
  elsewhere.environment = "env";
  EXPECT_FALSE(store_->import_problem(elsewhere));
}

TEST_F(Imports, APlanThatComesLaterTakesTheSuiteOver) {
  commit({report(1, mixed(), kSuite)});
  prepare(1, 3);
  const auto state = store_->commit_state(id(1));
  ASSERT_EQ(state.suites.size(), 1u);
  ASSERT_EQ(state.suites[0].tests.size(), 3u);
  EXPECT_EQ(state.suites[0].tests[0].labels, std::vector<std::string>{"even"});
  EXPECT_EQ(views_.commit("demo", sha(1))->commit.tests, 3);
}

TEST_F(Imports, AWishMadeBeforeTheListWantsWhatTheReportHadToldOf) {
  commit({report(1, {result_of(named(0), failed)}, kSuite)});
  TestFilter filter;
  filter.tests = {"unit/" + named(0).id()};
  want(1, request(3, filter));
  prepare(1, 1);
  const auto desired = views_.commit("demo", sha(1))->desired;
  const auto wish = std::ranges::find(desired, "request", &pages::DesiredSummary::source);
  ASSERT_NE(wish, desired.end());
  EXPECT_EQ(wish->wanted, 3);
}

TEST_F(Imports, NamesOfASuiteAreKnownAfterwards) {
  commit({report(2, mixed())});
  EXPECT_EQ(views_.names_in_suite("demo", "imported")->size(), 2u);
  EXPECT_TRUE(views_.names_in_suite("demo", "other")->empty());
}

}  // namespace
}  // namespace testlooper::store
