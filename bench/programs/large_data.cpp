#include "large_data.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "testlooper/base/check.hpp"
#include "testlooper/domain/change.hpp"

#include "store/sqlite_store.hpp"

namespace testlooper::bench {
namespace {

constexpr int kSuites = 4;
constexpr int kTestsPerFile = 25;
constexpr int kMergeEvery = 10;  // of the commits, one is a merge
constexpr WallTime kFirstCommit{1'600'000'000'000};
constexpr Milliseconds kBetweenCommits{3'600'000};

// How a test behaves: it fails with `rate`, from commit `since` on.
struct Behaviour {
  double rate = 0;
  int since = 0;
};

std::string sha_of(int repo, int number) {
  constexpr std::uint64_t kSpread = 0x9E3779B97F4A7C15;
  char text[41];
  std::snprintf(text, sizeof text, "%016llx%08d%016d",
                static_cast<unsigned long long>(static_cast<std::uint64_t>(number + 1) * kSpread),
                repo, number);
  return text;
}

TestName test_name(int number) {
  const int file = number / kTestsPerFile;
  char path[64];
  std::snprintf(path, sizeof path, "tests/part_%03d/test_%02d.py", file / 10, file % 10);
  char name[64];
  std::snprintf(name, sizeof name, "TestBehaviour::test_case_%05d", number);
  return {path, name};
}

class Writer {
 public:
  Writer(const std::filesystem::path& file, const LargeDataShape& shape,
         const std::function<void(std::int64_t)>& progress)
      : store_(store::SqliteStore::open(file)),
        shape_(shape),
        progress_(progress),
        random_(shape.seed) {}

  void write() {
    behave();
    add_repo(kLargeRepo, shape_.commits, shape_.tests, shape_.runs);
    add_repo("middle", std::max(2, shape_.commits / 5), std::max(8, shape_.tests / 20),
             shape_.runs / 100);
    add_repo("small", 4, std::min(50, shape_.tests), 400);
  }

 private:
  struct SuiteTests {
    SuiteId suite;
    std::vector<TestId> ids;
    std::vector<int> numbers;
  };

  // Rare and frequent flakes, old and new ones, and some tests that break for good.
  void behave() {
    behaviours_.resize(static_cast<std::size_t>(shape_.tests));
    std::uniform_int_distribution<std::size_t> any_test(0, behaviours_.size() - 1);
    std::uniform_int_distribution any_commit(0, shape_.commits - 1);
    const std::vector<double> rates{.01, .02, .05, .1, .2, .5};
    for (int i = 0; i < shape_.flaky; ++i) {
      behaviours_[any_test(random_)] = {rates[static_cast<std::size_t>(i) % rates.size()],
                                        i % 3 == 0 ? 0 : any_commit(random_)};
    }
    for (int i = 0; i < 5; ++i) behaviours_[any_test(random_)] = {1, any_commit(random_)};
    behaviours_[0] = {.05, 0};
  }

  void commit(Changes changes) { store_->commit(changes, now_); }

  void add_repo(const std::string& name, int commits, int tests, std::int64_t runs) {
    RepoSpec spec;
    spec.name = name;
    spec.source = "/srv/git/" + name + ".git";
    commit({change::RepoConfigured{spec, spec.source}});
    for (const auto& state : store_->repos()) {
      if (state.repo.spec.name == name) repo_ = state.repo.id;
    }
    add_history(commits);
    const auto rounds =
        std::max<std::int64_t>(1, runs / (std::int64_t{commits} * std::int64_t{tests}));
    for (int number = 0; number < commits; ++number) {
      add_commit(number, tests, static_cast<int>(rounds));
    }
    if (name == kLargeRepo) watch(commits - 1);
  }

  void add_history(int commits) {
    change::CommitsFound found{repo_, {}};
    for (int number = 0; number < commits; ++number) {
      CommitInfo info;
      info.sha = sha_of(static_cast<int>(repo_.value), number);
      const auto parent = [&](int back) {
        info.parents.push_back(sha_of(static_cast<int>(repo_.value), number - back));
      };
      // A side commit leaves the line, and the next one merges it.
      if (number > 0) parent(number > 1 && number % kMergeEvery == 2 ? 2 : 1);
      if (number > 2 && number % kMergeEvery == 2) parent(1);
      info.author = number % 3 == 0 ? "Ada" : "Grace";
      info.author_email = "dev@example.org";
      info.committed_at = kFirstCommit + kBetweenCommits * number;
      info.message = "Change number " + std::to_string(number) + " of the behaviour";
      found.commits.push_back(std::move(info));
    }
    change::RefsSet refs{repo_, {}, {}, "main"};
    refs.branches["main"] = found.commits.back().sha;
    commit({found, refs});
  }

  CommitId id_of(int number) {
    return store_->find_commit(repo_, sha_of(static_cast<int>(repo_.value), number)).value();
  }

  static PlanGenerated plan() {
    PlanGenerated generated;
    Environment environment;
    environment.name = "env";
    environment.image.name = "python:3.12";
    generated.plan.environments = {environment};
    generated.environment_images = {"named:python:3.12"};
    generated.environment_set_ups = {""};
    for (int i = 0; i < kSuites; ++i) {
      Suite suite;
      suite.name = "suite-" + std::to_string(i);
      suite.kind = "unit";
      suite.environment = "env";
      suite.list_tests = "list";
      suite.run_tests = "run";
      generated.plan.suites.push_back(std::move(suite));
    }
    return generated;
  }

