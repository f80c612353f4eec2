// A store with a repository in it, and short ways to bring commits, plans, tasks and runs into it.
// Commits are named by small numbers; sha(n) is the id of commit n.
#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "testlooper/ports/clock.hpp"

#include "store/sqlite_store.hpp"
#include "store/sqlite_views.hpp"
#include "support/temp_dir.hpp"

namespace testlooper::store {

inline constexpr const char* kSuite = "unit";
inline constexpr const char* kConfigImage = "config-image";
inline constexpr const char* kSuiteImage = "suite-image";

inline std::string sha(int number) {
  constexpr std::uint64_t kSpread = 0x9E3779B97F4A7C15;
  char text[41];
  std::snprintf(text, sizeof text, "%016llx%024d",
                static_cast<unsigned long long>(static_cast<std::uint64_t>(number) * kSpread),
                number);
  return text;
}

inline TestName named(int number) {
  return {"tests/file_" + std::to_string(number % 7) + ".py", "test_" + std::to_string(number)};
}

inline TestResult result_of(const TestName& test, Outcome outcome) {
  TestResult result;
  result.test = test;
  result.outcome = outcome;
  result.duration = Microseconds{1000};
  if (is_failure(outcome)) result.message = "assert 1 == 2";
  return result;
}

class FixedClock : public Clock {
 public:
  WallTime wall() const override { return now; }
  std::chrono::steady_clock::time_point monotonic() const override { return {}; }
  WallTime now{1'700'000'000'000};
};

class StoreWorld : public ::testing::Test {
 protected:
  StoreWorld() : store_(SqliteStore::open(file())) {
    commit({change::RepoConfigured{spec("demo"), "/srv/demo.git"}});
    repo_ = store_->repos().front().repo.id;
  }

  std::string file() const { return dir_.file("store.db"); }
  static RepoSpec spec(const std::string& name) {
    RepoSpec spec;
    spec.name = name;
    spec.source = "/srv/" + name + ".git";
    return spec;
  }
  void reopen() {
    store_.reset();
    store_ = SqliteStore::open(file());
  }
  Committed commit(const Changes& changes) { return store_->commit(changes, clock_.now); }

  static CommitInfo info(int number, const std::vector<int>& parents = {}) {
    CommitInfo commit;
    commit.sha = sha(number);
    for (const int parent : parents) commit.parents.push_back(sha(parent));
    commit.author = "Ada";
    commit.author_email = "ada@example.org";
    commit.committed_at = {1'600'000'000'000 + number * 1000};
    commit.message = "commit " + std::to_string(number) + "\n\nwith a body";
    return commit;
  }
  CommitId add_commit(int number, const std::vector<int>& parents = {}) {
    commit({change::CommitsFound{repo_, {info(number, parents)}}});
    return id(number);
  }
  CommitId id(int number) { return store_->find_commit(repo_, sha(number)).value(); }
  // Commits 1..last in a line, the newest the head of main.
  void add_line(int last) {
    for (int number = 1; number <= last; ++number) {
      add_commit(number, number > 1 ? std::vector{number - 1} : std::vector<int>{});
    }
    set_branches({{"main", last}});
  }
  void set_branches(const std::map<std::string, int>& heads) {
    change::RefsSet refs{repo_, {}, {}, "main"};
    for (const auto& [name, number] : heads) refs.branches[name] = sha(number);
    commit({refs});
  }

  static BranchQuery of_branch(const std::string& branch) {
    BranchQuery query;
    query.repo = "demo";
    query.branch = branch;
    return query;
  }

  DesiredId want(int number, DesiredTesting wish = rule()) {
    return commit({change::Desired{repo_, sha(number), std::move(wish)}}).desired.at(0);
  }
  static DesiredTesting rule() { return {DesiredSource::branch_rule, {}, {}, "push to main", {}}; }
  static DesiredTesting request(std::int64_t runs, TestFilter filter = {}) {
    return {DesiredSource::request, std::move(filter), {.runs = runs}, "cli", {}};
  }

