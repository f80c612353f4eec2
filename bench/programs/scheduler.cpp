// scheduler FOLDER: what 100,000 waiting tasks cost: memory, choosing the next one, and, in an
// engine on a real store, the end of a task with the start of the next, and a push that comes
// meanwhile. Prints a table, then a line for machines; exits with 1 where a target is missed.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <malloc.h>

#include "testlooper/base/limits.hpp"

#include "core/schedule.hpp"
#include "core/waiting.hpp"
#include "engine/loop.hpp"
#include "store/sqlite_store.hpp"

namespace {

using namespace testlooper;
using SteadyClock = std::chrono::steady_clock;

constexpr int kTasks = 100'000;
constexpr int kFlows = 100;
constexpr int kSlots = 2;
constexpr double kChooseTarget = 1;   // ms
constexpr double kPushTarget = 20;    // ms
constexpr double kBytesTarget = 300;  // a waiting task

double milliseconds(const auto& work) {
  const auto began = SteadyClock::now();
  work();
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - began).count();
}

struct Figures {
  std::vector<double> values;
  double at(double share) {
    std::ranges::sort(values);
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
  }
};

// ---- The schedule alone ------------------------------------------------------------------------

struct Alone {
  double bytes = 0;  // of memory, a task
  Figures choose;    // ms
  Figures explain;   // ms: why the next ones wait, and until when
};

ReadyTask waiting_task(int number) {
  ReadyTask task;
  task.id = TaskId{number + 1};
  task.kind = TaskKind::run_tests;
  task.repo = RepoId{1};
  task.priority = number % 3 == 0 ? Priority::interactive : Priority::branch;
  task.generation = number / kFlows;
  task.needs = {.milli_cores = 250 * (1 + number % 4), .ram_mb = 512};
  task.flow = "push to branch " + std::to_string(number % kFlows);
  task.expected = Seconds{20};
  return task;
}

Alone schedule_alone() {
  Alone found;
  const auto before = mallinfo2().uordblks;
  core::Schedule schedule{{{.milli_cores = 2000, .ram_mb = 8192}, kSlots, 2}};
  schedule.allow_containers(true);
  for (int i = 0; i < kTasks; ++i) schedule.add(waiting_task(i));
  found.bytes = static_cast<double>(mallinfo2().uordblks - before) / kTasks;
  SteadyClock::time_point now{};
  std::vector<TaskId> running;
  for (int i = 0; i < 10'000; ++i) {
    now += Seconds{10};
    if (running.size() >= 1) {
      schedule.ended(running.front(), now);
      running.erase(running.begin());
    }
    std::optional<TaskId> task;
    found.choose.values.push_back(milliseconds([&] { task = schedule.take(now); }));
    if (task) running.push_back(*task);
  }
  while (schedule.take(now)) continue;
  for (int i = 0; i < 50; ++i) {
    found.explain.values.push_back(milliseconds([&] {
      const core::Explainer explainer{
          schedule, false, {.ready = true, .reason = {}, .version = {}}, {}, {WallTime{}, now}};
      if (explainer.answer({}).size() != limits::kQueueTasks) std::abort();
    }));
  }
  return found;
}

// ---- The engine --------------------------------------------------------------------------------

std::string sha_of(int number) {
  char text[41];
  std::snprintf(text, sizeof text, "%040d", number);
  return text;
}

class Bench : public Executor, public Scanner, public LiveEvents {
 public:
  explicit Bench(const std::string& file) : store_(store::SqliteStore::open(file)) { fill(); }

  void boot() {
    engine::LoopOptions options;
    options.capacity = {{.milli_cores = 2000, .ram_mb = 8192}, kSlots, 2};
    loop_ = std::make_unique<engine::Loop>(
        options, *store_, *this, *this, *this,
        [this](engine::Event event) { queue_.push_back(std::move(event)); });
    loop_->start({{spec(), "/srv/git/large.git"}}, now());
    loop_->handle(engine::ExecutorChanged{{.ready = true, .reason = {}, .version = {}}}, now());
    settle();
  }
  std::size_t running() const { return started_.size(); }

