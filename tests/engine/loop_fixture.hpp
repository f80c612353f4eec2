// A loop over a real store, between fakes that answer at once; what they tell is handled in order.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/loop.hpp"
#include "store/sqlite_store.hpp"

namespace testlooper::engine {

class LoopTest : public ::testing::Test, public Executor, public Scanner, public LiveEvents {
 protected:
  void boot() {
    started.clear();
    LoopOptions options;
    options.capacity = capacity;
    options.remove_going = [this] { ++removals_asked; };
    loop = std::make_unique<Loop>(std::move(options), *store, *this, *this, *this,
                                  [this](Event event) { queued.push_back(std::move(event)); });
    loop->start(configured, now());
  }

  static RepoSpec spec_of(const std::string& name) {
    RepoSpec spec;
    spec.name = name;
    spec.source = "/srv/" + name;
    return spec;
  }

  Now now() const { return {{1'700'000'000'000 + elapsed.count()}, MonotonicTime{elapsed}}; }

  // Handles what the fakes have queued, until nothing is left.
  void settle() {
    loop->advance(now());
    while (!queued.empty()) {
      auto event = std::move(queued.front());
      queued.erase(queued.begin());
      loop->handle(std::move(event), now());
      loop->advance(now());
    }
  }

  void push(const std::string& sha, std::vector<std::string> parents = {}) {
    CommitInfo commit;
    commit.sha = sha;
    commit.parents = std::move(parents);
    repository.commits = {commit};
    repository.branches["main"] = sha;
    Push push;
    push.ref = "refs/heads/main";
    loop->handle(
        PushAnnounced{"demo", push,
                      [this](Result<Revision> reply) { replies.push_back(reply.has_value()); }},
        now());
    settle();
  }

  void ready() {
    loop->handle(ExecutorChanged{{.ready = true, .reason = {}, .version = {}}}, now());
    settle();
  }

  void end(Outcome outcome, Product product = {}) {
    AttemptResult result;
    result.attempt = started.back().attempt;
    result.end.outcome = outcome;
    result.end.cause = outcome == Outcome::passed ? "" : "why";
    result.end.log = {.path = "log", .bytes = 10};
    result.product = std::move(product);
    loop->handle(AttemptEndedEvent{result}, now());
    settle();
  }

  static ConfigRead good_config() {
    ConfigRead read;
    read.config.name = "demo";
    read.config.image.name = "base";
    read.image = "named:base";
    return read;
  }

  // One environment and one suite in it.
  static PlanGenerated good_plan() {
    PlanGenerated generated;
    Environment environment;
    environment.name = "env";
    environment.image.name = "base";
    generated.plan.environments = {environment};
    generated.environment_images = {"named:base"};
    generated.environment_set_ups = {""};
    Suite suite;
    suite.name = "unit";
    suite.environment = "env";
    generated.plan.suites = {suite};
    return generated;
  }

  // What a task leaves that prepares a commit with these tests in its suite.
  static Product preparation(TaskKind kind, const std::vector<std::string>& tests) {
    if (kind == TaskKind::read_config) return good_config();
    if (kind == TaskKind::build_image) return ImageBuilt{"image", "id"};
    if (kind == TaskKind::generate_plan) return good_plan();
    TestsListed listed;
    for (const auto& name : tests) listed.tests.push_back({{"a.py", name}, {}});
    return listed;
  }

  static TestsRun run_of(const Assignment& assignment, Outcome outcome) {
    TestsRun run;
    for (const auto& test : assignment.tests) {
      TestResult result;
      result.test = test;
      result.outcome = outcome;
      result.duration = Milliseconds{500};
      run.results.push_back(result);
    }
    return run;
  }

  std::size_t count(TaskState state) { return store->tasks_in(state, 100).size(); }

  void start(Assignment assignment) override { started.push_back(std::move(assignment)); }
  void cancel(AttemptKey attempt, std::string) override { cancelled.push_back(attempt); }
  void drop_volumes(std::vector<std::string>) override {}
  LogInfo left_log(AttemptKey attempt) override {
    logs_looked_for.push_back(attempt);
    return {attempt_log_path(attempt), 7};
  }
  void scan(ScanRequest, std::function<void(Result<RefsObserved>)> done) override {
    ++scans;
    done(scan_error ? Result<RefsObserved>(unavailable("no answer")) : repository);
  }
  void locate(RepoSpec, std::function<void(Result<std::string>)> done) override { done("/git"); }
  void read_history(RepoSpec, std::string, std::vector<HistoryRange> ranges,
                    std::function<void(std::vector<CommitInfo>)> done) override {
    history_asked.push_back(std::move(ranges));
    done(history);
  }
  // Answers at once, or keeps the questions for later where `holds_lineage`.
  void find_lineage(LineageQuery query,
                    std::function<void(Result<std::vector<Continued>>)> done) override {
    compared.push_back(std::move(query));
    if (holds_lineage) {
      lineage_asked.push_back(std::move(done));
    } else {
      done(continued);
    }
  }
  void forget(RepoSpec spec, std::function<void()> done) override {
    forgotten.push_back(spec.name);
    done();
  }
  void published(const ChangeNotice& notice) override {
    if (notice.revision > 0) revisions.push_back(notice.revision);
  }
  void log_grew(AttemptKey, std::uint64_t, bool) override {}

  std::unique_ptr<Store> store = store::SqliteStore::in_memory();
  std::unique_ptr<Loop> loop;
  std::vector<ConfiguredRepo> configured{{spec_of("demo"), "/git"}};
  core::HostCapacity capacity;
  RefsObserved repository;
  bool scan_error = false;
  int scans = 0;
  int removals_asked = 0;
  Milliseconds elapsed{0};
  std::vector<Event> queued;
  std::vector<Assignment> started;
  std::vector<AttemptKey> cancelled, logs_looked_for;
  std::vector<std::string> forgotten;
  std::vector<LineageQuery> compared;
  Result<std::vector<Continued>> continued;
  std::vector<CommitInfo> history;
  std::vector<std::vector<HistoryRange>> history_asked;
  bool holds_lineage = false;
  std::vector<std::function<void(Result<std::vector<Continued>>)>> lineage_asked;
  std::vector<bool> replies;
  std::vector<Revision> revisions;
};

}  // namespace testlooper::engine
