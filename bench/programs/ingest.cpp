// ingest FILE: how many runs a second the store takes with all their sums, while a reader asks for
// the large pages without a pause. FILE is a store that make_large_data made; it grows. Prints a
// table, then a line for machines.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "testlooper/base/check.hpp"
#include "testlooper/ports/clock.hpp"

#include "codec/api_json.hpp"
#include "http/response.hpp"
#include "large_data.hpp"
#include "store/sqlite_store.hpp"
#include "store/sqlite_views.hpp"

namespace {

using namespace testlooper;
using Moment = std::chrono::steady_clock::time_point;

constexpr double kTarget = 15'000;
constexpr std::chrono::seconds kSpan{10};

class WallClock final : public Clock {
 public:
  WallTime wall() const override {
    return {std::chrono::duration_cast<Milliseconds>(
                std::chrono::system_clock::now().time_since_epoch())
                .count()};
  }
  Moment monotonic() const override { return std::chrono::steady_clock::now(); }
};

// Asks for one large page after another, as their readers' browsers would.
class Reader {
 public:
  Reader(const char* file, std::string head)
      : views_(file, clock_), head_(std::move(head)), thread_([this] { read(); }) {}
  ~Reader() {
    stop_ = true;
    thread_.join();
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  int pages() const { return pages_; }

 private:
  void read() {
    BranchQuery matrix;
    matrix.repo = bench::kLargeRepo;
    matrix.limit = 50;
    TestQuery test;
    test.repo = bench::kLargeRepo;
    test.test = bench::kWatchedTest;
    while (!stop_) {
      send(codec::api_json(views_.branch(matrix).value()));
      send(codec::api_json_by_columns(views_.commit(bench::kLargeRepo, head_).value()));
      send(codec::api_json(views_.test(test).value()));
    }
  }
  void send(std::string json) {
    auto response = http::json_response(200, std::move(json));
    http::compress(response, "gzip");
    ++pages_;
  }

  WallClock clock_;
  store::SqliteViews views_;
  std::string head_;
  std::atomic<bool> stop_ = false;
  std::atomic<int> pages_ = 0;
  std::thread thread_;
};

// Runs at the newest commit, in tasks of so many tests each, from the task to its end.
class Recorder {
 public:
  Recorder(store::SqliteStore& store, const std::string& head) : store_(store) {
    for (const auto& state : store.repos()) {
      if (state.repo.spec.name == bench::kLargeRepo) repo_ = state.repo.id;
    }
    commit_ = store.find_commit(repo_, head).value();
    const auto state = store.commit_state(commit_);
    suite_ = state.suites.front();
    desired_ = commit({change::Desired{repo_, head, wish()}}).desired.front();
  }

  // How many runs a second.
  double record(std::size_t tests_a_task) {
    const auto began = clock_.monotonic();
    std::int64_t recorded = 0;
    std::chrono::duration<double> spent{};
    while ((spent = clock_.monotonic() - began) < kSpan) {
      run_task(tests_a_task);
      recorded += static_cast<std::int64_t>(tests_a_task);
    }
    return static_cast<double>(recorded) / spent.count();
  }

 private:
  static DesiredTesting wish() {
    DesiredTesting wish;
    wish.source = DesiredSource::request;
    wish.counts.runs = limits::kRunsPerRequest;
    wish.requested_by = "bench";
    return wish;
  }
  Committed commit(const Changes& changes) { return store_.commit(changes, clock_.wall()); }

  void run_task(std::size_t tests) {
    NewTask task;
    task.key = "bench:" + std::to_string(++keys_);
    task.kind = TaskKind::run_tests;
    task.repo = repo_;
    task.commit = commit_;
    task.suite = suite_.id;
    task.desired = desired_;
    TestsRun run{{}, clock_.wall()};
    for (std::size_t i = 0; i < tests; ++i) {
      const auto& test = suite_.tests[next_++ % suite_.tests.size()];
      task.tests.push_back(test.id);
      const auto outcome = next_ % 50 == 0 ? Outcome::failed : Outcome::passed;
      run.results.push_back({test.test, outcome, Microseconds{900}, {}, {}});
    }
    commit({change::TaskCreated{task}});
    const auto id = store_.tasks_in(TaskState::ready, 1).at(0).id;
    const AttemptKey attempt{id, 1};
    commit({moved(id, TaskState::ready, TaskState::starting), change::AttemptStarted{attempt}});
    commit({change::AttemptEnded{attempt, {}}, change::RunsRecorded{attempt, std::move(run)},
            moved(id, TaskState::starting, TaskState::finished)});
  }

  static change::TaskMoved moved(TaskId task, TaskState from, TaskState to) {
    change::TaskMoved change;
    change.task = task;
    change.from = from;
    change.to = to;
    change.attempts = 1;
    return change;
  }

  WallClock clock_;
  store::SqliteStore& store_;
  RepoId repo_;
  CommitId commit_;
  SuiteState suite_;
  DesiredId desired_;
  std::size_t next_ = 0;
  int keys_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "ingest FILE: a store that make_large_data made; it grows\n");
    return 2;
  }
  const WallClock clock;
  const auto store = store::SqliteStore::open(argv[1]);
  BranchQuery newest;
  newest.repo = bench::kLargeRepo;
  newest.limit = 1;
  const auto head = store::SqliteViews{argv[1], clock}.branch(newest)->commits.at(0).sha;
  Recorder recorder{*store, head};
  std::printf("%-18s %10s %14s %16s\n", "tests in a task", "target", "runs a second",
              "pages a second");
  std::string line = "ingest", missed;
  // A batch as the scheduler cuts it, and a hunt of one test, where each run is three transactions.
  for (const std::size_t tests : {std::size_t{500}, std::size_t{1}}) {
    const Reader reader{argv[1], head};
    const double rate = recorder.record(tests);
    const double seconds = static_cast<double>(kSpan.count());
    const bool held = tests > 1;
    std::printf("%-18zu %10s %14.0f %16.1f\n", tests, held ? "15000" : "", rate,
                reader.pages() / seconds);
    char text[80];
    std::snprintf(text, sizeof text, " runs_a_second_%zu=%.0f", tests, rate);
    line += text;
    if (held && rate < kTarget) missed = " missed=runs_a_second";
  }
  std::printf("%s%s\n", line.c_str(), missed.c_str());
  return missed.empty() ? 0 : 1;
}
