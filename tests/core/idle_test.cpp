#include "core/idle.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <random>

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

#include "core/reactors.hpp"

namespace testlooper::core {
namespace {

constexpr Milliseconds kTarget = Seconds{30};

// ---- How much one more run tells ---------------------------------------------------------------

// The same number by its definition, with the rate on a fine grid: rate = sin²(t) spreads the
// prior evenly over t.
double gain_by_definition(std::int64_t runs, std::int64_t failures) {
  constexpr int kSteps = 20'000;
  const auto entropy = [](double p) {
    return p <= 0 || p >= 1 ? 0 : -p * std::log(p) - (1 - p) * std::log(1 - p);
  };
  double weights = 0;
  double mean = 0;
  double mean_entropy = 0;
  for (int i = 0; i < kSteps; ++i) {
    const double rate = std::pow(std::sin((i + .5) * std::numbers::pi / 2 / kSteps), 2);
    const double weight = std::pow(rate, static_cast<double>(failures)) *
                          std::pow(1 - rate, static_cast<double>(runs - failures));
    weights += weight;
    mean += weight * rate;
    mean_entropy += weight * entropy(rate);
  }
  return entropy(mean / weights) - mean_entropy / weights;
}

TEST(InformationGain, IsWhatTheNextOutcomeTellsOfTheRate) {
  for (const auto& [runs, failures] :
       {std::pair{0, 0}, {1, 0}, {1, 1}, {2, 1}, {10, 0}, {10, 1}, {10, 5}, {50, 0}, {200, 10}}) {
    EXPECT_NEAR(information_gain(runs, failures, 0), gain_by_definition(runs, failures), 1e-6)
        << failures << " of " << runs;
  }
}

TEST(InformationGain, FallsWithEachRunMadeOrUnderWay) {
  for (std::int64_t runs = 0; runs < 1000; ++runs) {
    EXPECT_GT(information_gain(runs, 0, 0), information_gain(runs + 1, 0, 0));
    EXPECT_GT(information_gain(runs, 0, 0), information_gain(runs, 0, 1));
  }
  EXPECT_GT(information_gain(1'000'000, 0, 0), 0);
}

TEST(InformationGain, IsMoreOfATestThatFlakesThanOfOneThatAlwaysEndsAlike) {
  EXPECT_GT(information_gain(10, 1, 0), information_gain(10, 0, 0));
  EXPECT_NEAR(information_gain(10, 10, 0), information_gain(10, 0, 0), 1e-12);
  EXPECT_LT(information_gain(20, 10, 0), information_gain(5, 0, 0)) << "but no more than that";
}

// ---- Which tests share a task ------------------------------------------------------------------

IdleTest timed(std::int64_t id, std::int64_t runs, Milliseconds duration) {
  return {.test = {id}, .runs = runs, .duration = duration};
}

std::vector<TestId> chosen(const std::vector<IdleTest>& tests, Milliseconds target = kTarget) {
  const auto batch = densest_batch(tests, target);
  return batch ? batch->tests : std::vector<TestId>{};
}

using Tests = std::vector<TestId>;

TEST(DensestBatch, TheMoreInformativeTestComesFirst) {
  EXPECT_EQ(chosen({timed(1, 30, Seconds{20}), timed(2, 2, Seconds{20})}), (Tests{{2}}));
}

TEST(DensestBatch, AtEqualInformationTheQuickerTestComesFirst) {
  EXPECT_EQ(chosen({timed(1, 1, Seconds{29}), timed(2, 1, Seconds{10})}), (Tests{{2}}));
}

TEST(DensestBatch, TiesGoById) {
  EXPECT_EQ(chosen({timed(9, 1, Seconds{20}), timed(4, 1, Seconds{20})}), (Tests{{4}}));
}

TEST(DensestBatch, TheStartOfTheTaskIsSharedByThoseThatAreWorthIt) {
  std::vector<IdleTest> tests;
  for (int i = 1; i <= 100; ++i) tests.push_back(timed(i, 1, Milliseconds{10}));
  tests.push_back(timed(101, 1000, Seconds{20}));
  EXPECT_EQ(chosen(tests).size(), 100u) << "in the order of the list, and not the slow one";
  EXPECT_TRUE(std::ranges::is_sorted(chosen(tests)));
}

TEST(DensestBatch, IsNoLongerThanTheTarget) {
  std::vector<IdleTest> tests;
  for (int i = 1; i <= 100; ++i) tests.push_back(timed(i, 1, Seconds{1}));
  const auto batch = densest_batch(tests, kTarget);
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->tests.size(), 30u);
  EXPECT_EQ(batch->expected, kTarget);
  EXPECT_TRUE(chosen({timed(1, 0, Seconds{31})}).empty()) << "a push would wait for it";
  EXPECT_TRUE(chosen({}).empty());
}

// ---- What a commit offers ----------------------------------------------------------------------

// A commit whose branch is tested, with a suite of tests that have had one run of a second each.
class IdleOffers : public ::testing::Test {
 protected:
  IdleOffers() {
    state_.repo = {1};
    state_.commit = {7};
    state_.config = state_.plan = StepState::ok;
    state_.images["i"].built = StepState::ok;
    state_.environments = {{"e", {"i", {}}, ""}};
    state_.desired.resize(2);
    state_.desired[0].id = {1};
    state_.desired[1].id = {2};
    state_.desired[1].wish.source = DesiredSource::idle;
    state_.desired[1].wish.requested_by = "idle room for main";
    add_suite(1, 3);
    allow(5);
  }