  void add_commit(int number, int tests, int rounds) {
    const auto id = id_of(number);
    now_ = kFirstCommit + kBetweenCommits * number;
    ConfigRead config;
    config.config.name = "large";
    config.config.image.name = "python:3.12";
    config.config.command = "./plan";
    config.image = "named:python:3.12";
    DesiredTesting wish;
    wish.counts.runs = rounds;
    wish.requested_by = "push to main";
    commit({change::Desired{repo_, sha_of(static_cast<int>(repo_.value), number), wish},
            change::ConfigRecorded{id, config},
            change::ImageRecorded{repo_, config.image, {"python:3.12", {}}, {}},
            change::PlanRecorded{id, plan()}});
    const auto suites = add_lists(id, tests);
    for (int round = 0; round < rounds; ++round) {
      for (const auto& suite : suites) add_runs(id, number, suite);
    }
    commit({change::CommitSettled{id}});
    progress_(stored_);
  }

  std::vector<SuiteTests> add_lists(CommitId commit_id, int tests) {
    std::vector<SuiteTests> suites;
    int first = 0;
    for (const auto& suite : store_->commit_state(commit_id).suites) {
      SuiteTests each;
      each.suite = suite.id;
      TestsListed listed;
      const int last = first + tests / kSuites;
      for (int test = first; test < last; ++test) {
        listed.tests.push_back({test_name(test), {test % 9 == 0 ? "slow" : "fast"}});
        each.numbers.push_back(test);
      }
      first = last;
      commit({change::TestsRecorded{suite.id, listed}});
      suites.push_back(std::move(each));
    }
    const auto state = store_->commit_state(commit_id);
    for (std::size_t i = 0; i < suites.size(); ++i) {
      for (const auto& test : state.suites[i].tests) suites[i].ids.push_back(test.id);
    }
    desired_ = state.desired.front().id;
    return suites;
  }

  TestResult result_of(int commit_number, int test) {
    TestResult result;
    result.test = test_name(test);
    result.outcome = test % 97 == 5 ? Outcome::skipped : Outcome::passed;
    result.duration = Microseconds{100 + (test * 7919) % 200'000};
    const auto& behaviour = behaviours_[static_cast<std::size_t>(test)];
    const bool fails = behaviour.rate > 0 && commit_number >= behaviour.since &&
                       std::uniform_real_distribution{}(random_) < behaviour.rate;
    if (fails) {
      result.outcome = test % 5 == 0 ? Outcome::error : Outcome::failed;
      result.message = "AssertionError: expected " + std::to_string(test) + ", got " +
                       std::to_string(commit_number);
    }
    return result;
  }

  AttemptKey start(CommitId commit_id, SuiteId suite, const std::vector<TestId>& tests) {
    NewTask task;
    task.key = "run:" + std::to_string(++keys_);
    task.kind = TaskKind::run_tests;
    task.repo = repo_;
    task.commit = commit_id;
    task.image = "named:python:3.12";
    task.suite = suite;
    task.desired = desired_;
    task.tests = tests;
    commit({change::TaskCreated{task}});
    const auto ready = store_->tasks_in(TaskState::ready, 1);
    TL_CHECK(ready.size() == 1);
    const AttemptKey attempt{ready.front().id, 1};
    move(attempt.task, TaskState::ready, TaskState::starting, {change::AttemptStarted{attempt}});
    return attempt;
  }

  void move(TaskId task, TaskState from, TaskState to, Changes changes) {
    change::TaskMoved moved;
    moved.task = task;
    moved.from = from;
    moved.to = to;
    moved.attempts = 1;
    changes.push_back(moved);
    commit(std::move(changes));
  }

  void record(AttemptKey attempt, TestsRun run) {
    stored_ += std::ssize(run.results);
    move(attempt.task, TaskState::starting, TaskState::finished,
         {change::AttemptEnded{attempt, {}}, change::RunsRecorded{attempt, std::move(run)}});
  }

  void add_runs(CommitId commit_id, int number, const SuiteTests& suite) {
    const auto attempt = start(commit_id, suite.suite, suite.ids);
    TestsRun run{{}, now_};
    run.results.reserve(suite.numbers.size());
    for (const int test : suite.numbers) run.results.push_back(result_of(number, test));
    record(attempt, std::move(run));
  }

  // One test with a long history at one commit, as a hunt leaves it.
  void watch(int number) {
    const auto state = store_->commit_state(id_of(number));
    const auto& suite = state.suites.front();
    for (int left = shape_.watched_runs; left > 0; left -= 1000) {
      const auto attempt = start(id_of(number), suite.id, {suite.tests.front().id});
      TestsRun run{{}, now_};
      for (int i = 0; i < std::min(left, 1000); ++i) run.results.push_back(result_of(number, 0));
      record(attempt, std::move(run));
    }
  }

  std::unique_ptr<store::SqliteStore> store_;
  const LargeDataShape shape_;
  const std::function<void(std::int64_t)>& progress_;
  std::mt19937_64 random_;
  std::vector<Behaviour> behaviours_;
  RepoId repo_;
  DesiredId desired_;
  WallTime now_ = kFirstCommit;
  std::int64_t stored_ = 0;
  int keys_ = 0;
};

}  // namespace

void make_large_data(const std::filesystem::path& file, const LargeDataShape& shape,
                     const std::function<void(std::int64_t)>& progress) {
  TL_CHECK(shape.tests >= kSuites && shape.commits >= 2);
  Writer(file, shape, progress).write();
}

}  // namespace testlooper::bench
