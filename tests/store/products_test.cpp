// Set-up layers and artifacts: what is made once and shared by commits.
#include "store/connection.hpp"
#include "store_world.hpp"

namespace testlooper::store {
namespace {

const KeptArtifact kLib{"build:lib", "volume-1"};

class Products : public StoreWorld {
 protected:
  Products() { add_line(2); }

  // A suite that mounts `app`, which mounts `lib`; the environment has a set-up.
  static PlanGenerated plan_with_builds() {
    auto generated = plan({kSuite});
    generated.plan.environments[0].custom_setup = "install";
    generated.environment_set_ups = {"setup:1"};
    generated.plan.builds = {{"app", "env", {{"lib", "/lib"}}, "make app", std::nullopt},
                             {"lib", "env", {}, "make lib", {{"lib"}}}};
    generated.build_keys = {{"build:app", "setup:1"}, {"build:lib", "setup:lib"}};
    generated.plan.suites[0].dependencies = {{"lib", "/opt/lib"}};
    return generated;
  }
  void prepare_builds(int number) {
    want(number);
    commit({change::ConfigRecorded{id(number), config()},
            change::PlanRecorded{id(number), plan_with_builds()}});
  }
  NewTask task(int number, TaskKind kind, const std::string& product) {
    NewTask made;
    made.key = "task:" + product;
    made.kind = kind;
    made.repo = repo_;
    made.commit = id(number);
    made.image = kSuiteImage;
    made.product = product;
    return made;
  }
  CommitState state(int number = 1) { return store_->commit_state(id(number)); }
  Assignment assigned(AttemptKey attempt) {
    return store_->assignment(*store_->task(attempt.task));
  }
  std::int64_t used_at() {
    Connection db{file(), Access::read};
    return db.number("SELECT used_at FROM engine_outputs");
  }
};

TEST_F(Products, RetentionKnowsThemAndWhoNeedsThem) {
  prepare_builds(1);
  commit({change::ArtifactRecorded{repo_, kLib, 10, kSuiteImage},
          change::ArtifactFailed{repo_, "build:app", "exit code 1"}});
  auto builds = views_.kept_builds().value();
  ASSERT_EQ(builds.size(), 1u) << "what failed left nothing";
  EXPECT_EQ(builds[0].repo_name, "demo");
  EXPECT_EQ(builds[0].name, "lib");
  EXPECT_EQ(builds[0].artifact, kLib);
  EXPECT_EQ(builds[0].bytes, 10u);
  EXPECT_EQ(builds[0].since, clock_.now);
  EXPECT_TRUE(builds[0].needed) << "its commit is under test";
  commit({change::CommitSettled{id(1)}});
  EXPECT_FALSE(views_.kept_builds().value()[0].needed) << "main has moved on";
  set_branches({{"main", 2}, {"old", 1}});
  EXPECT_TRUE(views_.kept_builds().value()[0].needed) << "it is a head";

  EXPECT_TRUE(
      commit({change::BuildsForgotten{{{repo_, {kLib.key, "volume-0"}}}}}).dropped_volumes.empty())
      << "it was built anew since";
  const auto gone = commit({change::BuildsForgotten{{{repo_, kLib}}}});
  EXPECT_EQ(gone.dropped_volumes, std::vector<std::string>{kLib.volume});
  EXPECT_TRUE(views_.kept_builds().value().empty());
  EXPECT_EQ(state().artifacts.at(kLib.key).built, StepState::missing);
}

TEST_F(Products, AreWhatACommitsReactorsSee) {
  prepare_builds(1);
  auto seen = state();
  EXPECT_EQ(seen.environments[0].set_up, "setup:1");
  ASSERT_EQ(seen.builds.size(), 2u);
  EXPECT_EQ(seen.builds[0].dependencies, std::vector<std::string>{"lib"});
  EXPECT_EQ(seen.builds[1].set_up, "setup:lib");
  EXPECT_TRUE(seen.images.contains("setup:1"));
  EXPECT_TRUE(seen.images.contains("setup:lib"));
  EXPECT_EQ(seen.artifacts.at("build:lib").built, StepState::missing);
  commit({change::ArtifactRecorded{repo_, kLib, 10, kSuiteImage},
          change::ArtifactFailed{repo_, "build:app", "exit code 2"}});
  seen = state();
  EXPECT_EQ(seen.artifacts.at("build:lib").built, StepState::ok);
  EXPECT_EQ(seen.artifacts.at("build:app").error, "exit code 2");
}

TEST_F(Products, AreSharedByCommitsAndSoAreTheTasksThatMakeThem) {
  prepare_builds(1);
  prepare_builds(2);
  commit({change::TaskCreated{task(1, TaskKind::build, "build:lib")}});
  EXPECT_EQ(state(2).open_task_keys, std::vector<std::string>{"task:build:lib"});
  const auto made = commit({change::ArtifactRecorded{repo_, kLib, 10, kSuiteImage}});
  EXPECT_EQ(made.touched, (std::vector{id(1), id(2)}));
  EXPECT_EQ(state(2).artifacts.at("build:lib").built, StepState::ok);
}

TEST_F(Products, ABuildIsAssignedWithWhatItMountsAndSees) {
  prepare_builds(1);
  commit({change::ArtifactRecorded{repo_, kLib, 10, kSuiteImage}});
  const auto app = assigned(start(task(1, TaskKind::build, "build:app")));
  EXPECT_EQ(app.product, "build:app");
  EXPECT_EQ(app.build->command, "make app");
  EXPECT_EQ(app.environment->name, "env");
  EXPECT_EQ(app.mounts, (std::vector<ArtifactMount>{{kLib, "/lib"}}));
  EXPECT_EQ(app.inputs, std::nullopt);
  const auto lib = assigned(start(task(1, TaskKind::build, "build:lib")));
  EXPECT_EQ(lib.inputs, std::vector<std::string>{"lib"});
}

TEST_F(Products, ASetUpIsAssignedWithTheFilesOfWhatNeedsIt) {
  prepare_builds(1);
  EXPECT_EQ(assigned(start(task(1, TaskKind::set_up, "setup:1"))).inputs, std::nullopt);
  const auto narrow = assigned(start(task(1, TaskKind::set_up, "setup:lib")));
  EXPECT_EQ(narrow.inputs, std::vector<std::string>{"lib"});
  EXPECT_EQ(narrow.environment->custom_setup, "install");
}

TEST_F(Products, ASuiteMountsItsBuildsAndMarksThemUsed) {
  prepare_builds(1);
  commit({change::ArtifactRecorded{repo_, kLib, 10, kSuiteImage}});
  auto list = task(1, TaskKind::list_tests, "");
  list.suite = suite(1).id;
  clock_.now.ms += 5'000;
  const auto assignment = assigned(start(list));
  EXPECT_EQ(assignment.mounts, (std::vector<ArtifactMount>{{kLib, "/opt/lib"}}));
  EXPECT_EQ(used_at(), clock_.now.ms);
}

TEST_F(Products, AnArtifactThatIsNoLongerKnownIsMountedWithoutAVolume) {
  prepare_builds(1);
  auto list = task(1, TaskKind::list_tests, "");
  list.suite = suite(1).id;
  EXPECT_EQ(assigned(start(list)).mounts.at(0).artifact, (KeptArtifact{"build:lib", ""}));
}

TEST_F(Products, OnlyTheVolumeThatWasMissedIsForgotten) {
  prepare_builds(1);
  commit({change::ArtifactRecorded{repo_, kLib, 10, kSuiteImage}});
  commit({change::ArtifactForgotten{repo_, {"build:lib", "an older one"}}});
  EXPECT_EQ(store_->artifact_volumes(), std::set<std::string>{"volume-1"});
  const auto forgotten = commit({change::ArtifactForgotten{repo_, kLib}});
  EXPECT_EQ(forgotten.touched, std::vector{id(1)});
  EXPECT_TRUE(forgotten.dropped_volumes.empty()) << "it is gone already";
  EXPECT_TRUE(store_->artifact_volumes().empty());
}

TEST_F(Products, AVolumeThatIsReplacedIsToBeRemoved) {
  commit({change::ArtifactRecorded{repo_, kLib, 10, kSuiteImage}});
  const auto again = commit({change::ArtifactRecorded{repo_, {"build:lib", "volume-2"}, 10, "x"}});
  EXPECT_EQ(again.dropped_volumes, std::vector<std::string>{"volume-1"});
  EXPECT_EQ(store_->artifact_volumes(), std::set<std::string>{"volume-2"});
}

TEST_F(Products, WhatStandsOnAnImageGoesWhereItsTagHasMoved) {
  prepare_builds(1);
  const auto image = [&](const std::string& identity) {
    return commit({change::ImageRecorded{repo_, kSuiteImage, {"base", identity}, {}}});
  };
  image("sha256:1");
  commit({change::ImageRecorded{repo_, "setup:1", {"layer", {}}, kSuiteImage},
          change::ArtifactRecorded{repo_, kLib, 10, kSuiteImage},
          change::ArtifactRecorded{repo_, {"build:app", "volume-2"}, 10, "setup:1"}});
  EXPECT_TRUE(image("sha256:1").dropped_volumes.empty()) << "made again, of the same";
  EXPECT_EQ(state().images.at("setup:1").built, StepState::ok);
  const auto moved = image("sha256:2");
  EXPECT_EQ(moved.dropped_volumes, (std::vector<std::string>{"volume-2", "volume-1"}));
  EXPECT_EQ(state().images.at("setup:1").built, StepState::missing);
  EXPECT_EQ(state().artifacts.at("build:app").built, StepState::missing);
  EXPECT_EQ(assigned(start(task(1, TaskKind::build, "build:lib"))).image_identity, "sha256:2");
}

TEST_F(Products, ARetryForgetsFailedOnes) {
  prepare_builds(1);
  commit({change::ArtifactFailed{repo_, "build:lib", "exit code 2"},
          change::ImageFailed{repo_, "setup:1", "exit code 1"}});
  commit({change::CommitRetried{id(1)}});
  EXPECT_EQ(state().artifacts.at("build:lib").built, StepState::missing);
  EXPECT_EQ(state().images.at("setup:1").built, StepState::missing);
}

TEST_F(Products, AFailedBuildIsTheCommitsError) {
  prepare_builds(1);
  commit({change::ArtifactFailed{repo_, "build:lib", "exit code 2"},
          change::ArtifactFailed{repo_, "build:app", "build 'lib' failed: exit code 2"},
          change::ListFailed{suite(1).id, "build 'lib' failed: exit code 2"}});
  commit({change::CommitSettled{id(1)}});
  EXPECT_EQ(views_.commit("demo", sha(1))->commit.error, "build lib: exit code 2");
}

TEST_F(Products, ACommitsPageShowsItsBuildsAndWhereTheyCameFrom) {
  prepare_builds(1);
  prepare_builds(2);
  auto page = *views_.commit("demo", sha(1));
  ASSERT_EQ(page.builds.size(), 2u);
  EXPECT_EQ(page.builds[1].name, "lib");
  EXPECT_EQ(page.builds[1].step.state, "waiting");
  EXPECT_EQ(page.environments.at(0).set_up->state, "waiting");
  const auto attempt = start(task(1, TaskKind::build, "build:lib"));
  EXPECT_EQ(views_.commit("demo", sha(2))->builds[1].step.state, "running");
  finish(attempt, {change::ArtifactRecorded{repo_, kLib, 10, kSuiteImage}});
  commit({change::ImageFailed{repo_, "setup:1", "exit code 1"}});

  page = *views_.commit("demo", sha(1));
  EXPECT_EQ(page.builds[1].step.state, "ok");
  EXPECT_EQ(page.builds[1].step.task, attempt.task);
  EXPECT_EQ(page.builds[1].bytes, 10);
  EXPECT_EQ(page.builds[1].environment, "env");
  EXPECT_EQ(page.builds[1].reused_from, "");
  EXPECT_EQ(page.environments[0].set_up->error, "exit code 1");
  EXPECT_EQ(views_.commit("demo", sha(2))->builds[1].reused_from, sha(1));
}

TEST_F(Products, WhatNothingAsksForIsUnneeded) {
  prepare_builds(1);
  commit({change::TestsRecorded{suite(1).id, {{}, {}}}});
  commit({change::CommitSettled{id(1)}});
  const auto page = *views_.commit("demo", sha(1));
  EXPECT_EQ(page.builds.at(0).step.state, "unneeded");
  EXPECT_EQ(page.environments.at(0).set_up->state, "unneeded");
}

}  // namespace
}  // namespace testlooper::store