  void add_suite(std::int64_t id, int tests) {
    SuiteState suite;
    suite.id = {id};
    suite.name = "s" + std::to_string(id);
    suite.environment = "e";
    suite.listed = StepState::ok;
    for (int i = 1; i <= tests; ++i) {
      const TestId test{id * 100 + i};
      suite.tests.push_back({test, {"p", std::to_string(i)}, {}, {}, Seconds{1}, {0, 1, 0}});
      state_.desired[0].tallies[test].done = 1;
    }
    state_.suites.push_back(suite);
  }
  DesiredState& idle() { return state_.desired[1]; }
  void allow(std::int64_t runs) { idle().wish.counts = {.runs = runs}; }
  std::vector<TestId> offered() const {
    const auto offer = idle_offer(state_);
    return offer ? offer->task.tests : std::vector<TestId>{};
  }

  CommitState state_;
};

TEST_F(IdleOffers, IsABackgroundTaskOfTheIdleWish) {
  const auto offer = idle_offer(state_);
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->task.kind, TaskKind::run_tests);
  EXPECT_EQ(offer->task.commit, CommitId{7});
  EXPECT_EQ(offer->task.suite, SuiteId{1});
  EXPECT_EQ(offer->task.desired, DesiredId{2});
  EXPECT_EQ(offer->task.priority, Priority::background);
  EXPECT_FALSE(offer->task.first_result);
  EXPECT_TRUE(offer->task.all_tests);
  EXPECT_EQ(offer->task.tests, (Tests{{101}, {102}, {103}}));
  EXPECT_EQ(offer->task.expected, Seconds{3} + Milliseconds{limits::kContainerStartMs});
}

TEST_F(IdleOffers, AreMadeOnlyWhereTheyAreAllowed) {
  state_.desired.pop_back();
  EXPECT_TRUE(offered().empty()) << "no rule allows it";
  state_.desired.push_back(state_.desired[0]);
  EXPECT_TRUE(offered().empty());
  state_.desired[1].id = {2};
  state_.desired[1].wish.source = DesiredSource::idle;
  allow(5);
  EXPECT_FALSE(offered().empty());
  idle().stopped = true;
  EXPECT_TRUE(offered().empty()) << "somebody stopped it";
  idle().stopped = false;
  state_.repo_active = false;
  EXPECT_TRUE(offered().empty());
}

TEST_F(IdleOffers, EndAtTheCap) {
  idle().tallies[{101}] = {.done = 5};
  idle().tallies[{102}] = {.done = 3, .given_up = 1, .in_flight = 1};
  idle().tallies[{103}] = {.done = 4};
  EXPECT_EQ(offered(), (Tests{{103}}));
  idle().tallies[{103}].in_flight = 1;
  EXPECT_TRUE(offered().empty());
  allow(6);
  EXPECT_EQ(offered().size(), 3u);
}

