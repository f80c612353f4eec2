// What a request for an experiment means, and what its page says.
#include <algorithm>

#include "experiment_store.hpp"

namespace testlooper::store {
namespace {

TEST_F(ExperimentStore, ARequestIsLookedUp) {
  auto hunt = ask(ExperimentKind::hunt);
  const auto spec = meant(hunt).value();
  EXPECT_EQ(std::get<HuntQuestion>(spec.question),
            (HuntQuestion{sha(4), limits::kHuntFailures, Seconds{0}}))
      << "the head of the primary branch, until some failures";
  EXPECT_EQ(spec.max_runs, limits::kHuntRuns);
  EXPECT_EQ(spec.test, test(4, named(0)));
  auto prove = ask(ExperimentKind::prove);
  prove.against = "5%";
  EXPECT_DOUBLE_EQ(std::get<ProveQuestion>(meant(prove)->question).old_rate, .05);
  prove.against = ".2";
  EXPECT_DOUBLE_EQ(std::get<ProveQuestion>(meant(prove)->question).old_rate, .2);
  auto bisect = ask(ExperimentKind::bisect);
  bisect.good = sha(1).substr(0, 8);
  EXPECT_EQ(std::get<BisectQuestion>(meant(bisect)->question),
            (BisectQuestion{sha(1), sha(4), .95}));
}

TEST_F(ExperimentStore, AgainstACommitTheLowerEndOfItsRateCounts) {
  auto prove = ask(ExperimentKind::prove);
  prepare(3, 1);
  prove.against = sha(3);
  EXPECT_NE(refusal(prove).find("no run of the test at"), std::string::npos) << refusal(prove);
  run(3, want(3, request(9)), {result_of(named(0), Outcome::passed)});
  EXPECT_NE(refusal(prove).find("did not fail in 1 run"), std::string::npos) << refusal(prove);
  for (int i = 0; i < 3; ++i) {
    run(3, want(3, request(9)), {result_of(named(0), Outcome::failed)});
  }
  EXPECT_NE(refusal(prove).find("only 4 runs"), std::string::npos) << refusal(prove);
  for (int i = 0; i < 6; ++i) {
    run(3, want(3, request(9)), {result_of(named(0), Outcome::passed)});
  }
  const auto question = std::get<ProveQuestion>(meant(prove)->question);
  EXPECT_EQ(question.against_failures, 3);
  EXPECT_EQ(question.against_runs, limits::kAgainstRuns);
  EXPECT_NEAR(question.old_rate, .0667, 1e-4) << "Clopper and Pearson's, of 3 in 10 at 95 %";
  prove.against = sha(4);
  EXPECT_NE(refusal(prove).find("the commit itself"), std::string::npos);
  prove.against = "";
  EXPECT_NE(refusal(prove).find("against"), std::string::npos);
}

TEST_F(ExperimentStore, WhatCanBeNoCommitIsARate) {
  auto prove = ask(ExperimentKind::prove);
  for (const auto& [text, rate] : std::map<std::string, double>{
           {".05", .05}, {"5%", .05}, {"1e-3", .001}, {"-3", -3}, {"0", 0}}) {
    prove.against = text;
    const auto spec = meant(prove);
    ASSERT_TRUE(spec) << text << ": " << spec.error().text();
    EXPECT_DOUBLE_EQ(std::get<ProveQuestion>(spec->question).old_rate, rate) << text;
  }
}

TEST_F(ExperimentStore, BadRequestsGetAClearAnswer) {
  auto bisect = ask(ExperimentKind::bisect);
  bisect.good = sha(4);
  bisect.bad = sha(4);
  EXPECT_NE(refusal(bisect).find("the same commit"), std::string::npos);
  prepare(2, 1);
  bisect.bad = sha(2);
  EXPECT_NE(refusal(bisect).find("the ends are swapped"), std::string::npos) << refusal(bisect);
  add_commit(9);
  bisect.good = sha(9);
  bisect.bad = sha(4);
  EXPECT_NE(refusal(bisect).find("is no ancestor of"), std::string::npos);
  auto hunt = ask(ExperimentKind::hunt);
  prepare(1, 0);
  commit({change::TestsRecorded{suite(1).id, {listed(0), {}}}});
  hunt.commit = "nowhere";
  EXPECT_NE(refusal(hunt).find("there is no branch, tag or commit nowhere"), std::string::npos);
  hunt.test = "tests/none.py::test_none";
  EXPECT_NE(refusal(hunt).find("there is no test"), std::string::npos);
  commit({change::RepoConfigured{spec("other"), "/srv/other.git"}});
  EXPECT_NE(refusal(ask(ExperimentKind::hunt)).find("name one of demo, other"), std::string::npos);
}

TEST_F(ExperimentStore, ACommitWithoutTheTestIsRefusedOnceItsTestsAreKnown) {
  plan_commit(3);
  commit({change::TestsRecorded{suite(3).id, {{{{"other.py", "test_other"}, {}}}, {}}}});
  auto hunt = ask(ExperimentKind::hunt);
  hunt.commit = sha(3);
  EXPECT_NE(refusal(hunt).find("does not have the test"), std::string::npos) << refusal(hunt);
}

TEST_F(ExperimentStore, ThePageTellsTheQuestionTheAnswerAndTheCost) {
  const auto id = create(HuntQuestion{sha(4), 5, Seconds{0}});
  const auto desired = want(4, wish(id, 100));
  run(4, desired, {result_of(named(0), Outcome::failed)});
  run(4, desired, {result_of(named(0), Outcome::passed)});
  clock_.now.ms += 60'000;
  const auto page = views_.experiment(id).value();
  EXPECT_EQ(page.experiment.runs, 2);
  EXPECT_EQ(page.experiment.failures, 1);
  EXPECT_EQ(page.experiment.answer.find("1 failure in 2 runs at"), 0u);
  EXPECT_EQ(page.sha, sha(4));
  EXPECT_DOUBLE_EQ(page.rate, .5);
  EXPECT_LT(page.rate_low, .5);
  EXPECT_DOUBLE_EQ(page.runs_per_minute, 2);
  EXPECT_EQ(page.test_us, 2'000);
  ASSERT_EQ(page.failures.size(), 1u);
  EXPECT_EQ(page.failures[0].sha, sha(4));
  EXPECT_EQ(page.arms.at(0).failures, 1);
  const auto document = views_.experiment_export(id).value();
  EXPECT_EQ(document.runs.size(), 2u);
  EXPECT_LT(document.runs[0].id, document.runs[1].id);
  const auto list = views_.experiments({}).value();
  ASSERT_EQ(list.experiments.size(), 1u);
  EXPECT_EQ(list.experiments[0].id, id);
  EXPECT_TRUE(views_.experiments({.standing = ExperimentStanding::paused})->experiments.empty());
  EXPECT_EQ(views_.experiments({.repo = "demo", .test = named(0).id()})->experiments.size(), 1u);
  EXPECT_TRUE(views_.experiments({.repo = "demo", .test = named(1).id()})->experiments.empty());
  EXPECT_EQ(views_.experiment(ExperimentId{99}).error().kind, ErrorKind::not_found);
}

TEST_F(ExperimentStore, AnExportHoldsTheConditionsOfADiagnosis) {
  const auto id = create(DiagnoseQuestion{sha(4)});
  auto probe = wish(id, 10);
  probe.arm = "after:1:0123456789abcdef";
  probe.condition.order.kind = OrderKind::after;
  probe.condition.order.before = {named(1).id()};
  want(4, probe);
  const auto document = views_.experiment_export(id).value();
  ASSERT_EQ(document.arms.size(), 1u);
  EXPECT_EQ(document.arms[0].arm, probe.arm);
  EXPECT_EQ(document.arms[0].sha, sha(4));
  EXPECT_EQ(document.arms[0].condition, (std::vector<std::string>{"after=" + named(1).id()}));
  EXPECT_NE(std::ranges::find(document.listed, named(0).id()), document.listed.end());
}

TEST_F(ExperimentStore, ADiagnosisGivesADockerCommandWithTheImageThatTheTestRanIn) {
  const auto diagnosis_at = [&](int number) {
    const auto id = create(DiagnoseQuestion{sha(number)});
    auto alone = wish(id, 10);
    alone.arm = "alone";
    alone.condition.order.kind = OrderKind::alone;
    run(number, want(number, alone), {result_of(named(0), Outcome::failed)});
    return [this, id] { return views_.experiment(id)->diagnosis.value(); };
  };
  const auto has = [](const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
  };
  const auto plain = diagnosis_at(4)();
  EXPECT_TRUE(has(plain.reproduce_run, named(0).id())) << plain.reproduce_run;
  EXPECT_TRUE(has(plain.reproduce_docker, " testlooper/image:1 ")) << plain.reproduce_docker;
  EXPECT_TRUE(has(plain.reproduce_docker, "$PWD:"));
  EXPECT_TRUE(plain.needs_checkout);

  add_commit(5, {4});
  auto with_files = plan({kSuite});
  with_files.environment_set_ups = {"set-up"};
  commit({change::ConfigRecorded{this->id(5), config()},
          change::PlanRecorded{this->id(5), with_files}});
  commit({change::TestsRecorded{suite(5).id, {listed(2), {}}}});
  const auto set_up = diagnosis_at(5);
  EXPECT_EQ(set_up().reproduce_docker, "") << "docker does not have that image yet";
  commit({change::ImageRecorded{repo_, "set-up", {"testlooper/set-up:1", {}}, {}}});
  EXPECT_TRUE(has(set_up().reproduce_docker, " testlooper/set-up:1 ")) << set_up().reproduce_docker;
  EXPECT_FALSE(has(set_up().reproduce_docker, "$PWD:"));
  EXPECT_FALSE(set_up().needs_checkout);
}

TEST_F(ExperimentStore, ABisectionsPageHasAPosteriorOverItsCommits) {
  const auto page = views_.experiment(create(BisectQuestion{sha(1), sha(4)})).value();
  EXPECT_EQ(page.range, 3);
  double sum = page.none;
  for (const auto& commit : page.commits) sum += commit.probability;
  EXPECT_NEAR(sum, 1, 1e-9);
  EXPECT_EQ(page.commits.at(0).state, "good");
  EXPECT_EQ(views_.experiment_export(page.experiment.id)->range.size(), 4u);
}

}  // namespace
}  // namespace testlooper::store
