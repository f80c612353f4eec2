// The engine against seeded worlds. TESTLOOPER_SIM_SEEDS asks for more of them than the default.
#include <cstdlib>

#include <gtest/gtest.h>

#include "sim/world.hpp"
#include "store/sqlite_store.hpp"

namespace testlooper::sim {
namespace {

std::uint64_t seeds() {
  const char* wished = std::getenv("TESTLOOPER_SIM_SEEDS");
  return wished == nullptr ? 24 : std::strtoull(wished, nullptr, 10);
}

WorldReport run_world(WorldOptions options) {
  const auto store = store::SqliteStore::in_memory();
  World world(options, *store);
  return world.run();
}

TEST(Simulation, WithoutFaultsEveryWishIsFulfilled) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto report = run_world({.seed = seed, .infra_chance = 0});
    EXPECT_TRUE(report.violations.empty()) << "seed " << seed << ": " << report.violations.front();
    EXPECT_GT(report.attempts, 10);
  }
}

TEST(Simulation, ALostPowerAnywhereLosesAndDoublesNothing) {
  int crashes = 0;
  std::uint64_t violations = 0;
  const auto count = seeds();
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    const auto report = run_world({.seed = seed, .crash_chance = 0.03, .infra_chance = 0.1});
    crashes += report.crashes;
    violations += report.violations.size();
    EXPECT_TRUE(report.violations.empty()) << "seed " << seed << ": " << report.violations.front();
  }
  EXPECT_GT(crashes, static_cast<int>(count));
  std::printf("seeds=%llu crashes=%d violations=%llu\n", static_cast<unsigned long long>(count),
              crashes, static_cast<unsigned long long>(violations));
}

TEST(Simulation, WhatIsCancelledNeverStartsAgainAndNothingElseIsLost) {
  const auto count = seeds();
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    const auto report =
        run_world({.seed = seed, .crash_chance = 0.02, .infra_chance = 0.1, .cancels = 6});
    EXPECT_TRUE(report.violations.empty()) << "seed " << seed << ": " << report.violations.front();
  }
}

TEST(Simulation, PeopleWhoChangeTheirMindsGetWhatTheyWantInTheEnd) {
  for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
    const auto report = run_world({.seed = seed,
                                   .crash_chance = 0.02,
                                   .infra_chance = 0.05,
                                   .requests = 6,
                                   .minds_change = true});
    EXPECT_TRUE(report.violations.empty()) << "seed " << seed << ": " << report.violations.front();
  }
}

TEST(Simulation, TestsThatMoveAreFollowedWhateverGitAndThePowerDo) {
  for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
    const auto report = run_world({.seed = seed,
                                   .crash_chance = 0.02,
                                   .infra_chance = 0.05,
                                   .requests = 6,
                                   .minds_change = true,
                                   .renames = true});
    EXPECT_TRUE(report.violations.empty()) << "seed " << seed << ": " << report.violations.front();
  }
}

TEST(Simulation, ADrainedEngineStartsNothingAndGoesOnWhereItWas) {
  for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
    const auto report =
        run_world({.seed = seed, .crash_chance = 0.02, .infra_chance = 0.1, .drains = 4});
    EXPECT_TRUE(report.violations.empty()) << "seed " << seed << ": " << report.violations.front();
  }
}

TEST(Simulation, ExperimentsSurviveLostPowerAndKeepToTheirBounds) {
  int experiments = 0;
  const auto count = seeds();
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    const auto report = run_world({.seed = seed,
                                   .crash_chance = 0.03,
                                   .infra_chance = 0.1,
                                   .pushes = 2,
                                   .requests = 1,
                                   .removals = 0,
                                   .drains = seed % 3 == 0 ? 2 : 0,
                                   .experiments = 3});
    EXPECT_TRUE(report.violations.empty()) << "seed " << seed << ": " << report.violations.front();
    experiments += report.experiments;
  }
  EXPECT_GT(experiments, static_cast<int>(count));
  std::printf("experiments=%d\n", experiments);
}

TEST(Simulation, ExperimentsThatPeoplePauseAndContinueEndAllTheSame) {
  for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
    const auto report = run_world({.seed = seed,
                                   .crash_chance = 0.02,
                                   .infra_chance = 0.05,
                                   .pushes = 2,
                                   .requests = 1,
                                   .removals = 0,
                                   .experiments = 5,
                                   .meddles = true});
    EXPECT_TRUE(report.violations.empty()) << "seed " << seed << ": " << report.violations.front();
  }
}

TEST(Simulation, IdleRoomIsUsedUpToItsLimitAndOnlyWhereNothingWaits) {
  int idle = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto report = run_world({.seed = seed, .infra_chance = 0, .idle_runs = 4});
    EXPECT_TRUE(report.violations.empty()) << "seed " << seed << ": " << report.violations.front();
    idle += report.idle_attempts;
  }
  EXPECT_GT(idle, 100);
}

TEST(Simulation, IdleRoomSurvivesLostPowerDrainsAndChangedMinds) {
  for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
    const auto report = run_world({.seed = seed,
                                   .crash_chance = 0.02,
                                   .infra_chance = 0.05,
                                   .cancels = seed % 2 == 0 ? 4 : 0,
                                   .minds_change = seed % 2 != 0,
                                   .drains = 2,
                                   .idle_runs = 3});
    EXPECT_TRUE(report.violations.empty()) << "seed " << seed << ": " << report.violations.front();
  }
}

// A commit came to rest because an image it shares could not be made; the image was then made for
// another commit, and nobody looked at the first one again.
TEST(Simulation, Seed36AnImageThatRecoversWakesAllItsCommits) {
  const auto report = run_world({.seed = 36, .crash_chance = 0.03, .infra_chance = 0.1});
  EXPECT_TRUE(report.violations.empty()) << report.violations.front();
}

// Two repositories asked for the same image at once; the second one's task was taken for the first
// one's, and its commits were never woken.
TEST(Simulation, Seed103TwoRepositoriesMakeTheSameImage) {
  const auto report = run_world({.seed = 103, .crash_chance = 0.03, .infra_chance = 0.1});
  EXPECT_TRUE(report.violations.empty()) << report.violations.front();
}

}  // namespace
}  // namespace testlooper::sim
