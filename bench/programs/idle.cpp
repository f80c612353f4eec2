// idle FOLDER: what it costs to choose idle runs among 10,000 tests, in memory and from a store,
// and how many flakes the choice finds in the time that rounds of all tests take, in made-up time
// with stated seeds. Prints tables, then a line for machines; exits with 1 where a target is
// missed.
#include "core/idle.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "testlooper/base/limits.hpp"

#include "core/batches.hpp"
#include "store/sqlite_store.hpp"

namespace {

using namespace testlooper;
using SteadyClock = std::chrono::steady_clock;

constexpr int kManyTests = 10'000;
constexpr double kChooseTarget = 10;  // ms
constexpr double kLookTarget = 100;   // ms

double median_ms(int times, const auto& work) {
  std::vector<double> values;
  for (int i = 0; i < times; ++i) {
    const auto began = SteadyClock::now();
    work();
    values.push_back(std::chrono::duration<double, std::milli>(SteadyClock::now() - began).count());
  }
  std::ranges::nth_element(values, values.begin() + times / 2);
  return values[static_cast<std::size_t>(times / 2)];
}

// ---- Choosing, in memory -----------------------------------------------------------------------

// A commit whose tests have each had one run. Durations are spread as those of real suites are:
// half of the tests take less than 0.3 s, some a hundred times as long.
CommitState head(int tests, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::lognormal_distribution<double> seconds(std::log(.3), 1.5);
  CommitState state;
  state.repo = {1};
  state.commit = {1};
  state.images["i"].built = StepState::ok;
  state.environments = {{"e", {"i", {}}, ""}};
  SuiteState suite;
  suite.id = {1};
  suite.name = "unit";
  suite.environment = "e";
  suite.listed = StepState::ok;
  for (int i = 1; i <= tests; ++i) {
    const auto longest = static_cast<double>(limits::kBatchTargetSeconds);
    const auto took = std::chrono::duration<double>(std::min(seconds(random), longest));
    KnownTest test{{i}, {"a/file.py", "test_" + std::to_string(i)}, {}};
    test.duration = std::chrono::duration_cast<Microseconds>(took);
    test.runs.successes = 1;
    suite.tests.push_back(std::move(test));
  }
  state.suites = {suite};
  state.desired.resize(1);
  state.desired[0].id = {1};
  state.desired[0].wish.source = DesiredSource::idle;
  state.desired[0].wish.counts = {.runs = limits::kRunsPerRequest};
  return state;
}

// ---- A look at a head, from the store ----------------------------------------------------------

std::string sha() { return std::string(40, 'a'); }

CommitId fill(store::SqliteStore& store) {
  const auto commit = [&](const Changes& changes) { return store.commit(changes, {1}); };
  RepoSpec spec;
  spec.name = "large";
  commit({change::RepoConfigured{spec, "/srv/git/large.git"}});
  const auto repo = store.repos().front().repo.id;
  CommitInfo info;
  info.sha = sha();
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
  suite.environment = "env";
  plan.plan.suites = {suite};
  DesiredTesting idle;
  idle.source = DesiredSource::idle;
  idle.counts.runs = 50;
  commit({change::CommitsFound{repo, {info}}, change::Desired{repo, sha(), {}},
          change::Desired{repo, sha(), idle}});
  const auto id = store.find_commit(repo, sha()).value();
  commit({change::ConfigRecorded{id, read},
          change::ImageRecorded{repo, "named:base", {"base", {}}, {}},
          change::PlanRecorded{id, plan}});
  TestsListed listed;
  for (int i = 0; i < kManyTests; ++i) {
    listed.tests.push_back({{"tests/file_" + std::to_string(i / 100), std::to_string(i)}, {}});
  }
  commit({change::TestsRecorded{store.commit_state(id).suites.front().id, std::move(listed)}});
  return id;
}

// ---- Flakes that are found ---------------------------------------------------------------------

constexpr int kTests = 1'000;
constexpr int kFlakes = 20;
constexpr double kFlakeRate = .05;
constexpr int kSeeds = 40;

struct Suite1000 {
  explicit Suite1000(std::uint64_t seed) : state(head(kTests, seed)), random(seed) {
    flaky.resize(kTests);
    for (int i = 0; i < kFlakes; ++i) {
      flaky[std::uniform_int_distribution<std::size_t>{0, kTests - 1}(random)] = true;
    }
  }
  std::vector<KnownTest>& tests() { return state.suites[0].tests; }
  // One task of these tests.
  void run(const std::vector<TestId>& batch) {
    took += Milliseconds{limits::kContainerStartMs};
    for (const auto& id : batch) {
      const auto at = static_cast<std::size_t>(id.value - 1);
      auto& test = tests()[at];
      const bool fails = flaky[at] && std::uniform_real_distribution{}(random) < kFlakeRate;
      ++(fails ? test.runs.failures : test.runs.successes);
      took += *test.duration;
    }
  }
  double found() {
    double caught = 0;
    double all = 0;
    for (std::size_t i = 0; i < kTests; ++i) {
      all += flaky[i] ? 1 : 0;
      caught += tests()[i].runs.failures > 0 ? 1 : 0;
    }
    return caught / all;
  }

