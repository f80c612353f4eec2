// The list of flaky tests: who is on it, what is told of each, and who leaves it.
#include "lab/prove.hpp"
#include "store_world.hpp"

namespace testlooper::store {
namespace {

using enum Outcome;

class Flaky : public StoreWorld {
 protected:
  Flaky() {
    add_line(kCommits);
    for (int number = 1; number <= kCommits; ++number) prepare(number, 3);
  }
  // A run of a test for each outcome.
  void outcomes(int number, const std::vector<Outcome>& each, int test = 0) {
    const auto desired = want(number, request(1000));
    std::vector<TestResult> results;
    for (const auto outcome : each) results.push_back(result_of(named(test), outcome));
    run(number, desired, results);
  }
  void passes(int number, std::int64_t count) {
    outcomes(number, std::vector<Outcome>(static_cast<std::size_t>(count), passed));
  }
  void assess() {
    while (store_->assess_flaky(1).more) continue;
  }
  pages::FlakyPage page(FlakyQuery query = {}) {
    assess();
    query.repo = "demo";
    const auto found = views_.flaky(query);
    if (!found) ADD_FAILURE() << found.error().text();
    return found.value_or(pages::FlakyPage{});
  }
  pages::FlakyTest only(const std::string& standing = "flaky") {
    auto found = page({.repo = "demo", .standing = standing});
    if (found.tests.size() != 1) {
      ADD_FAILURE() << found.tests.size() << " tests";
      return {};
    }
    return found.tests[0];
  }