  // A task of the hunt ends, its runs are stored, and the next one is started.
  double end_of_task() {
    const auto assignment = started_.front();
    started_.erase(started_.begin());
    AttemptResult result;
    result.attempt = assignment.attempt;
    TestsRun run{{}, now().wall};
    for (const auto& test : assignment.tests) {
      run.results.push_back({test, Outcome::passed, Microseconds{900}, {}, {}});
    }
    result.product = std::move(run);
    return milliseconds([&] {
      loop_->handle(engine::AttemptEndedEvent{std::move(result)}, now());
      settle();
    });
  }

  // From the push to the start of its first task, the one that reads its config.
  double push(int number) {
    CommitInfo info;
    info.sha = sha_of(number);
    info.parents = {sha_of(0)};
    info.message = "pushed";
    seen_.commits = {info};
    seen_.branches["push-" + std::to_string(number)] = info.sha;
    Push push;
    push.ref = "refs/heads/push-" + std::to_string(number);
    push.new_sha = info.sha;
    const auto before = readers_;
    const auto spent = milliseconds([&] {
      loop_->handle(engine::PushAnnounced{"large", push, [](const Result<Revision>&) {}}, now());
      settle();
    });
    if (readers_ == before) std::fprintf(stderr, "the push %d began no task\n", number);
    end_readers();
    return spent;
  }

  void start(Assignment assignment) override {
    if (assignment.kind == TaskKind::read_config) {
      ++readers_;
      reading_.push_back(assignment.attempt);
    } else {
      started_.push_back(std::move(assignment));
    }
  }
  void cancel(AttemptKey, std::string) override {}
  void drop_volumes(std::vector<std::string>) override {}
  LogInfo left_log(AttemptKey) override { return {}; }
  void scan(ScanRequest, std::function<void(Result<RefsObserved>)> done) override { done(seen_); }
  void locate(RepoSpec, std::function<void(Result<std::string>)> done) override { done("/git"); }
  void read_history(RepoSpec, std::string, std::vector<HistoryRange>,
                    std::function<void(std::vector<CommitInfo>)> done) override {
    done({});
  }
  void find_lineage(LineageQuery,
                    std::function<void(Result<std::vector<Continued>>)> done) override {
    done({});
  }
  void forget(RepoSpec, std::function<void()> done) override { done(); }
  void published(const ChangeNotice&) override {}
  void log_grew(AttemptKey, std::uint64_t, bool) override {}

 private:
  static RepoSpec spec() {
    RepoSpec spec;
    spec.name = "large";
    spec.source = "/srv/git/large.git";
    return spec;
  }
  engine::Now now() const {
    return {WallTime{1'700'000'000'000 + elapsed_.count()}, SteadyClock::time_point{elapsed_}};
  }
  void settle() {
    loop_->advance(now());
    while (!queue_.empty()) {
      auto event = std::move(queue_.front());
      queue_.erase(queue_.begin());
      loop_->handle(std::move(event), now());
      loop_->advance(now());
    }
    elapsed_ += Milliseconds{1};
  }
  void commit(const Changes& changes) { store_->commit(changes, now().wall); }

  // The config can't be read, so that nothing more follows a push.
  void end_readers() {
    for (const auto& attempt : std::exchange(reading_, {})) {
      AttemptResult result;
      result.attempt = attempt;
      result.end.outcome = Outcome::failed;
      result.end.cause = "no config";
      loop_->handle(engine::AttemptEndedEvent{result}, now());
      settle();
    }
  }

  // A request for 1,000 runs of a test at each of 100 commits, all of them queued.
  void fill() {
    commit({change::RepoConfigured{spec(), spec().source}});
    repo_ = store_->repos().front().repo.id;
    change::CommitsFound found{repo_, {}};
    for (int i = 0; i < kFlows; ++i) {
      CommitInfo info;
      info.sha = sha_of(i);
      if (i > 0) info.parents = {sha_of(i - 1)};
      found.commits.push_back(std::move(info));
    }
    commit({found, change::RefsSet{repo_, {{"main", sha_of(kFlows - 1)}}, {}, "main"}});
    seen_.branches["main"] = sha_of(kFlows - 1);
    seen_.head_branch = "main";
    for (int i = 0; i < kFlows; ++i) fill_commit(i);
  }