  CommitState state;
  std::mt19937_64 random;
  std::vector<bool> flaky;
  Microseconds took{0};
};

struct Found {
  double rounds = 0;
  double idle = 0;
};

// The share of flakes found, by so many rounds of all tests and by idle runs in the same time.
Found found_in(int rounds) {
  Found sum;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Suite1000 plain(seed);
    std::vector<core::TimedTest> timed;
    for (const auto& test : plain.tests()) timed.push_back({test.id, test.duration});
    const auto batches = core::cut_into_batches(timed, Seconds{limits::kBatchTargetSeconds});
    for (int i = 0; i < rounds; ++i) {
      for (const auto& batch : batches) plain.run(batch.tests);
    }
    Suite1000 chosen(seed);
    while (chosen.took < plain.took) chosen.run(core::idle_offer(chosen.state)->task.tests);
    sum.rounds += plain.found() / kSeeds;
    sum.idle += chosen.found() / kSeeds;
  }
  return sum;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "idle FOLDER: an empty one\n");
    return 2;
  }
  const auto state = head(kManyTests, 1);
  const auto choose = median_ms(21, [&] { return core::idle_offer(state); });
  const auto store = store::SqliteStore::open(std::string(argv[1]) + "/store.db");
  const auto commit = fill(*store);
  const auto look = median_ms(21, [&] { return core::idle_offer(store->commit_state(commit)); });
  std::printf("%-44s %10s %10s\n", "at a head with 10,000 tests", "median", "target");
  std::printf("%-44s %10.2f %10.0f\n", "choosing the next batch, ms", choose, kChooseTarget);
  std::printf("%-44s %10.2f %10.0f\n", "reading the head and choosing, ms", look, kLookTarget);

  std::printf("\n%-44s %10s %10s\n", "flakes of 5 % found, of 20 in 1,000 tests", "rounds", "idle");
  std::string line;
  bool worse = false;
  for (const int rounds : {2, 5, 10, 20}) {
    const auto found = found_in(rounds);
    std::printf("in the time of %2d rounds of all tests %17.1f %% %8.1f %%\n", rounds,
                100 * found.rounds, 100 * found.idle);
    char text[100];
    std::snprintf(text, sizeof text, " rounds_%d=%.3f idle_%d=%.3f", rounds, found.rounds, rounds,
                  found.idle);
    line += text;
    worse = worse || found.idle < found.rounds;
  }
  std::string missed;
  if (choose > kChooseTarget) missed += " missed=choose_ms";
  if (look > kLookTarget) missed += " missed=look_ms";
  if (worse) missed += " missed=found";
  std::printf("idle choose_ms=%.2f look_ms=%.2f%s%s\n", choose, look, line.c_str(), missed.c_str());
  return missed.empty() ? 0 : 1;
}
