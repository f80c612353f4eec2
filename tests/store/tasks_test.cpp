// Tasks, attempts, and the assignments that are made of them.
#include <algorithm>

#include "testlooper/base/limits.hpp"

#include "store/test_ids.hpp"
#include "store_world.hpp"

namespace testlooper::store {
namespace {

class Tasks : public StoreWorld {
 protected:
  Tasks() {
    add_line(3);
    for (const int number : {1, 2, 3}) want(number);
  }
  NewTask config_task(int number, Priority priority = Priority::branch) {
    NewTask task;
    task.key = "config:" + std::to_string(number);
    task.repo = repo_;
    task.commit = id(number);
    task.priority = priority;
    return task;
  }
  std::vector<std::string> keys_in(TaskState state, int limit = 100) {
    std::vector<std::string> keys;
    for (const auto& task : store_->tasks_in(state, limit)) keys.push_back(task.spec.key);
    return keys;
  }
  Task ready() { return store_->tasks_in(TaskState::ready, 1).at(0); }
};

TEST_F(Tasks, ANewTaskIsReadyAndReadBackWhole) {
  const auto desired = want(1, request(3));
  plan_commit(1);
  NewTask task = config_task(1, Priority::interactive);
  task.kind = TaskKind::run_tests;
  task.image = kSuiteImage;
  task.suite = suite(1).id;
  task.desired = desired;
  commit({change::TestsRecorded{*task.suite, {listed(3), {}}}});
  task.tests = tests(1);
  std::ranges::reverse(task.tests);
  task.all_tests = true;
  task.measured = true;
  EXPECT_EQ(commit({change::TaskCreated{task}}).touched, std::vector{id(1)});
  Task expected;
  expected.id = ready().id;
  expected.spec = task;
  expected.created_at = clock_.now;
  EXPECT_EQ(ready(), expected);
  EXPECT_EQ(store_->task(expected.id), expected);
  EXPECT_FALSE(store_->task({999}));
}

TEST_F(Tasks, TheSameWishIsNeverQueuedTwice) {
  commit({change::TaskCreated{config_task(1)}});
  EXPECT_TRUE(commit({change::TaskCreated{config_task(1)}}).touched.empty());
  EXPECT_EQ(keys_in(TaskState::ready).size(), 1u);
  const auto attempt = start(ready());
  commit({change::TaskCreated{config_task(1)}});
  EXPECT_TRUE(keys_in(TaskState::ready).empty()) << "it is running";
  finish(attempt);
  commit({change::TaskCreated{config_task(1)}});
  EXPECT_EQ(keys_in(TaskState::ready).size(), 1u) << "a finished one may be asked for again";
}

TEST_F(Tasks, StartInTheOrderOfPriorityThenNewestCommitThenId) {
  commit({change::TaskCreated{config_task(1)}, change::TaskCreated{config_task(3)},
          change::TaskCreated{config_task(2, Priority::interactive)}});
  auto second_of_three = config_task(3);
  second_of_three.key = "other";
  commit({change::TaskCreated{second_of_three}});
  EXPECT_EQ(keys_in(TaskState::ready),
            (std::vector<std::string>{"config:2", "config:3", "other", "config:1"}));
  EXPECT_EQ(keys_in(TaskState::ready, 2), (std::vector<std::string>{"config:2", "config:3"}));
}

TEST_F(Tasks, MoveAsToldAndOnlyTheEndTouchesTheCommit) {
  commit({change::TaskCreated{config_task(1)}});
  auto moved = move(ready(), TaskState::waiting, 1);
  moved.cause = "docker does not answer";
  moved.infra_attempts = 1;
  moved.not_before = clock_.now + Seconds{4};
  EXPECT_TRUE(commit({moved}).touched.empty());
  const auto waiting = store_->tasks_in(TaskState::waiting, 1).at(0);
  EXPECT_EQ(waiting.cause, moved.cause);
  EXPECT_EQ(waiting.infra_attempts, 1);
  EXPECT_EQ(waiting.attempts, 1);
  EXPECT_EQ(waiting.not_before, moved.not_before);

  auto finished = move(waiting, TaskState::finished, 1);
  finished.outcome = Outcome::timed_out;
  EXPECT_EQ(commit({finished}).touched, std::vector{id(1)});
  EXPECT_EQ(store_->task(waiting.id)->outcome, Outcome::timed_out);
}

TEST_F(Tasks, OpenKeysAreThoseOfTheCommitAndOfTheImagesItNeeds) {
  plan_commit(1);
  plan_commit(2);
  auto image = config_task(2);
  image.kind = TaskKind::build_image;
  image.key = "image:" + std::string{kSuiteImage};
  image.image = kSuiteImage;
  commit({change::TaskCreated{image}, change::TaskCreated{config_task(1)}});
  const auto keys = [&](int number) { return store_->commit_state(id(number)).open_task_keys; };
  EXPECT_EQ(keys(1), (std::vector<std::string>{"config:1", image.key}));
  EXPECT_EQ(keys(2), std::vector{image.key});
  EXPECT_TRUE(keys(3).empty()) << "its plan is not known";

  const auto attempt = start(image);
  EXPECT_EQ(finish(attempt).touched, (std::vector{id(1), id(2)})) << "1 waited for it too";
  EXPECT_TRUE(keys(2).empty());
}

TEST_F(Tasks, InFlightIsWhatUnfinishedTasksHold) {
  prepare(1, 4);
  const auto desired = store_->commit_state(id(1)).desired[0].id;
  const auto all = tests(1);
  const auto first = start_runs(1, desired, all);
  start_runs(1, desired, {all[0]});
  const auto state = store_->commit_state(id(1)).desired[0];
  EXPECT_EQ(state.tallies.at(all[0]).in_flight, 2);
  EXPECT_EQ(state.tallies.at(all[3]).in_flight, 1);
  EXPECT_EQ(state.open_tasks.at(suite(1).id), 2);
  finish(first);
  EXPECT_EQ(store_->commit_state(id(1)).desired[0].tallies.at(all[0]).in_flight, 1);
}

TEST_F(Tasks, AnAttemptKeepsHowItEnded) {
  commit({change::TaskCreated{config_task(1)}});
  const auto attempt = start(ready());
  AttemptEnd end;
  end.outcome = Outcome::crashed;
  end.cause = "killed for memory";
  end.exit_code = 3;
  end.oom_killed = true;
  end.log = {"logs/1.log", 100, 7};
  clock_.now = clock_.now + Seconds{5};
  finish(attempt, {}, end);
  const auto page = views_.task(attempt.task);
  ASSERT_TRUE(page);
  ASSERT_EQ(page->attempts.size(), 1u);
  const auto& shown = page->attempts[0];
  EXPECT_EQ(shown.outcome, "crashed");
  EXPECT_EQ(shown.cause, end.cause);
  EXPECT_EQ(shown.exit_code, 3);
  EXPECT_TRUE(shown.oom_killed);
  EXPECT_EQ(shown.log_bytes, 100u);
  EXPECT_EQ(shown.log_dropped, 7u);
  EXPECT_EQ(*shown.finished_at - shown.started_at, Seconds{5});
  EXPECT_EQ(views_.attempt_log(attempt)->log, end.log);
}

TEST_F(Tasks, TheLogOfAnAttemptIsKnownWhileItIsWritten) {
  commit({change::TaskCreated{config_task(1)}});
  const auto attempt = start(ready());
  const auto log = views_.attempt_log(attempt);
  ASSERT_TRUE(log);
  EXPECT_FALSE(log->complete);
  EXPECT_EQ(log->log.path, attempt_log_path(attempt));
  EXPECT_EQ(views_.attempt_log({attempt.task, 2}).error().kind, ErrorKind::not_found);
}

using TasksDeath = Tasks;
TEST_F(TasksDeath, AMoveFromAnotherStateIsAProgrammersMistake) {
  commit({change::TaskCreated{config_task(1)}});
  auto stale = ready();
  start(stale);
  EXPECT_DEATH(commit({move(stale, TaskState::starting, 1)}), "check failed");
}
TEST_F(TasksDeath, AnAttemptEndsOnce) {
  commit({change::TaskCreated{config_task(1)}});
  const auto attempt = start(ready());
  commit({change::AttemptEnded{attempt, {}}});
  EXPECT_DEATH(commit({change::AttemptEnded{attempt, {}}}), "check failed");
}
TEST_F(TasksDeath, ACommitThatIsNotThereIsAProgrammersMistake) {
  auto task = config_task(1);
  task.commit = {999};
  EXPECT_DEATH(commit({change::TaskCreated{task}}), "check failed");
}

class Assignments : public Tasks {
 protected:
  Assignment assignment(NewTask task) {
    commit({change::TaskCreated{task}});
    for (const auto& each : store_->tasks_in(TaskState::ready, 100)) {
      if (each.spec.key == task.key) return store_->assignment(each);
    }
    return {};
  }
};

TEST_F(Assignments, ReadingAConfigNeedsTheRepositoryAndTheCommit) {
  const auto made = assignment(config_task(2));
  EXPECT_EQ(made.kind, TaskKind::read_config);
  EXPECT_EQ(made.sha, sha(2));
  EXPECT_EQ(made.repo.id, repo_);
  EXPECT_EQ(made.repo.spec, spec("demo"));
  EXPECT_EQ(made.repo.git_dir, "/srv/demo.git");
}

TEST_F(Assignments, AnImageIsOfTheConfigOrOfAnEnvironment) {
  plan_commit(1);
  auto task = config_task(1);
  task.kind = TaskKind::build_image;
  task.image = kConfigImage;
  EXPECT_EQ(assignment(task).image, config().config.image);
  task.key = "image";
  task.image = kSuiteImage;
  const auto made = assignment(task);
  EXPECT_EQ(made.image, plan({}).plan.environments[0].image);
  EXPECT_EQ(made.image_key, kSuiteImage);
}

TEST_F(Assignments, APlanNeedsTheConfig) {
  plan_commit(1);
  auto task = config_task(1);
  task.kind = TaskKind::generate_plan;
  task.image = kConfigImage;
  EXPECT_EQ(assignment(task).config, config().config);
}

TEST_F(Assignments, RunsNeedTheSuiteItsEnvironmentAndTheTestsInTheirOrder) {
  prepare(1, 3);
  auto task = config_task(1);
  task.kind = TaskKind::run_tests;
  task.suite = suite(1).id;
  task.desired = store_->commit_state(id(1)).desired[0].id;
  task.tests = tests(1);
  std::ranges::reverse(task.tests);
  const auto made = assignment(task);
  EXPECT_EQ(made.suite, plan({kSuite}).plan.suites[0]);
  EXPECT_EQ(made.environment, plan({kSuite}).plan.environments[0]);
  EXPECT_EQ(made.tests, (std::vector{named(2), named(1), named(0)}));
  EXPECT_FALSE(made.all_tests);
}

TEST_F(Assignments, NameTheAttemptThatIsNextOrUnderWay) {
  commit({change::TaskCreated{config_task(1)}});
  auto task = ready();
  EXPECT_EQ(store_->assignment(task).attempt, (AttemptKey{task.id, 1}));
  start(task);
  task = *store_->task(task.id);
  EXPECT_EQ(store_->assignment(task).attempt, (AttemptKey{task.id, 1}));
  commit({move(task, TaskState::waiting, 1)});
  EXPECT_EQ(store_->assignment(*store_->task(task.id)).attempt, (AttemptKey{task.id, 2}));
}

TEST(TestIds, AreUnpackedInTheOrderTheyWerePacked) {
  std::vector<TestId> ids;
  EXPECT_TRUE(unpack_test_ids(pack_test_ids(ids)).empty());
  for (const std::int64_t id : {5L, 4L, 1'000'000'007L, 1L, 64L, 63L, 9'000'000'000'000L}) {
    ids.push_back({id});
  }
  EXPECT_EQ(unpack_test_ids(pack_test_ids(ids)), ids);
}

TEST(TestIds, TakeAByteEachWhereTheyAreNeighbours) {
  std::vector<TestId> ids;
  for (std::int64_t id = 1; id <= 10'000; ++id) ids.push_back({id});
  EXPECT_EQ(pack_test_ids(ids).size(), ids.size());
}

TEST_F(Tasks, WhatTheSchedulerNeedsIsToldWhenATaskBecomesReady) {
  auto task = config_task(2, Priority::interactive);
  task.kind = TaskKind::generate_plan;
  task.needs = {1500, 256};
  task.flow = "request 7";
  task.first_result = true;
  task.expected = Seconds{3};
  const auto ready_now = commit({change::TaskCreated{task}}).ready;
  ASSERT_EQ(ready_now.size(), 1u);
  EXPECT_EQ(ready_now[0].id, ready().id);
  EXPECT_EQ(ready_now[0].kind, TaskKind::generate_plan);
  EXPECT_EQ(ready_now[0].repo, repo_);
  EXPECT_EQ(ready_now[0].priority, Priority::interactive);
  EXPECT_EQ(ready_now[0].generation, 2);
  EXPECT_EQ(ready_now[0].needs, task.needs);
  EXPECT_EQ(ready_now[0].flow, task.flow);
  EXPECT_TRUE(ready_now[0].first_result);
  EXPECT_EQ(ready_now[0].expected, task.expected);
  EXPECT_EQ(ready().spec, task);
  EXPECT_EQ(store_->ready_tasks().size(), 1u);
  EXPECT_TRUE(commit({change::TaskCreated{task}}).ready.empty()) << "it is there already";
  const auto row = ready();
  EXPECT_TRUE(commit({move(row, TaskState::starting, 1)}).ready.empty());
  EXPECT_TRUE(store_->ready_tasks().empty());
  EXPECT_EQ(commit({move(*store_->task(row.id), TaskState::ready, 1)}).ready.size(), 1u);
}

TEST_F(Tasks, TheSchedulerIsToldWhoseRequestATaskIsFor) {
  auto task = config_task(2, Priority::branch);
  const auto of = [&](const char* key, DesiredTesting wish) {
    task.key = key;
    task.desired = want(2, std::move(wish));
    return commit({change::TaskCreated{task}}).ready.at(0).person;
  };
  auto asked = request(5);
  asked.requested_by = "ann";
  EXPECT_EQ(of("a", asked), "ann");
  EXPECT_EQ(of("b", rule()), "") << "a push is nobody's";
}

TEST_F(Tasks, ASuiteThatWasTooBigIsLookedAtAgainOnAnotherHost) {
  plan_commit(1);
  commit({change::HostDescribed{{2000, 4096}, 8}});
  commit({change::ListFailed{suite(1).id, "needs 8 cores, and this server has 2", true}});
  EXPECT_TRUE(commit({change::HostDescribed{{2000, 4096}, 8}}).touched.empty());
  EXPECT_EQ(suite(1).listed, StepState::failed);
  EXPECT_EQ(commit({change::HostDescribed{{8000, 4096}, 8}}).touched, std::vector{id(1)});
  EXPECT_EQ(suite(1).listed, StepState::missing);
  commit({change::ListFailed{suite(1).id, "the list is rubbish"}});
  commit({change::HostDescribed{{2000, 4096}, 8}});
  EXPECT_EQ(suite(1).listed, StepState::failed) << "that is no matter of the host";
}

TEST_F(Tasks, DrainingIsStoredAndNoStartEndsIt) {
  EXPECT_FALSE(store_->draining());
  commit({change::DrainSet{true}});
  commit({change::HostDescribed{{2000, 4096}, 8}});
  EXPECT_TRUE(store_->draining());
  commit({change::DrainSet{false}});
  EXPECT_FALSE(store_->draining());
}

TEST_F(Tasks, DurationsAreThisCommitsOrARecentOnes) {
  const auto desired = want(1, request(9));
  prepare(1, 2);
  prepare(2, 3);
  const auto duration = [&](int number, int test) {
    return suite(number).tests.at(static_cast<std::size_t>(test)).duration;
  };
  EXPECT_FALSE(duration(1, 0));
  auto slow = result_of(named(0), Outcome::passed);
  slow.duration = Seconds{2};
  auto slower = slow;
  slower.duration = Seconds{4};
  run(1, desired, {slow, result_of(named(1), Outcome::failed)});
  run(1, desired, {slower});
  EXPECT_EQ(duration(1, 0), Seconds{3}) << "the mean";
  EXPECT_EQ(duration(2, 0), Seconds{3}) << "as the commit before has it";
  EXPECT_FALSE(duration(2, 2)) << "it is new";
}

TEST_F(Tasks, StepsTakeWhatTheNewestOfTheirKindTookOnAverage) {
  EXPECT_TRUE(store_->commit_state(id(1)).step_durations.empty());
  const auto take = [&](int seconds, Outcome outcome = Outcome::passed) {
    commit({change::TaskCreated{config_task(1)}});
    const auto attempt = start(ready());
    clock_.now = clock_.now + Seconds{seconds};
    AttemptEnd end;
    end.outcome = outcome;
    finish(attempt, {}, end);
  };
  take(1000);
  for (int i = 0; i < limits::kRecordedSteps - 1; ++i) take(10);
  take(20);
  take(3000, Outcome::failed);
  EXPECT_EQ(store_->commit_state(id(1)).step_durations,
            (std::map<TaskKind, Milliseconds>{{TaskKind::read_config, Seconds{12}}}))
      << "the oldest does not count, nor one that failed";
}

}  // namespace
}  // namespace testlooper::store
