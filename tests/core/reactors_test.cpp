#include "core/reactors.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

#include "core/reactors_fixture.hpp"

namespace testlooper::core {
namespace {

TEST(Reactors, AnUnwantedCommitIsLeftAlone) {
  auto state = pushed();
  state.desired.clear();
  EXPECT_TRUE(react(state).empty());
}

TEST(Reactors, TheChainFromPushToRuns) {
  EXPECT_EQ(only_task(pushed()).kind, TaskKind::read_config);

  auto state = configured();
  EXPECT_EQ(only_task(state).kind, TaskKind::build_image);
  EXPECT_EQ(only_task(state).image, kSetupImage);
  state.images[kSetupImage].built = StepState::ok;
  EXPECT_EQ(only_task(state).kind, TaskKind::generate_plan);

  state = planned();
  EXPECT_EQ(only_task(state).kind, TaskKind::build_image);
  EXPECT_EQ(only_task(state).image, kTestImage);
  state.images[kTestImage].built = StepState::ok;
  EXPECT_EQ(only_task(state).kind, TaskKind::list_tests);

  const auto run = only_task(listed(2));
  EXPECT_EQ(run.kind, TaskKind::run_tests);
  EXPECT_TRUE(run.all_tests);
  EXPECT_EQ(run.tests, (std::vector<TestId>{{1}, {2}}));
}

TEST(Reactors, EachStageIsIdempotent) {
  for (auto state : {pushed(), configured(), planned(), listed(3)}) {
    const auto first = react(state);
    EXPECT_FALSE(first.empty());
    open(state, first);
    EXPECT_TRUE(react(state).empty());
    EXPECT_FALSE(settled(state, react(state)));
  }
}

TEST(Reactors, TwoSuitesOfOneEnvironmentAskForItsImageOnce) {
  auto state = planned();
  state.suites.push_back(state.suites[0]);
  state.suites[1].id = {4};
  EXPECT_EQ(tasks_of(react(state)).size(), 1u);
}

TEST(Reactors, DoneAndGivenUpRunsAreNotWantedAgain) {
  auto state = listed(3);
  state.desired[0].tallies[{1}].done = 1;
  state.desired[0].tallies[{2}].given_up = 1;
  const auto task = only_task(state);
  EXPECT_EQ(task.tests, (std::vector<TestId>{{3}}));
  EXPECT_FALSE(task.all_tests);
  state.desired[0].tallies[{3}].done = 1;
  EXPECT_TRUE(settled(state, react(state)));
}

TEST(Reactors, NRunsBecomeNTasksWithEachTestOnce) {
  auto state = listed(2);
  state.desired = {wish_for(3, DesiredSource::request)};
  state.desired[0].tallies[{2}].done = 2;
  const auto tasks = tasks_of(react(state));
  ASSERT_EQ(tasks.size(), 3u);
  EXPECT_EQ(tasks[0].tests, (std::vector<TestId>{{1}, {2}}));
  EXPECT_EQ(tasks[1].tests, (std::vector<TestId>{{1}}));
  EXPECT_EQ(tasks[0].priority, Priority::interactive);
  EXPECT_NE(tasks[0].key, tasks[1].key);
}

TEST(Reactors, AHugeWishIsQueuedSomeTasksAtATime) {
  auto state = listed(1);
  state.desired = {wish_for(10'000, DesiredSource::request)};
  const auto first = react(state);
  EXPECT_EQ(tasks_of(first).size(), static_cast<std::size_t>(limits::kOpenRunTasksPerDesired));
  open(state, first);
  EXPECT_TRUE(react(state).empty());
  // One finishes: one more is queued.
  state.open_task_keys.erase(state.open_task_keys.begin());
  --state.desired[0].open_tasks[{3}];
  --state.desired[0].tallies[{1}].in_flight;
  ++state.desired[0].tallies[{1}].done;
  EXPECT_EQ(tasks_of(react(state)).size(), 1u);
}

TEST(Reactors, TheFilterNarrows) {
  auto state = listed(5);
  state.desired[0].wish.filter.tests = {"a.py::t4"};
  EXPECT_EQ(only_task(state).tests, (std::vector<TestId>{{4}}));
  state.desired[0].wish.filter.tests.reset();
  state.desired[0].wish.filter.suites = {"other"};
  EXPECT_TRUE(settled(state, react(state)));
}

TEST(Reactors, AStoppedWishWantsNothingAndDropsWhatHasNotStarted) {
  auto state = pushed();
  state.desired[0].stopped = true;
  EXPECT_TRUE(react(state).empty());

  state = listed(2);
  Task waiting;
  waiting.id = {7};
  waiting.spec = only_task(state);
  state.desired[0].not_started = {waiting};
  for (const auto& test : waiting.spec.tests) ++state.desired[0].tallies[test].in_flight;
  EXPECT_TRUE(react(state).empty());
  state.desired[0].stopped = true;
  const auto changes = react(state);
  ASSERT_EQ(changes.size(), 1u);
  const auto& moved = std::get<change::TaskMoved>(changes[0]);
  EXPECT_EQ(moved.task, TaskId{7});
  EXPECT_EQ(moved.to, TaskState::finished);
  EXPECT_EQ(moved.outcome, Outcome::cancelled);
}

TEST(Reactors, PreparationIsAsUrgentAsTheMostUrgentWish) {
  auto state = pushed();
  state.desired = {wish_for(1, DesiredSource::idle)};
  EXPECT_TRUE(react(state).empty()) << "nothing is prepared for idle room";
  state.desired = {wish_for(1, DesiredSource::schedule)};
  EXPECT_EQ(only_task(state).priority, Priority::background);
  state.desired.push_back(wish_for(1));
  EXPECT_EQ(only_task(state).priority, Priority::branch);
  state.desired.push_back(wish_for(1, DesiredSource::request));
  EXPECT_EQ(only_task(state).priority, Priority::interactive);
  state.desired[2].stopped = true;
  EXPECT_EQ(only_task(state).priority, Priority::branch);
}

TEST(Reactors, AFailedConfigImageBecomesAnErrorOfThePlan) {
  auto state = configured();
  state.images[kSetupImage].built = StepState::failed;
  const auto changes = react(state);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<change::PlanFailed>(changes[0]));
}

TEST(Reactors, OnlySuitesOfABrokenEnvironmentAreBlocked) {
  auto state = planned();
  state.images[kTestImage].built = StepState::ok;
  ImageSpec ami;
  ami.source = ImageSource::unsupported;
  ami.unsupported = "aws-ami images are not supported";
  state.environments.push_back({"cloud", {"", ami}, ""});
  state.suites.push_back(state.suites[0]);
  state.suites[1].id = {4};
  state.suites[1].environment = "cloud";
  const auto changes = react(state);
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(tasks_of(changes)[0].suite, SuiteId{3});
  const auto& blocked = std::get<change::ListFailed>(changes[1]);
  EXPECT_EQ(blocked.suite, SuiteId{4});
  EXPECT_EQ(blocked.error, "environment 'cloud': aws-ami images are not supported");
}

// A suite that needs `app`, which needs `lib`; nothing is built yet.
CommitState with_builds() {
  auto state = planned();
  state.images[kTestImage].built = StepState::ok;
  state.builds = {{"app", "linux", {"lib"}, "build:app", ""},
                  {"lib", "linux", {}, "build:lib", ""}};
  state.artifacts = {{"build:app", {}}, {"build:lib", {}}};
  state.suites[0].dependencies = {"app"};
  return state;
}

TEST(Reactors, BuildsAreMadeInTheirOrderAndThenTheSuiteIsListed) {
  auto state = with_builds();
  EXPECT_EQ(only_task(state).kind, TaskKind::build);
  EXPECT_EQ(only_task(state).product, "build:lib");
  EXPECT_EQ(only_task(state).image, kTestImage);
  state.artifacts["build:lib"].built = StepState::ok;
  EXPECT_EQ(only_task(state).product, "build:app");
  state.artifacts["build:app"].built = StepState::ok;
  EXPECT_EQ(only_task(state).kind, TaskKind::list_tests);
}

TEST(Reactors, ABuildThatAnotherCommitMakesIsWaitedFor) {
  auto state = with_builds();
  state.open_task_keys = {only_task(state).key};
  EXPECT_TRUE(react(state).empty());
}

TEST(Reactors, ABuildThatNoSuiteNeedsIsNotMade) {
  auto state = with_builds();
  state.suites[0].dependencies.clear();
  EXPECT_EQ(only_task(state).kind, TaskKind::list_tests);
}

TEST(Reactors, AFailedBuildIsToldAlongTheWholeChain) {
  auto state = with_builds();
  state.artifacts["build:lib"] = {StepState::failed, "the command ended with exit code 2"};
  auto changes = react(state);
  ASSERT_EQ(changes.size(), 1u);
  const auto failed = std::get<change::ArtifactFailed>(changes[0]);
  EXPECT_EQ(failed.key, "build:app");
  EXPECT_EQ(failed.error, "build 'lib' failed: the command ended with exit code 2");
  state.artifacts["build:app"] = {StepState::failed, failed.error};
  changes = react(state);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(std::get<change::ListFailed>(changes[0]).error,
            "build 'app' failed: build 'lib' failed: the command ended with exit code 2");
}

TEST(Reactors, AFailedBuildIsToldByThoseThatNothingWaitsForAnyMore) {
  auto state = with_builds();
  state.artifacts["build:lib"] = {StepState::failed, "exit code 2"};
  state.suites[0].dependencies = {"app", "lib"};
  const auto changes = react(state);
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(std::get<change::ArtifactFailed>(changes[0]).key, "build:app");
  EXPECT_EQ(std::get<change::ListFailed>(changes[1]).error, "build 'lib' failed: exit code 2");
}

TEST(Reactors, ABuildThatCanNeverFitIsToldByTheSuiteThatNeedsIt) {
  auto state = with_builds();
  state.policy.capacity = {2000, 4096};
  state.builds[1].environment = "huge";
  state.environments.push_back({"huge", {kTestImage, {}}, "", 8, 0});
  const auto changes = react(state);
  ASSERT_EQ(changes.size(), 1u);
  const auto& failed = std::get<change::ListFailed>(changes[0]);
  EXPECT_EQ(failed.error,
            "build 'lib' can't be made: environment 'huge' needs 8 cores, and this server has 2");
  EXPECT_TRUE(failed.too_big);
}

TEST(Reactors, ABuildReservesWhatItsEnvironmentAsksFor) {
  auto state = with_builds();
  state.environments[0].min_cores = 1.5;
  EXPECT_EQ(only_task(state).needs.milli_cores, 1500);
}

TEST(Reactors, ABuildInAnUnsupportedEnvironmentSaysWhy) {
  auto state = with_builds();
  state.builds[1].environment = "cloud";
  ImageSpec ami;
  ami.source = ImageSource::unsupported;
  ami.unsupported = "aws-ami images are not supported";
  state.environments.push_back({"cloud", {"", ami}, ""});
  const auto changes = react(state);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(std::get<change::ArtifactFailed>(changes[0]).error,
            "environment 'cloud': aws-ami images are not supported");
}

TEST(Reactors, AnArtifactThatDockerLostIsBuiltAgainOnlyWhereRunsAreWanted) {
  auto state = with_builds();
  state.artifacts["build:lib"].built = StepState::ok;
  state.suites[0].listed = StepState::ok;
  state.suites[0].tests = {{{1}, {"a.py", "t1"}, {}}};
  EXPECT_EQ(only_task(state).product, "build:app");
  state.artifacts["build:lib"].built = StepState::missing;
  EXPECT_EQ(only_task(state).product, "build:lib");
  state.desired[0].tallies[{1}].done = 1;
  EXPECT_TRUE(settled(state, react(state)));
}

CommitState with_set_up() {
  auto state = planned();
  state.environments[0].set_up = "setup:1";
  state.images["setup:1"];
  return state;
}

TEST(Reactors, CustomSetupIsMadeOnItsImageAndThenStoodOn) {
  auto state = with_set_up();
  EXPECT_EQ(only_task(state).kind, TaskKind::build_image);
  state.images[kTestImage].built = StepState::ok;
  EXPECT_EQ(only_task(state).kind, TaskKind::set_up);
  EXPECT_EQ(only_task(state).image, kTestImage);
  EXPECT_EQ(only_task(state).product, "setup:1");
  state.images["setup:1"].built = StepState::ok;
  EXPECT_EQ(only_task(state).kind, TaskKind::list_tests);
  EXPECT_EQ(only_task(state).image, "setup:1");
  state.images[kTestImage].built = StepState::missing;
  EXPECT_EQ(only_task(state).kind, TaskKind::list_tests) << "the layer has all that it needs";
}

TEST(Reactors, AFailedSetUpIsToldByEachSuiteOfItsEnvironment) {
  auto state = with_set_up();
  state.images[kTestImage].built = StepState::ok;
  state.images["setup:1"] = {StepState::failed, "the command ended with exit code 1"};
  const auto changes = react(state);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(std::get<change::ListFailed>(changes[0]).error,
            "custom-setup of environment 'linux' failed: the command ended with exit code 1");
}

TEST(Reactors, WhatIsSharedIsNamedByItsRepositoryToo) {
  auto state = with_builds();
  const auto key = only_task(state).key;
  state.repo = {9};
  EXPECT_NE(only_task(state).key, key);
}

TEST(Reactors, AnImageThatDockerLostIsMadeAgainBeforeRunsGoOn) {
  auto state = listed(1);
  state.images[kTestImage].built = StepState::missing;
  EXPECT_EQ(only_task(state).kind, TaskKind::build_image);
  state.desired[0].tallies[{1}].done = 1;
  EXPECT_TRUE(settled(state, react(state))) << "nobody needs the image any more";
}

TEST(Reactors, TasksReserveWhatTheirEnvironmentNames) {
  EXPECT_EQ(only_task(pushed()).needs, Resources{}) << "reading a config runs no container";
  EXPECT_EQ(only_task(configured()).needs, (Resources{1000, limits::kReservedRamMb}));
  auto state = listed(1);
  state.environments[0].min_cores = 1.5;
  state.environments[0].min_ram_gb = 0.25;
  EXPECT_EQ(only_task(state).needs, (Resources{1500, 256}));
}

TEST(Reactors, ASuiteThatCanNeverFitIsToldSoAtOnce) {
  auto state = planned();
  state.policy.capacity = {2000, 4096};
  state.environments[0].min_cores = 8;
  const auto changes = react(state);
  ASSERT_EQ(changes.size(), 1u);
  const auto& failed = std::get<change::ListFailed>(changes[0]);
  EXPECT_EQ(failed.error, "environment 'linux' needs 8 cores, and this server has 2");
  EXPECT_TRUE(failed.too_big);
  state.environments[0].min_cores = 1;
  state.environments[0].min_ram_gb = 4.5;
  EXPECT_EQ(std::get<change::ListFailed>(react(state)[0]).error,
            "environment 'linux' needs 4.5 GB of memory, and this server has 4");
}

TEST(Reactors, ALongSuiteIsCutAndItsLongPartStartsFirst) {
  auto state = listed(4);
  state.policy.batch_target = Seconds{30};
  for (auto& test : state.suites[0].tests) test.duration = Seconds{15};
  state.suites[0].tests[3].duration = Seconds{40};
  const auto tasks = tasks_of(react(state));
  ASSERT_EQ(tasks.size(), 3u);
  EXPECT_EQ(tasks[0].tests, (std::vector<TestId>{{4}}));
  EXPECT_EQ(tasks[0].expected, Milliseconds{40'000 + limits::kContainerStartMs});
  EXPECT_TRUE(tasks[0].first_result);
  EXPECT_FALSE(tasks[0].all_tests);
  EXPECT_EQ(tasks[1].tests.size() + tasks[2].tests.size(), 3u);
  EXPECT_FALSE(tasks[1].first_result);
}

std::int64_t interactive(const CommitState& state) {
  return std::ranges::count(tasks_of(react(state)), Priority::interactive, &NewTask::priority);
}

TEST(Reactors, OnlyTheFirstTaskOfAHuntIsInteractive) {
  auto state = listed(1);
  state.desired = {wish_for(10'000, DesiredSource::request)};
  // However short its tests are: each task costs a start as well.
  for (const auto duration :
       {Microseconds{1}, Microseconds{Seconds{10}}, Microseconds{Seconds{300}}}) {
    state.suites[0].tests[0].duration = duration;
    const auto tasks = tasks_of(react(state));
    EXPECT_EQ(interactive(state), 1);
    EXPECT_EQ(tasks[0].priority, Priority::interactive);
    EXPECT_EQ(tasks[1].priority, Priority::branch);
    EXPECT_EQ(tasks[0].flow, "request 5");
  }
  // What was queued before counts: a hunt does not become interactive again.
  state.desired[0].tallies[{1}].done = 9'999;
  EXPECT_EQ(interactive(state), 0);
}

TEST(Reactors, AShortRequestIsInteractiveAsAWhole) {
  auto state = listed(2);
  for (auto& test : state.suites[0].tests) test.duration = Milliseconds{50};
  state.desired = {wish_for(20, DesiredSource::request)};
  EXPECT_EQ(interactive(state), 20);
  state.desired[0].tallies = {{{1}, {.done = 5}}, {{2}, {.done = 5}}};
  EXPECT_EQ(interactive(state), 15);
  state.desired[0].wish.counts.runs = 40;  // it was raised
  EXPECT_EQ(interactive(state), 0);
}

TEST(Reactors, ABranchIsOneFlow) {
  auto state = listed(1);
  state.desired[0].wish.requested_by = "push to main";
  EXPECT_EQ(only_task(state).flow, "push to main");
  state = pushed();
  state.desired[0].wish.requested_by = "push to main";
  EXPECT_EQ(only_task(state).flow, "push to main");
}

TEST(Reactors, WhatAnExperimentWaitsForIsPreparedInItsShare) {
  auto state = pushed();
  state.desired[0].wish.requested_by = "push to main";
  state.desired.push_back(wish_for(1, DesiredSource::experiment));
  state.desired[1].wish.requested_by = "experiment 7";
  EXPECT_EQ(only_task(state).flow, "experiment 7");
  state.desired[1].wish.background = true;
  EXPECT_EQ(only_task(state).flow, "push to main");
}

}  // namespace
}  // namespace testlooper::core