TEST_F(IdleOffers, CountWhatAnyRunHasMeasuredAndWhatIsUnderWay) {
  for (auto& test : state_.suites[0].tests) test.duration = Seconds{20};
  state_.suites[0].tests[0].runs.successes = 9;
  state_.desired[0].tallies[{102}].in_flight = 4;
  EXPECT_EQ(offered(), (Tests{{103}}));
}

TEST_F(IdleOffers, LeaveOutWhatTellsNothingAndWhatTheFilterDoes) {
  state_.suites[0].tests[0].runs = {0, 0, 4};
  idle().wish.filter.regex = "[12]$";
  EXPECT_EQ(offered(), (Tests{{102}}));
}

TEST_F(IdleOffers, ATestThatWasNeverMeasuredIsTakenToBeAsLongAsTheOthers) {
  state_.suites[0].tests[1].duration.reset();
  EXPECT_EQ(idle_offer(state_)->task.expected,
            Seconds{3} + Milliseconds{limits::kContainerStartMs});
}

TEST_F(IdleOffers, TheSuiteThatTellsMostInASecondComesFirst) {
  add_suite(2, 3);
  EXPECT_EQ(offered(), (Tests{{101}, {102}, {103}})) << "ties go by id";
  for (auto& test : state_.suites[1].tests) test.duration = Milliseconds{100};
  EXPECT_EQ(offered(), (Tests{{201}, {202}, {203}}));
  state_.suites[1].listed = StepState::failed;
  EXPECT_EQ(offered(), (Tests{{101}, {102}, {103}}));
}

TEST_F(IdleOffers, NothingIsPreparedForThem) {
  state_.images.clear();
  EXPECT_TRUE(offered().empty());
  EXPECT_TRUE(react(state_).empty()) << "what is allowed is not owed";
  EXPECT_FALSE(lacks_runs(state_, state_.suites[0]));
}

TEST_F(IdleOffers, AreDroppedOnceTheyAreNoLongerAllowed) {
  Task task;
  task.id = {5};
  task.spec = idle_offer(state_)->task;
  idle().not_started = {task};
  for (const auto& test : task.spec.tests) idle().tallies[test].in_flight = 1;
  EXPECT_TRUE(react(state_).empty());
  allow(0);
  const auto changes = react(state_);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(std::get<change::TaskMoved>(changes[0]).to, TaskState::finished);
}

// ---- Does it find flakes -----------------------------------------------------------------------

// Uses idle room until nothing is offered. True where the flaky test, the first, failed.
bool catches_flake(std::uint64_t seed, std::int64_t cap, double rate, CommitState state) {
  std::mt19937_64 random(seed);
  auto& idle = state.desired[1];
  idle.wish.counts.runs = cap;
  bool caught = false;
  while (const auto offer = idle_offer(state)) {
    for (const auto& id : offer->task.tests) {
      auto& test = *std::ranges::find(state.suites[0].tests, id, &KnownTest::id);
      const bool flakes = &test == &state.suites[0].tests.front();
      const bool fails = flakes && std::uniform_real_distribution{}(random) < rate;
      ++(fails ? test.runs.failures : test.runs.successes);
      ++idle.tallies[id].done;
      caught = caught || fails;
    }
  }
  for (const auto& test : state.suites[0].tests) EXPECT_EQ(idle.tallies[test.id].done, cap);
  return caught;
}

// By arithmetic: 1 − .95^10 = .401, 1 − .95^50 = .923.
TEST_F(IdleOffers, TenRunsCatchAFlakeOfFivePercentTwoTimesInFiveAndFiftyNearlyAlways) {
  constexpr int kSeeds = 500;
  for (const auto& [cap, expected] : {std::pair{10, .401}, {50, .923}}) {
    int caught = 0;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      caught += catches_flake(seed, cap, .05, state_) ? 1 : 0;
    }
    const double share = static_cast<double>(caught) / kSeeds;
    const double error = 4 * std::sqrt(expected * (1 - expected) / kSeeds);
    EXPECT_NEAR(share, expected, error) << cap << " runs, seeds 1 to " << kSeeds;
    std::printf("a flake of 5 %%, %d idle runs, seeds 1 to %d: caught %.3f\n", cap, kSeeds, share);
  }
}

}  // namespace
}  // namespace testlooper::core
