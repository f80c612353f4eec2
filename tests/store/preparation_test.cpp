// Wishes and the steps of preparation: what the reactors see of them.
#include "store_world.hpp"

namespace testlooper::store {
namespace {

class Preparation : public StoreWorld {
 protected:
  Preparation() { add_line(3); }
  CommitState state(int number = 1) { return store_->commit_state(id(number)); }
  void settle(int number) { commit({change::CommitSettled{id(number)}}); }
};

TEST_F(Preparation, ABranchRulesWishIsStoredOnceACommit) {
  const auto first = want(1);
  const auto again = commit({change::Desired{repo_, sha(1), rule()}});
  EXPECT_EQ(again.desired, std::vector{first});
  EXPECT_TRUE(again.touched.empty());
  EXPECT_EQ(state().desired.size(), 1u);
}

TEST_F(Preparation, EachRequestIsAWishOfItsOwn) {
  want(1);
  TestFilter filter;
  filter.labels = {{"slow"}};
  filter.regex = "a+";
  const auto committed = commit({change::Desired{repo_, sha(1), request(5, filter)},
                                 change::Desired{repo_, sha(2), request(6)}});
  ASSERT_EQ(committed.desired.size(), 2u);
  EXPECT_EQ(committed.touched, (std::vector{id(1), id(2)}));
  ASSERT_EQ(state().desired.size(), 2u);
  EXPECT_EQ(state().desired[1].id, committed.desired[0]);
  EXPECT_EQ(state().desired[1].wish, request(5, filter));
}

TEST_F(Preparation, WantedCommitsAreUnsettledUntilTheyAreSettledAndAgainWhenTouched) {
  want(2);
  EXPECT_EQ(store_->unsettled_commits(), std::vector{id(2)});
  const auto settled = commit({change::CommitSettled{id(2)}});
  EXPECT_TRUE(settled.touched.empty());
  EXPECT_TRUE(store_->unsettled_commits().empty());
  commit({change::ConfigRecorded{id(2), config()}});
  EXPECT_EQ(store_->unsettled_commits(), std::vector{id(2)});
}

TEST_F(Preparation, ATouchWinsOverSettlingInTheSameTransaction) {
  want(1);
  commit({change::ConfigRecorded{id(1), config()}, change::CommitSettled{id(1)}});
  EXPECT_EQ(store_->unsettled_commits(), std::vector{id(1)});
}

TEST_F(Preparation, AFreshCommitHasEveryStepMissing) {
  want(1);
  const auto fresh = state();
  EXPECT_EQ(fresh.repo, repo_);
  EXPECT_EQ(fresh.config, StepState::missing);
  EXPECT_EQ(fresh.plan, StepState::missing);
  EXPECT_TRUE(fresh.suites.empty());
  EXPECT_TRUE(fresh.open_task_keys.empty());
}

TEST_F(Preparation, AConfigNamesItsImage) {
  want(1);
  const auto committed = commit({change::ConfigRecorded{id(1), config()}});
  EXPECT_EQ(committed.touched, std::vector{id(1)});
  EXPECT_EQ(state().config, StepState::ok);
  EXPECT_EQ(state().config_image, (KeyedImage{kConfigImage, config().config.image}));
  ASSERT_TRUE(state().images.contains(kConfigImage));
  EXPECT_EQ(state().images.at(kConfigImage).built, StepState::missing);
}

TEST_F(Preparation, APlanBringsEnvironmentsAndSuites) {
  want(1);
  auto generated = plan({"a", "b"});
  generated.plan.suites[1].dependencies = {{"lib", "/lib"}};
  generated.plan.builds = {{"lib", "env", {}, "make", std::nullopt}};
  generated.plan.environments.push_back({});
  generated.plan.environments[1].name = "mac";
  generated.plan.environments[1].image = {ImageSource::unsupported, "", "", "aws-ami", false};
  generated.environment_images.push_back("");
  generated.environment_set_ups.push_back("");
  generated.build_keys = {{"build:lib", ""}};
  commit({change::ConfigRecorded{id(1), config()}, change::PlanRecorded{id(1), generated}});
  const auto planned = state();
  EXPECT_EQ(planned.plan, StepState::ok);
  ASSERT_EQ(planned.environments.size(), 2u);
  EXPECT_EQ(planned.environments[0].image.key, kSuiteImage);
  EXPECT_EQ(planned.environments[1].image.spec.unsupported, "aws-ami");
  ASSERT_EQ(planned.suites.size(), 2u);
  EXPECT_EQ(planned.suites[0].environment, "env");
  EXPECT_EQ(planned.suites[1].dependencies, std::vector<std::string>{"lib"});
  EXPECT_EQ(planned.images.size(), 2u) << "an unsupported image has no key";
}

TEST_F(Preparation, AListKeepsItsOrderAndLabels) {
  prepare(1, 5);
  const auto listed = suite(1);
  EXPECT_EQ(listed.listed, StepState::ok);
  ASSERT_EQ(listed.tests.size(), 5u);
  for (int i = 0; i < 5; ++i) {
    const auto& test = listed.tests[static_cast<std::size_t>(i)];
    EXPECT_EQ(test.test, named(i));
    EXPECT_EQ(test.labels, std::vector<std::string>{i % 2 == 0 ? "even" : "odd"});
  }
}

TEST_F(Preparation, ATestIsTheSameOneAcrossCommitsAndApartAcrossSuitesAndPaths) {
  prepare(1, 3);
  prepare(2, 3);
  EXPECT_EQ(tests(1), tests(2));
  plan_commit(3, {"unit", "perf"});
  const ListedTest in_a{{"a.py", "test"}, {}};
  const ListedTest in_b{{"b.py", "test"}, {}};
  commit({change::TestsRecorded{suite(3, "unit").id, {{in_a, in_b}, {}}},
          change::TestsRecorded{suite(3, "perf").id, {{in_a}, {}}}});
  const auto unit = suite(3, "unit").tests;
  ASSERT_EQ(unit.size(), 2u);
  EXPECT_NE(unit[0].id, unit[1].id);
  EXPECT_NE(unit[0].id, suite(3, "perf").tests.at(0).id);
}

TEST_F(Preparation, ATestThatIsListedTwiceIsOneTest) {
  want(1);
  plan_commit(1);
  commit(
      {change::TestsRecorded{suite(1).id, {{{named(1), {}}, {named(2), {}}, {named(1), {}}}, {}}}});
  EXPECT_EQ(suite(1).tests.size(), 2u);
}

TEST_F(Preparation, TheFirstAnswerToAStepStays) {
  prepare(1, 2);
  commit({change::ConfigFailed{id(1), "late"}, change::PlanFailed{id(1), "late"},
          change::ListFailed{suite(1).id, "late"},
          change::TestsRecorded{suite(1).id, {listed(9), {}}}});
  EXPECT_EQ(state().config, StepState::ok);
  EXPECT_EQ(state().plan, StepState::ok);
  EXPECT_EQ(suite(1).tests.size(), 2u);
}

TEST_F(Preparation, ErrorsStayUntilARetryForgetsThem) {
  want(1);
  commit({change::ConfigFailed{id(1), "config.yaml:3: no image"}});
  EXPECT_EQ(state().config, StepState::failed);
  commit({change::CommitSettled{id(1)}});
  const auto retried = commit({change::CommitRetried{id(1)}});
  EXPECT_EQ(retried.touched, std::vector{id(1)});
  EXPECT_EQ(state().config, StepState::missing);
  EXPECT_EQ(store_->unsettled_commits(), std::vector{id(1)});

  commit({change::ConfigRecorded{id(1), config()}, change::PlanFailed{id(1), "exit code 1"}});
  EXPECT_EQ(state().plan, StepState::failed);
  commit({change::CommitRetried{id(1)}});
  EXPECT_EQ(state().config, StepState::ok) << "what went well is kept";
  EXPECT_EQ(state().plan, StepState::missing);
}

TEST_F(Preparation, ARetryForgetsFailedListsAndImages) {
  want(1);
  plan_commit(1, {"bad", "good"});
  commit({change::ListFailed{suite(1, "bad").id, "rubbish"},
          change::TestsRecorded{suite(1, "good").id, {listed(1), {}}},
          change::ImageFailed{repo_, kSuiteImage, "no such base"}});
  EXPECT_EQ(suite(1, "bad").listed, StepState::failed);
  EXPECT_EQ(state().images.at(kSuiteImage).built, StepState::failed);
  commit({change::CommitRetried{id(1)}});
  EXPECT_EQ(suite(1, "bad").listed, StepState::missing);
  EXPECT_EQ(suite(1, "good").listed, StepState::ok);
  EXPECT_EQ(state().images.at(kSuiteImage).built, StepState::missing);
  EXPECT_EQ(state().images.at(kConfigImage).built, StepState::ok);
}

TEST_F(Preparation, AnImageConcernsTheCommitsThatNeedItAndHaveWorkLeft) {
  for (const int number : {1, 2, 3}) want(number);
  commit({change::ConfigRecorded{id(1), config()}, change::ConfigRecorded{id(2), config()}});
  const std::vector both{id(1), id(2)};
  EXPECT_EQ(commit({change::ImageRecorded{repo_, kConfigImage, {"python:3.11", {}}, {}}}).touched,
            both)
      << "3 does not know its image yet";
  EXPECT_EQ(state(2).images.at(kConfigImage).built, StepState::ok);
  EXPECT_EQ(commit({change::ImageForgotten{repo_, kConfigImage}}).touched, both);
  EXPECT_EQ(state(1).images.at(kConfigImage).built, StepState::missing);
  EXPECT_EQ(commit({change::ImageFailed{repo_, kConfigImage, "x"}}).touched, both);
  EXPECT_EQ(state(1).images.at(kConfigImage).built, StepState::failed);
}

TEST_F(Preparation, AnImageWakesASettledCommitOnlyWhereItsWishIsNotFulfilled) {
  prepare(1, 1);
  prepare(2, 1);
  run(2, store_->commit_state(id(2)).desired[0].id, {result_of(named(0), Outcome::passed)});
  settle(1);
  settle(2);
  const auto made =
      commit({change::ImageRecorded{repo_, kSuiteImage, {"testlooper/image:2", {}}, {}}});
  EXPECT_EQ(made.touched, std::vector{id(1)});
}

TEST_F(Preparation, AnImageTouchesAnUnsettledCommitSoThatItCanSettleAlthoughNothingIsLeft) {
  prepare(1, 1);
  run(1, store_->commit_state(id(1)).desired[0].id, {result_of(named(0), Outcome::passed)});
  const auto made =
      commit({change::ImageRecorded{repo_, kSuiteImage, {"testlooper/image:2", {}}, {}}});
  EXPECT_EQ(made.touched, std::vector{id(1)});
}

TEST_F(Preparation, AnImageOfAnotherRepositoryIsAnotherImage) {
  want(1);
  commit({change::ConfigRecorded{id(1), config()},
          change::RepoConfigured{spec("other"), "/srv/other.git"}});
  const auto other = store_->repos()[1].repo.id;
  EXPECT_TRUE(commit({change::ImageRecorded{other, kConfigImage, {"x", {}}, {}}}).touched.empty());
  EXPECT_EQ(state(1).images.at(kConfigImage).built, StepState::missing);
}

using PreparationDeath = Preparation;
TEST_F(PreparationDeath, ACommitThatIsNotThereIsAProgrammersMistake) {
  EXPECT_DEATH(commit({change::Desired{repo_, sha(99), rule()}}), "check failed");
  EXPECT_DEATH(commit({change::ConfigFailed{{99}, "x"}}), "FOREIGN KEY");
}

}  // namespace
}  // namespace testlooper::store