  static constexpr int kCommits = 6;
};

TEST_F(Flaky, NobodyIsListedWithoutMixedOutcomesAtACommit) {
  outcomes(1, {passed, passed});
  outcomes(2, {failed, failed});
  outcomes(3, {passed, infra, skipped});
  EXPECT_TRUE(page().tests.empty());
  EXPECT_EQ(page().branch, "main");
}

TEST_F(Flaky, AListedTestIsToldOfInFull) {
  outcomes(1, {passed, passed, passed});
  outcomes(2, {failed, passed, passed, infra, skipped});
  outcomes(4, {timed_out, passed});
  outcomes(5, {passed});
  const auto test = only();
  EXPECT_EQ(test.name, "test_0");
  EXPECT_EQ(test.standing, "flaky");
  EXPECT_EQ(test.first.sha, sha(2));
  EXPECT_EQ(test.last.sha, sha(4));
  EXPECT_EQ(test.last.subject, "commit 4");
  EXPECT_EQ(test.mixed_commits, 2);
  EXPECT_EQ(test.commits_hit, 2);
  EXPECT_EQ(test.people, 1);
  EXPECT_EQ(test.lost_us, 2000);
  // What the machine failed and what was skipped tells nothing of the test.
  EXPECT_EQ(test.rate.failures, 2);
  EXPECT_EQ(test.rate.runs, 9);
  EXPECT_GT(test.rate.low, .04);
  EXPECT_LT(test.rate.high, .56);
  EXPECT_EQ(test.trend, "steady");
  EXPECT_EQ(test.passes_since, 1);
  EXPECT_EQ(test.passes_needed, lab::passes_to_exclude({2, 8}));
  EXPECT_FALSE(test.gone);
  EXPECT_EQ(test.why,
            "Flaky: it passed and failed at 2 commits, from " + sha(2).substr(0, 10) + " to " +
                sha(4).substr(0, 10) + "; 2 of 9 runs failed (4.9 % to 54 %); " +
                std::to_string(test.passes_needed - 1) +
                " more passes in a row at newer commits would prove it fixed (risk 5 %).");
}

TEST_F(Flaky, ATryThatAFrameworkRepeatedCounts) {
  // A report with a failed try and a good one is one attempt with two runs of the test.
  outcomes(3, {failed, passed});
  const auto test = only();
  EXPECT_EQ(test.mixed_commits, 1);
  EXPECT_EQ(test.rate.failures, 1);
  EXPECT_EQ(test.rate.runs, 2);
}

TEST_F(Flaky, ItLeavesByProof) {
  outcomes(2, {failed, passed, passed, passed});
  const auto needed = lab::passes_to_exclude({1, 4});
  EXPECT_EQ(only().passes_needed, needed);
  passes(2, 2 * needed);  // at the commit where it flaked
  EXPECT_EQ(page().flaky, 1);
  const auto after = only().passes_needed;
  passes(3, after - 1);
  EXPECT_EQ(page().flaky, 1);
  passes(4, 1);
  EXPECT_EQ(page().flaky, 0);
  EXPECT_EQ(page().fixed, 1);
  const auto test = only("fixed");
  EXPECT_EQ(test.passes_since, after);
  EXPECT_TRUE(test.why.starts_with("Proven fixed: ")) << test.why;
}

TEST_F(Flaky, TheRepositorysTrendCountsTheListByTheCommitsTimes) {
  const auto days = [&] {
    assess();
    return views_.repos()->repos.at(0).flaky_days;
  };
  EXPECT_EQ(days(), std::vector<std::int64_t>(29));
  clock_.now = {info(1).committed_at.ms + 10 * 86'400'000};
  outcomes(2, {failed, passed}, 0);
  outcomes(2, {failed, passed}, 1);
  passes(3, lab::passes_to_exclude({1, 2}));  // of the first: fixed
  const auto trend = days();
  EXPECT_EQ(trend.back(), page().flaky);
  EXPECT_EQ(trend.at(28 - 9), 1);
  EXPECT_EQ(trend.at(28 - 10), 0) << "before the commits";
}

TEST_F(Flaky, AFailureBringsItBack) {
  outcomes(2, {failed, passed});
  passes(3, lab::passes_to_exclude({1, 2}));
  EXPECT_EQ(page().fixed, 1);
  outcomes(4, {failed, passed});
  const auto test = only();
  EXPECT_TRUE(test.reopened);
  EXPECT_TRUE(test.why.starts_with("Back after it was proven fixed: ")) << test.why;
  // It stays so, however often it is looked at.
  outcomes(4, {passed});
  EXPECT_TRUE(only().reopened);
}

TEST_F(Flaky, EvidenceOfBeforeItWasFlakyCounts) {
  passes(1, 20);
  outcomes(2, {failed, passed});
  EXPECT_EQ(only().rate.runs, 22);
}

TEST_F(Flaky, WhatIsBesideThePrimaryLineCountsWhereItIsMixed) {
  add_commit(20, {1});
  set_branches({{"main", kCommits}, {"side", 20}});
  prepare(20, 3);
  outcomes(20, {failed, failed, failed});
  EXPECT_TRUE(page().tests.empty());
  outcomes(2, {failed, passed});
  EXPECT_EQ(only().rate.failures, 1);
  outcomes(20, {passed});
  const auto test = only();
  EXPECT_EQ(test.mixed_commits, 2);
  EXPECT_EQ(test.rate.failures, 1) << "the line has a rate of its own";
}

TEST_F(Flaky, ClearedResultsAreEvidenceNoMore) {
  outcomes(2, {failed, passed});
  EXPECT_EQ(page().flaky, 1);
  commit({change::ResultsCleared{id(2), {test(2, named(0))}}});
  EXPECT_EQ(page().flaky, 0);
  EXPECT_EQ(page().fixed, 0);
  outcomes(2, {failed, passed});
  EXPECT_EQ(only().rate.runs, 2);
}

TEST_F(Flaky, ARenamedTestIsListedOnceUnderItsNewestName) {
  const TestName renamed{"b.py", "renamed"};
  add_commit(7, {6});
  set_branches({{"main", 7}});
  want(7);
  plan_commit(7);
  commit({change::TestsRecorded{suite(7).id, {{{renamed, {}}, {named(1), {}}}, {}}}});
  outcomes(2, {failed, passed});
  EXPECT_EQ(only().name, "test_0");
  const LineagePair pair{repo_, id(7), id(6)};
  commit({change::LineageFound{
      pair, {{{kSuite, named(0)}, {kSuite, renamed}, Continuation::renamed}}, ""}});
  run(7, want(7, request(5)), {result_of(renamed, passed), result_of(renamed, passed)});
  const auto test = only();
  EXPECT_EQ(test.name, "renamed");
  EXPECT_EQ(test.passes_since, 2);
  EXPECT_FALSE(test.gone);
}

TEST_F(Flaky, ATestThatIsGoneDoesNotLeaveTheList) {
  add_commit(7, {6});
  set_branches({{"main", 7}});
  outcomes(2, {failed, passed});
  EXPECT_FALSE(only().gone);
  want(7);
  plan_commit(7);
  commit({change::TestsRecorded{suite(7).id, {{{named(1), {}}}, {}}}});
  EXPECT_TRUE(only().gone);
  EXPECT_TRUE(only().why.ends_with("so nothing tells that it is over.")) << only().why;
}

TEST_F(Flaky, TheListIsSortedCutAndSearched) {
  outcomes(2, {failed, passed, passed, passed}, 0);
  outcomes(3, {failed, passed, passed, passed}, 0);
  outcomes(5, {failed, passed}, 1);
  const auto names = [&](FlakyQuery query) {
    std::vector<std::string> names;
    for (const auto& test : page(query).tests) names.push_back(test.name);
    return names;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(names({.repo = "demo", .order = FlakyOrder::impact}), (Names{"test_0", "test_1"}));
  EXPECT_EQ(names({.repo = "demo", .order = FlakyOrder::rate}), (Names{"test_1", "test_0"}));
  EXPECT_EQ(names({.repo = "demo", .order = FlakyOrder::newest}), (Names{"test_1", "test_0"}));
  EXPECT_EQ(names({.repo = "demo", .order = FlakyOrder::name}), (Names{"test_0", "test_1"}));
  EXPECT_EQ(names({.repo = "demo", .contains = "file_1"}), (Names{"test_1"}));
  EXPECT_EQ(names({.repo = "demo", .limit = 1}), (Names{"test_0"}));
  EXPECT_TRUE(page({.repo = "demo", .limit = 1}).more);
  EXPECT_EQ(page({.repo = "demo", .limit = 1}).flaky, 2);
}

TEST_F(Flaky, AnAssessmentIsMadeOnceForWhatChanged) {
  outcomes(2, {failed, passed});
  EXPECT_TRUE(store_->assess_flaky(10).assessed);
  EXPECT_FALSE(store_->assess_flaky(10).assessed);
  outcomes(3, {passed}, 1);  // another test
  EXPECT_FALSE(store_->assess_flaky(10).assessed);
  outcomes(3, {passed});
  EXPECT_TRUE(store_->assess_flaky(10).assessed);
}

TEST_F(Flaky, ItsCauseIsWhatTheNewestDiagnosisFound) {
  outcomes(2, {failed, passed});
  EXPECT_FALSE(only().diagnosis);
  NewExperiment spec{.repo = repo_,
                     .test = test(2, named(0)),
                     .question = DiagnoseQuestion{sha(2)},
                     .max_runs = 100,
                     .in_flight = 4,
                     .background = false,
                     .requested_by = "cli",
                     .condition = {}};
  const auto diagnose = [&](const std::string& verdict) {
    const auto id = commit({change::ExperimentCreated{spec}}).created.at(0);
    if (verdict.empty()) return id;
    commit({change::ExperimentMoved{id, ExperimentStanding::decided, verdict, "so it is", false}});
    return id;
  };
  diagnose("random");
  const auto found = diagnose("zone");
  diagnose("cannot_run");
  diagnose("");
  const auto cause = only().diagnosis;
  ASSERT_TRUE(cause);
  EXPECT_EQ(cause->experiment, found);
  EXPECT_EQ(cause->cause, "zone");
  EXPECT_EQ(cause->answer, "so it is");
}

TEST_F(Flaky, AFixIsProvenAgainstTheKnownRate) {
  ExperimentRequest request;
  request.kind = ExperimentKind::prove;
  request.test = named(0).id();
  request.against = "known";
  const auto refusal = [&] {
    const auto spec = meant(request);
    return spec ? "nothing" : spec.error().text();
  };
  EXPECT_NE(refusal().find("it is not on the list of flaky tests"), std::string::npos) << refusal();
  outcomes(2, {failed, passed, passed, passed});
  assess();
  const auto question = std::get<ProveQuestion>(meant(request)->question);
  EXPECT_EQ(question.against_failures, 1);
  EXPECT_EQ(question.against_runs, 4);
  EXPECT_NEAR(question.old_rate, .0063, 1e-4) << "Clopper and Pearson's, of 1 in 4 at 95 %";
  request.condition.cpus = .5;
  EXPECT_NE(refusal().find("name a rate"), std::string::npos) << refusal();
}

TEST_F(Flaky, AChangeOfTheRateIsTold) {
  for (int number = 1; number <= 3; ++number) passes(number, 30);
  outcomes(3, {failed});
  for (int number = 4; number <= 6; ++number) {
    std::vector<Outcome> mixed(20, passed);
    std::fill(mixed.begin(), mixed.begin() + 12, failed);
    outcomes(number, mixed);
  }
  const auto test = only();
  EXPECT_EQ(test.trend, "worse");
  ASSERT_EQ(test.changes.size(), 1u);
  EXPECT_EQ(test.changes[0].sha, sha(4));
  EXPECT_EQ(test.changes[0].before.failures, 1);
  EXPECT_EQ(test.changes[0].after.failures, 36);
  EXPECT_EQ(test.rate.runs, 60);
  EXPECT_EQ(test.history.size(), 6u);
  EXPECT_TRUE(test.why.contains("more often than before")) << test.why;
}

TEST_F(Flaky, AnUnknownRepositoryIsSaid) {
  EXPECT_EQ(views_.flaky({.repo = "nobody"}).error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace testlooper::store
