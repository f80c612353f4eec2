// huge_lists FOLDER: what a list of very many tests costs the engine: storing it, looking at its
// commit and deciding, and storing a report of all of it. Prints a table, then a line for machines.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "testlooper/base/check.hpp"

#include "core/reactors.hpp"
#include "store/sqlite_store.hpp"

namespace {

using namespace testlooper;

struct Size {
  int tests;
  double target_ms;  // of a reaction; 0: none
};

double milliseconds(const auto& work) {
  const auto began = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began)
      .count();
}

// The most that this process has used at one time.
double peak_mb() {
  double kilobytes = 0;
  auto* file = std::fopen("/proc/self/status", "r");
  char line[200];
  while (file != nullptr && std::fgets(line, sizeof line, file) != nullptr) {
    if (std::strncmp(line, "VmHWM:", 6) == 0) kilobytes = std::strtod(line + 6, nullptr);
  }
  if (file != nullptr) std::fclose(file);
  return kilobytes / 1024;
}

TestName name_of(int number) {
  return {"tests/part_" + std::to_string(number / 100) + ".py",
          "test_case_" + std::to_string(number)};
}

// A commit whose one suite has so many tests, from its list to the end of its first run.
class HugeList {
 public:
  HugeList(const std::string& file, int tests)
      : store_(store::SqliteStore::open(file)), tests_(tests) {
    RepoSpec spec;
    spec.name = "huge";
    spec.source = "/srv/git/huge.git";
    commit({change::RepoConfigured{spec, spec.source}});
    repo_ = store_->repos().front().repo.id;
    CommitInfo info;
    info.sha = std::string(40, 'a');
    commit({change::CommitsFound{repo_, {info}}});
    commit_ = store_->find_commit(repo_, info.sha).value();
    DesiredTesting wish;
    wish.counts.runs = 1;
    commit({change::Desired{repo_, info.sha, wish}, change::ConfigRecorded{commit_, config()},
            change::ImageRecorded{repo_, "image", {"debian:12", {}}, {}},
            change::PlanRecorded{commit_, plan()}});
  }

  double list() {
    TestsListed listed;
    for (int i = 0; i < tests_; ++i) listed.tests.push_back({name_of(i), {"fast"}});
    const auto suite = store_->commit_state(commit_).suites.front().id;
    return milliseconds([&] { commit({change::TestsRecorded{suite, std::move(listed)}}); });
  }
  // The engine's look at the commit: the second one finds all of it in flight.
  double react() {
    Changes reaction;
    const double spent =
        milliseconds([&] { reaction = core::react(store_->commit_state(commit_)); });
    commit(reaction);
    return spent;
  }
  double report() {
    const auto tasks = store_->tasks_in(TaskState::ready, 1000);
    double spent = 0;
    for (const auto& task : tasks) spent += report(task);
    return spent;
  }

 private:
  void commit(const Changes& changes) { store_->commit(changes, WallTime{1'700'000'000'000}); }

  static ConfigRead config() {
    ConfigRead read;
    read.config.image.name = "debian:12";
    read.image = "image";
    return read;
  }
  static PlanGenerated plan() {
    PlanGenerated generated;
    Environment environment;
    environment.name = "env";
    environment.image.name = "debian:12";
    generated.plan.environments = {environment};
    generated.environment_images = {"image"};
    generated.environment_set_ups = {""};
    Suite suite;
    suite.name = "huge";
    suite.kind = "unit";
    suite.environment = "env";
    generated.plan.suites = {suite};
    return generated;
  }

  double report(const Task& task) {
    const AttemptKey attempt{task.id, 1};
    const auto known = store_->assignment(task).tests;
    TestsRun run;
    for (const auto& test : known) {
      run.results.push_back({test, Outcome::passed, Microseconds{10}, {}, {}});
    }
    change::TaskMoved moved;
    moved.task = task.id;
    moved.to = TaskState::starting;
    moved.attempts = 1;
    commit({moved, change::AttemptStarted{attempt}});
    moved.from = TaskState::starting;
    moved.to = TaskState::finished;
    return milliseconds([&] {
      commit({change::AttemptEnded{attempt, {}}, change::RunsRecorded{attempt, std::move(run)},
              moved});
    });
  }

  std::unique_ptr<store::SqliteStore> store_;
  int tests_;
  RepoId repo_;
  CommitId commit_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "huge_lists FOLDER: an empty one\n");
    return 2;
  }
  std::printf("%10s %10s %12s %12s %12s %12s %10s %9s\n", "tests", "list ms", "target ms",
              "queue ms", "look ms", "report ms", "done ms", "peak MB");
  std::string line = "huge-lists", missed;
  for (const auto& [tests, target_ms] : {Size{2'000, 5}, Size{100'000, 250}, Size{1'000'000, 0}}) {
    HugeList huge{std::string(argv[1]) + "/" + std::to_string(tests) + ".db", tests};
    const double list_ms = huge.list();
    const double queue_ms = huge.react();
    const double look_ms = huge.react();
    const double report_ms = huge.report();
    const double done_ms = huge.react();
    std::printf("%10d %10.0f %12.0f %12.1f %12.1f %12.0f %10.1f %9.0f\n", tests, list_ms, target_ms,
                queue_ms, look_ms, report_ms, done_ms, peak_mb());
    char text[80];
    std::snprintf(text, sizeof text, " react_ms_%d=%.1f", tests, look_ms);
    line += text;
    if (target_ms > 0 && look_ms > target_ms) missed += ",react_ms_" + std::to_string(tests);
  }
  if (!missed.empty()) line += " missed=" + missed.substr(1);
  std::printf("%s\n", line.c_str());
  return missed.empty() ? 0 : 1;
}
