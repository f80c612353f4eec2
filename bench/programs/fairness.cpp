// A host of two slots, ten branches and a hunt of 10,000 runs, in made-up time: what the schedule
// does to the first result of each push. Prints a table and, as its last line, the figures; exits
// with 1 where a target is missed.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <list>
#include <map>
#include <queue>
#include <random>
#include <string>
#include <vector>

#include "testlooper/base/limits.hpp"

#include "core/batches.hpp"
#include "core/schedule.hpp"

namespace {

using namespace testlooper;

constexpr int kBranches = 10;
constexpr int kHuntRuns = 10'000;
constexpr Milliseconds kTarget = Seconds{limits::kBatchTargetSeconds};
// What a task takes at most: suites up to half as long again as the target stay whole.
constexpr Milliseconds kTaskLength = kTarget * 3 / 2 + Milliseconds{limits::kContainerStartMs};
constexpr Milliseconds kConfig{50};
constexpr Milliseconds kPlan = Seconds{2};
constexpr Milliseconds kList = Seconds{2};

struct PushPlan {
  Milliseconds at{0};
  int branch = 0;
  std::vector<Milliseconds> batches;
};

// The engine's side of a push and of a hunt: which task becomes ready when.
class Host {
 public:
  Host() { schedule_.allow_containers(true); }

  void hunt(int runs, std::uint64_t seed, const std::string& person = "") {
    random_.seed(seed);
    auto& hunt = hunts_.emplace_back();
    hunt.flow = "request " + std::to_string(hunts_.size());
    hunt.person = person;
    for (hunt.left = runs; hunt.open < limits::kOpenRunTasksPerDesired;) open_task_of(hunt);
  }

  // The first result of each push, after its arrival.
  std::vector<Milliseconds> run(const std::vector<PushPlan>& pushes, Milliseconds until) {
    first_results_.assign(pushes.size(), Milliseconds{-1});
    std::size_t next = 0;
    while (true) {
      const auto arrival = next < pushes.size() ? pushes[next].at : Milliseconds::max();
      const auto end = ends_.empty() ? Milliseconds::max() : ends_.begin()->first;
      now_ = std::min(arrival, end);
      if (now_ == Milliseconds::max() || now_ > until) break;
      if (arrival <= end) {
        arrive(pushes[next], next);
        ++next;
      } else {
        finish();
      }
      start();
    }
    return first_results_;
  }

  const std::map<std::string, Milliseconds>& served() const { return served_; }

 private:
  struct Hunt {
    std::string flow, person;
    int left = 0;
    int open = 0;
    int queued = 0;
  };
  struct Job {
    ReadyTask task;
    Milliseconds duration{0};
    std::function<void()> then;
  };

  core::Schedule::Time time() const { return core::Schedule::Time{now_}; }

  void add(ReadyTask task, Milliseconds duration, std::function<void()> then) {
    task.id = {++last_id_};
    task.repo = {1};
    task.needs = task.kind == TaskKind::read_config ? Resources{} : Resources{1000, 512};
    if (task.expected == Milliseconds{0}) task.expected = Seconds{limits::kGuessedStepSeconds};
    schedule_.add(task);
    const auto id = task.id;
    jobs_.emplace(id, Job{std::move(task), duration, std::move(then)});
  }

  void open_task_of(Hunt& hunt) {
    ReadyTask task;
    task.kind = TaskKind::run_tests;
    task.flow = hunt.flow;
    task.person = hunt.person;
    task.priority = hunt.queued++ == 0 ? Priority::interactive : Priority::branch;
    const auto half = kTaskLength.count() / 2;
    const Milliseconds took{std::uniform_int_distribution<std::int64_t>{half, 2 * half}(random_)};
    task.expected = took;
    --hunt.left;
    ++hunt.open;
    add(task, took, [this, &hunt] {
      --hunt.open;
      if (hunt.left > 0) open_task_of(hunt);
    });
  }

  void arrive(const PushPlan& push, std::size_t index) {
    ReadyTask task;
    task.flow = "push to branch " + std::to_string(push.branch);
    task.generation = static_cast<std::int64_t>(index) + 1;
    const auto step = [](ReadyTask of, TaskKind kind) {
      of.kind = kind;
      return of;
    };
    add(step(task, TaskKind::read_config), kConfig, [=, this] {
      add(step(task, TaskKind::generate_plan), kPlan, [=, this] {
        add(step(task, TaskKind::list_tests), kList,
            [=, this] { queue_runs(step(task, TaskKind::run_tests), push, index); });
      });
    });
  }