  static ConfigRead config() {
    ConfigRead read;
    read.config.name = "demo";
    read.config.image.name = "python:3.11";
    read.config.command = "./generate-plan";
    read.config.warnings = {{3, "unknown key 'imge'"}};
    read.image = kConfigImage;
    return read;
  }
  static PlanGenerated plan(const std::vector<std::string>& suites) {
    PlanGenerated generated;
    Environment environment;
    environment.name = "env";
    environment.image.source = ImageSource::dockerfile;
    environment.image.dockerfile = "docker/Dockerfile";
    generated.plan.environments = {environment};
    generated.environment_images = {kSuiteImage};
    generated.environment_set_ups = {""};
    for (const auto& name : suites) {
      Suite suite;
      suite.name = name;
      suite.kind = "unit";
      suite.environment = "env";
      suite.timeout = Seconds{90};
      generated.plan.suites.push_back(suite);
    }
    return generated;
  }
  // Config, images and plan are there; the suites are not listed yet.
  void plan_commit(int number, const std::vector<std::string>& suites = {kSuite}) {
    commit({change::ConfigRecorded{id(number), config()},
            change::ImageRecorded{repo_, kConfigImage, {"python:3.11", {}}, {}},
            change::PlanRecorded{id(number), plan(suites)},
            change::ImageRecorded{repo_, kSuiteImage, {"testlooper/image:1", {}}, {}}});
  }
  SuiteState suite(int number, const std::string& name = kSuite) {
    for (auto& each : store_->commit_state(id(number)).suites) {
      if (each.name == name) return each;
    }
    ADD_FAILURE() << "no suite " << name;
    return {};
  }
  static std::vector<ListedTest> listed(int tests) {
    std::vector<ListedTest> list;
    for (int i = 0; i < tests; ++i) list.push_back({named(i), {i % 2 == 0 ? "even" : "odd"}});
    return list;
  }
  // A wanted commit with this many listed tests.
  void prepare(int number, int tests) {
    want(number);
    plan_commit(number);
    commit({change::TestsRecorded{suite(number).id, {listed(tests), {}}}});
  }

  // A running run_tests task with its first attempt under way.
  AttemptKey start_runs(int number, DesiredId desired, const std::vector<TestId>& tests) {
    NewTask task;
    task.key = "run:" + std::to_string(++keys_);
    task.kind = TaskKind::run_tests;
    task.repo = repo_;
    task.commit = id(number);
    task.image = kSuiteImage;
    task.suite = suite(number).id;
    task.desired = desired;
    task.tests = tests;
    return start(task);
  }
  AttemptKey start(const NewTask& task) {
    commit({change::TaskCreated{task}});
    for (const auto& each : store_->tasks_in(TaskState::ready, 1000)) {
      if (each.spec.key == task.key) return start(each);
    }
    ADD_FAILURE() << "no task " << task.key;
    return {};
  }
  AttemptKey start(const Task& task) {
    const AttemptKey attempt{task.id, task.attempts + 1};
    commit({move(task, TaskState::starting, attempt.number), change::AttemptStarted{attempt}});
    commit({move(*store_->task(task.id), TaskState::running, attempt.number)});
    return attempt;
  }
  static change::TaskMoved move(const Task& task, TaskState to, int attempts) {
    change::TaskMoved moved;
    moved.task = task.id;
    moved.from = task.state;
    moved.to = to;
    moved.attempts = attempts;
    return moved;
  }
  Committed finish(AttemptKey attempt, Changes more = {}, AttemptEnd end = {}) {
    auto moved = move(*store_->task(attempt.task), TaskState::finished, attempt.number);
    moved.outcome = end.outcome;
    moved.cause = end.cause;
    more.insert(more.begin(), change::AttemptEnded{attempt, end});
    more.push_back(moved);
    return commit(more);
  }
  void run(int number, DesiredId desired, const std::vector<TestResult>& results) {
    std::vector<TestId> tests;
    for (const auto& result : results) tests.push_back(test(number, result.test));
    const auto attempt = start_runs(number, desired, tests);
    finish(attempt, {change::RunsRecorded{attempt, {results, clock_.now}}});
  }
  TestId test(int number, const TestName& name) {
    for (const auto& each : suite(number).tests) {
      if (each.test == name) return each.id;
    }
    ADD_FAILURE() << "no test " << name.id();
    return {};
  }
  std::vector<TestId> tests(int number) {
    std::vector<TestId> ids;
    for (const auto& each : suite(number).tests) ids.push_back(each.id);
    return ids;
  }

  testlooper::testing::TempDir dir_;
  FixedClock clock_;
  std::unique_ptr<SqliteStore> store_;
  SqliteViews views_{file(), clock_};
  // The one that a request for a test means.
  Result<NewExperiment> meant(const ExperimentRequest& request) {
    auto all = views_.new_experiments(request);
    if (!all) return std::unexpected(all.error());
    return std::move(all->at(0));
  }
  RepoId repo_;

 private:
  int keys_ = 0;
};

}  // namespace testlooper::store