  void fill_commit(int number) {
    const auto id = store_->find_commit(repo_, sha_of(number)).value();
    DesiredTesting wish;
    wish.source = DesiredSource::request;
    wish.counts.runs = kTasks / kFlows;
    ConfigRead read;
    read.config.image.name = "base";
    read.image = "named:base";
    PlanGenerated plan;
    Environment environment;
    environment.name = "env";
    environment.image.name = "base";
    plan.plan.environments = {environment};
    plan.environment_images = {"named:base"};
    plan.environment_set_ups = {""};
    Suite suite;
    suite.name = "unit";
    suite.kind = "unit";
    suite.environment = "env";
    plan.plan.suites = {suite};
    const auto done = store_->commit(
        {change::Desired{repo_, sha_of(number), wish}, change::ConfigRecorded{id, read},
         change::ImageRecorded{repo_, "named:base", {"base", {}}, {}},
         change::PlanRecorded{id, plan}},
        now().wall);
    const auto listed = store_->commit_state(id).suites.front().id;
    commit({change::TestsRecorded{listed, {{{{"t.py", "test_one"}, {}}}, {}}}});
    const auto state = store_->commit_state(id);
    Changes tasks;
    for (int i = 0; i < kTasks / kFlows; ++i) {
      NewTask task;
      task.key = "run:" + std::to_string(number) + ":" + std::to_string(i);
      task.kind = TaskKind::run_tests;
      task.repo = repo_;
      task.commit = id;
      task.image = "named:base";
      task.suite = listed;
      task.desired = done.desired.front();
      task.tests = {state.suites.front().tests.front().id};
      task.needs = {.milli_cores = 1000, .ram_mb = 512};
      task.flow = "request " + std::to_string(number);
      task.expected = Seconds{20};
      tasks.push_back(change::TaskCreated{std::move(task)});
    }
    commit(tasks);
  }

  std::unique_ptr<store::SqliteStore> store_;
  std::unique_ptr<engine::Loop> loop_;
  RepoId repo_;
  RefsObserved seen_;
  Milliseconds elapsed_{0};
  std::vector<engine::Event> queue_;
  std::vector<Assignment> started_;
  std::vector<AttemptKey> reading_;
  int readers_ = 0;
};

class Table {
 public:
  Table() {
    std::printf("%-44s %10s %10s %10s\n", "with 100,000 waiting tasks", "median", "95 %", "target");
  }
  void add(const char* what, const char* key, double median, double high, double target) {
    std::printf("%-44s %10.3f %10.3f %10s\n", what, median, high,
                target > 0 ? std::to_string(static_cast<int>(target)).c_str() : "");
    char text[100];
    std::snprintf(text, sizeof text, " %s=%.3f", key, median);
    line_ += text;
    if (target > 0 && median > target) missed_ += std::string(" missed=") + key;
  }
  int end() const {
    std::printf("%s%s\n", line_.c_str(), missed_.c_str());
    return missed_.empty() ? 0 : 1;
  }

 private:
  std::string line_ = "scheduler", missed_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "scheduler FOLDER: an empty one\n");
    return 2;
  }
  Table table;
  auto alone = schedule_alone();
  table.add("memory a task, bytes", "bytes", alone.bytes, alone.bytes, kBytesTarget);
  table.add("choosing the next, ms", "choose_ms", alone.choose.at(.5), alone.choose.at(.95),
            kChooseTarget);
  table.add("why the next 1,000 wait, and until when, ms", "explain_ms", alone.explain.at(.5),
            alone.explain.at(.95), 0);

  Bench bench(std::string(argv[1]) + "/store.db");
  const auto boot = milliseconds([&] { bench.boot(); });
  table.add("the engine's start, ms", "boot_ms", boot, boot, 0);
  if (bench.running() != kSlots) std::fprintf(stderr, "not all slots are taken\n");
  Figures ends, pushes;
  for (int i = 0; i < 200; ++i) ends.values.push_back(bench.end_of_task());
  for (int i = 0; i < 50; ++i) pushes.values.push_back(bench.push(1000 + i));
  table.add("a task's end and the next one's start, ms", "end_ms", ends.at(.5), ends.at(.95), 0);
  table.add("a push and the start of its first task, ms", "push_ms", pushes.at(.5), pushes.at(.95),
            kPushTarget);
  return table.end();
}