  void queue_runs(ReadyTask task, const PushPlan& push, std::size_t index) {
    task.first_result = true;
    for (const auto& batch : push.batches) {
      task.expected = batch;
      add(task, batch, [this, index, at = push.at] {
        auto& first = first_results_.at(index);
        if (first < Milliseconds{0}) first = now_ - at;
      });
      task.first_result = false;
    }
  }

  void finish() {
    const auto id = ends_.begin()->second;
    ends_.erase(ends_.begin());
    const auto job = std::move(jobs_.extract(id).mapped());
    schedule_.ended(id, time());
    if (job.task.kind == TaskKind::run_tests) served_[job.task.flow] += job.duration;
    if (job.then) job.then();
  }

  void start() {
    while (const auto id = schedule_.take(time())) {
      ends_.emplace(now_ + jobs_.at(*id).duration, *id);
    }
  }

  core::Schedule schedule_{{.resources = {2000, 8192}, .containers = 8, .readers = 2}};
  std::mt19937_64 random_;
  Milliseconds now_{0};
  std::int64_t last_id_ = 0;
  std::list<Hunt> hunts_;
  std::map<TaskId, Job> jobs_;
  std::multimap<Milliseconds, TaskId> ends_;
  std::map<std::string, Milliseconds> served_;
  std::vector<Milliseconds> first_results_;
};

// A suite of tests of up to 3 s, cut as the reactors cut it.
std::vector<Milliseconds> suite_of(Milliseconds length, std::mt19937_64& random) {
  std::vector<core::TimedTest> tests;
  for (Microseconds sum{0}; sum < length; sum += *tests.back().duration) {
    const auto us = std::uniform_int_distribution<std::int64_t>{10'000, 3'000'000}(random);
    tests.push_back({{std::ssize(tests) + 1}, Microseconds{us}});
  }
  std::vector<Milliseconds> batches;
  for (const auto& batch : core::cut_into_batches(tests, kTarget)) {
    batches.push_back(std::chrono::ceil<Milliseconds>(batch.expected) +
                      Milliseconds{limits::kContainerStartMs});
  }
  return batches;
}

// Pushes that the host could serve without the hunt: one branch after the other, at random times.
std::vector<PushPlan> pushes_in_turn(std::uint64_t seed) {
  std::mt19937_64 random{seed};
  const auto between = [&](Milliseconds low, Milliseconds high) {
    return Milliseconds{
        std::uniform_int_distribution<std::int64_t>{low.count(), high.count()}(random)};
  };
  std::vector<PushPlan> pushes;
  Milliseconds at = Seconds{100};
  for (int i = 0; i < 3 * kBranches; ++i) {
    PushPlan push{at, i % kBranches, {}};
    push.batches = suite_of(between(Seconds{5}, Seconds{120}), random);
    pushes.push_back(std::move(push));
    at += between(Seconds{20}, Seconds{100});
  }
  return pushes;
}

std::vector<PushPlan> pushes_at_once(std::uint64_t seed) {
  auto pushes = pushes_in_turn(seed);
  pushes.resize(kBranches);
  for (auto& push : pushes) push.at = Seconds{100};
  return pushes;
}

constexpr Milliseconds kForEver = Seconds{1'000'000'000};

std::vector<Milliseconds> first_results(const std::vector<PushPlan>& pushes, bool hunted,
                                        std::uint64_t seed) {
  Host host;
  if (hunted) host.hunt(kHuntRuns, seed);
  return host.run(pushes, kForEver);
}

// What it takes where nobody else is there.
Milliseconds ideal(PushPlan push) {
  push.at = Seconds{0};
  return Host{}.run({push}, kForEver).front();
}

double lengths(Milliseconds time) {
  return static_cast<double>(time.count()) / static_cast<double>(kTaskLength.count());
}

// The worst delay of a push by the hunt, in task lengths.
double by_hunt(const std::vector<PushPlan>& pushes, std::uint64_t seed) {
  const auto with = first_results(pushes, true, seed);
  const auto without = first_results(pushes, false, seed);
  double worst = 0;
  for (std::size_t i = 0; i < pushes.size(); ++i) {
    worst = std::max(worst, lengths(with[i] - without[i]));
  }
  return worst;
}

// 1 where all got the same.
double jain_of(const std::map<std::string, Milliseconds>& shares) {
  double sum = 0;
  double squares = 0;
  for (const auto& [who, time] : shares) {
    const auto share = static_cast<double>(time.count());
    std::printf("  %-22s %6.1f s\n", who.c_str(), share / 1000);
    sum += share;
    squares += share * share;
  }
  return sum * sum / (static_cast<double>(shares.size()) * squares);
}

// Ten branches and the hunt, all with more work than there is time for.
double jain(std::uint64_t seed) {
  std::mt19937_64 random{seed};
  std::vector<PushPlan> pushes;
  for (int branch = 1; branch <= kBranches; ++branch) {
    PushPlan push{Seconds{0}, branch, {}};
    const int batches = 50 * branch;  // very different demands, all of them unmet
    const Seconds longest{3 * branch};
    for (int i = 0; i < batches; ++i) {
      push.batches.push_back(Milliseconds{std::uniform_int_distribution<std::int64_t>{
          1000, Milliseconds{longest}.count()}(random)});
    }
    pushes.push_back(std::move(push));
  }
  Host host;
  host.hunt(kHuntRuns, seed);
  host.run(pushes, Seconds{500});
  return jain_of(host.served());
}

// Five hunts of one person, one of another, and a branch: what each of the three got.
double jain_of_people(std::uint64_t seed) {
  Host host;
  PushPlan push{Seconds{0}, 1, std::vector<Milliseconds>(2'000, Seconds{5})};
  for (std::uint64_t i = 0; i < 5; ++i) host.hunt(kHuntRuns, seed + i, "ann");
  host.hunt(kHuntRuns, seed, "ben");
  host.run({push}, Seconds{2'000});
  std::map<std::string, Milliseconds> shares;
  for (const auto& [flow, time] : host.served()) {
    const bool hunt = flow.starts_with("request");
    shares[!hunt ? flow : flow == "request 6" ? "ben, one hunt" : "ann, five hunts"] += time;
  }
  return jain_of(shares);
}

}  // namespace

int main() {
  constexpr std::uint64_t kSeed = 1;
  const auto pushes = pushes_in_turn(kSeed);
  const auto with = first_results(pushes, true, kSeed);
  std::printf("2 slots, %d branches, a hunt of %d runs; a hunt's task takes up to %lld s\n\n",
              kBranches, kHuntRuns, static_cast<long long>(kTaskLength.count() / 1000));
  std::printf("  %-10s %8s %10s %10s %8s\n", "push to", "at", "alone", "here", "delay");
  double worst = 0;
  for (std::size_t i = 0; i < pushes.size(); ++i) {
    const auto delay = lengths(with[i] - ideal(pushes[i]));
    worst = std::max(worst, delay);
    std::printf("  branch %-3d %6.1f s %8.1f s %8.1f s %8.2f\n", pushes[i].branch,
                static_cast<double>(pushes[i].at.count()) / 1000,
                static_cast<double>(ideal(pushes[i]).count()) / 1000,
                static_cast<double>(with[i].count()) / 1000, delay);
  }
  double worst_by_hunt = 0;
  double worst_at_once = 0;
  constexpr std::uint64_t kWorlds = 200;
  for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) {
    worst_by_hunt = std::max(worst_by_hunt, by_hunt(pushes_in_turn(seed), seed));
    worst_at_once = std::max(worst_at_once, by_hunt(pushes_at_once(seed), seed));
  }
  std::printf("\nserved in 500 s, where all want more than that:\n");
  const auto index = jain(kSeed);
  std::printf("\nserved in 2,000 s, likewise:\n");
  const auto people = jain_of_people(kSeed);
  std::printf("\n  %-66s %6s %7s\n", "in task lengths", "worst", "target");
  std::printf("  %-66s %6.2f %7s\n", "a push's first result, against alone on the host", worst,
              "<= 1");
  std::printf("  %-66s %6.2f %7s\n", "delayed by the hunt, pushes in turn, 200 worlds",
              worst_by_hunt, "<= 1");
  std::printf("  %-66s %6.2f %7s\n", "delayed by the hunt, ten pushes at once, 200 worlds",
              worst_at_once, "<= 1");
  std::printf("  %-66s %6.3f %7s\n", "Jain's index between ten branches and the hunt", index,
              ">= 0.95");
  std::printf("  %-66s %6.3f %7s\n", "Jain's index between two people and a branch", people,
              ">= 0.95");
  std::printf("fairness alone=%.3f in_turn=%.3f at_once=%.3f jain=%.4f people=%.4f\n", worst,
              worst_by_hunt, worst_at_once, index, people);
  const bool fair = index >= 0.95 && people >= 0.95;
  return worst <= 1 && worst_by_hunt <= 1 && worst_at_once <= 1 && fair ? 0 : 1;
}
