// Bisections: which commits are asked for, and what is said in the end.
#include "core/experiment_bisect.hpp"

#include <algorithm>
#include <random>

#include "core/births.hpp"
#include "core/experiment_fixture.hpp"

namespace testlooper::core {
namespace {

// A range in which commit `culprit` raises the rate. `side` commits are a branch that is merged.
struct World {
  std::vector<std::vector<int>> parents;
  int culprit = -1;
  double before = 0, after = 0;

  bool has(int commit, int ancestor) const {
    if (commit == ancestor) return true;
    return std::ranges::any_of(parents[static_cast<std::size_t>(commit)],
                               [&](int parent) { return has(parent, ancestor); });
  }
};

World with_merge(int commits) {
  World world;
  // A line, but for 5 to 8, which leave it after 4 and come back with the merge 14.
  for (int commit = 0; commit < commits; ++commit) {
    if (commit == 0) {
      world.parents.push_back({});
    } else if (commit == 9) {
      world.parents.push_back({4});
    } else if (commit == 14) {
      world.parents.push_back({13, 8});
    } else {
      world.parents.push_back({commit - 1});
    }
  }
  return world;
}

Lab bisection(const World& world, std::int64_t max_runs = 20'000) {
  auto state = state_of(BisectQuestion{.good = sha(0), .bad = sha(1)}, max_runs);
  for (std::size_t i = 0; i < world.parents.size(); ++i) {
    RangeCommit commit;
    commit.sha = sha(static_cast<int>(i));
    commit.parents = world.parents[i];
    commit.candidate = i > 0;
    state.range.push_back(commit);
  }
  return Lab(std::move(state));
}

// Ends runs in an order of its own until the search ends; how many it took.
int run_all(Lab& lab, const World& world, std::mt19937& random) {
  int runs = 0;
  for (lab.follow(); lab.running(); lab.follow()) {
    std::vector<ExperimentArm*> open;
    for (auto& arm : lab.state().arms) {
      if (use_of(arm).pending > 0) open.push_back(&arm);
    }
    if (open.empty()) {
      ADD_FAILURE() << "nothing is in flight, and it is not decided";
      return runs;
    }
    EXPECT_LE(lab.pending(), lab.experiment().spec.in_flight);
    auto& arm = *open[std::uniform_int_distribution<std::size_t>{0, open.size() - 1}(random)];
    const auto place = std::ranges::find(lab.state().range, arm.sha, &RangeCommit::sha) -
                       lab.state().range.begin();
    const bool bad = world.culprit >= 0 && world.has(static_cast<int>(place), world.culprit);
    lab.end_run(arm, std::bernoulli_distribution{bad ? world.after : world.before}(random));
    ++runs;
  }
  return runs;
}

TEST(Bisect, FindsTheCulpritOnAGraphWithAMerge) {
  for (const int culprit : {3, 7, 12, 14, 20}) {
    auto world = with_merge(24);
    world.culprit = culprit;
    world.after = .5;
    auto lab = bisection(world);
    std::mt19937 random(static_cast<unsigned>(culprit));
    run_all(lab, world, random);
    EXPECT_EQ(lab.experiment().verdict, "culprit") << lab.experiment().answer;
    EXPECT_EQ(lab.experiment().answer.find(sha(culprit).substr(0, 10)), 0u);
    const auto findings =
        bisect_findings(lab.state(), std::get<BisectQuestion>(lab.experiment().spec.question));
    EXPECT_EQ(findings.answer.commits, std::vector<int>{culprit});
  }
}

TEST(Bisect, SaysWhereThereIsNoCulprit) {
  auto world = with_merge(24);
  std::mt19937 random(1);
  auto never = bisection(world);
  run_all(never, world, random);
  EXPECT_EQ(never.experiment().verdict, "never_fails");
  const auto& answer = never.experiment().answer;
  EXPECT_NE(answer.find(" at " + sha(23).substr(0, 10) + ", where it fails in less than "),
            std::string::npos)
      << answer;
  world.before = .3;
  auto always = bisection(world);
  run_all(always, world, random);
  EXPECT_EQ(always.experiment().verdict, "starts_before");
}

// A range in which the test begins at commit `birth`.
Lab born_at(int birth, const World& world) {
  auto lab = bisection(world);
  for (std::size_t place = 0; place < world.parents.size(); ++place) {
    auto& commit = lab.state().range[place];
    commit.lacks = !world.has(static_cast<int>(place), birth);
    commit.listed = commit.lacks ? StepState::failed : StepState::ok;
  }
  return lab;
}

// Each verdict may be wrong at a risk of 5 %.
TEST(Bisect, ATestThatFailsSinceItBeganIsBlamedOnItsBeginning) {
  auto world = with_merge(24);
  world.before = .2;
  int right = 0;
  std::int64_t made = 0;
  for (const int birth : {3, 12, 20, 23}) {
    for (unsigned seed = 0; seed < 5; ++seed) {
      auto lab = born_at(birth, world);
      std::mt19937 random(seed);
      const auto runs_made = run_all(lab, world, random);
      EXPECT_LT(runs_made, 600);
      made += runs_made;
      EXPECT_EQ(lab.experiment().verdict, "culprit") << lab.experiment().answer;
      if (!lab.experiment().answer.starts_with(sha(birth).substr(0, 10) + " brought the test")) {
        continue;
      }
      ++right;
      const auto findings =
          bisect_findings(lab.state(), std::get<BisectQuestion>(lab.experiment().spec.question));
      EXPECT_GE(findings.probability[static_cast<std::size_t>(birth)], .95);
      EXPECT_EQ(findings.none, 0);
      EXPECT_EQ(findings.answer.rate_before, 0) << "it could not fail where it was not";
      lab::Counts runs;
      for (const auto& commit : findings.commits) runs = runs + commit.runs;
      EXPECT_GT(runs.failures, 0);
      EXPECT_DOUBLE_EQ(findings.answer.rate_after,
                       static_cast<double>(runs.failures) / static_cast<double>(runs.runs))
          << "how often it fails is not asked for once the commit is known: it is what was seen";
    }
  }
  EXPECT_GE(right, 18);
  EXPECT_LT(made, 20 * 200);
}

TEST(Bisect, ATestThatBeganInTheRangeMayHaveACulpritAfterwards) {
  auto world = with_merge(24);
  world.culprit = 14;
  world.before = .02;
  world.after = .6;
  auto lab = born_at(3, world);
  std::mt19937 random(5);
  run_all(lab, world, random);
  EXPECT_EQ(lab.experiment().verdict, "culprit");
  EXPECT_EQ(lab.experiment().answer.find(sha(14).substr(0, 10) + " made it fail"), 0u)
      << lab.experiment().answer;
}

TEST(Bisect, ANewTestThatNeverFailsHasNoCulprit) {
  const auto world = with_merge(24);
  auto lab = born_at(23, world);
  std::mt19937 random(6);
  run_all(lab, world, random);
  EXPECT_EQ(lab.experiment().verdict, "never_fails") << lab.experiment().answer;
}

TEST(Births, AreWhereNoAncestorHasTheTest) {
  const auto world = with_merge(24);
  auto lab = born_at(7, world);  // on a branch that 14 merges
  EXPECT_EQ(births(lab.state().range), std::vector<int>{7});
  lab.state().range[2].lacks = false;  // its lists could not be made
  EXPECT_EQ(births(lab.state().range), std::vector<int>{});
}

TEST(Births, OfATestThatWasThereAtTheStartAreNotKnown) {
  auto lab = born_at(0, with_merge(24));
  EXPECT_EQ(births(lab.state().range), std::vector<int>{});
}

TEST(Bisect, StoredRunsAreEvidence) {
  auto world = with_merge(24);
  world.culprit = 12;
  world.after = .5;
  std::mt19937 random(3);
  auto lab = bisection(world);
  for (std::size_t i = 0; i < lab.state().range.size(); ++i) {
    auto& commit = lab.state().range[i];
    commit.listed = StepState::ok;
    const bool bad = world.has(static_cast<int>(i), 12);
    commit.counts = {bad ? 30 : 60, bad ? 30 : 0, 0};
  }
  EXPECT_LE(run_all(lab, world, random), 40) << "to verify what they say";
  EXPECT_EQ(lab.experiment().verdict, "culprit");
}

TEST(Bisect, PassesOverWhatCannotBeRun) {
  auto world = with_merge(24);
  world.culprit = 12;
  world.after = .5;
  std::mt19937 random(4);
  auto lab = bisection(world);
  // Nobody can tell 12 from 13: 12 does not have the test, at 11 it can't be built.
  lab.state().range[12].listed = StepState::failed;
  lab.state().range[11].listed = StepState::failed;
  run_all(lab, world, random);
  EXPECT_EQ(lab.experiment().verdict, "culprit");
  EXPECT_EQ(lab.experiment().answer.find("one of 3 commits that no run can tell apart"), 0u)
      << lab.experiment().answer;
  EXPECT_EQ(lab.arm_at(sha(12)), nullptr);
}

TEST(Bisect, StopsAtItsBoundAndGoesOnWithMore) {
  auto world = with_merge(24);
  world.culprit = 12;
  world.after = .5;
  std::mt19937 random(5);
  auto lab = bisection(world, 10);
  EXPECT_EQ(run_all(lab, world, random), 10);
  EXPECT_EQ(lab.experiment().standing, ExperimentStanding::stopped);
  EXPECT_NE(lab.experiment().answer.find("its bound of 10 runs is reached"), std::string::npos);
  const auto question = lab.experiment().spec.question;
  ASSERT_TRUE(continue_experiment(lab.state(), question, 20'000));
  lab.state().experiment.spec.max_runs = 20'000;
  lab.state().experiment.standing = ExperimentStanding::running;
  run_all(lab, world, random);
  EXPECT_EQ(lab.experiment().verdict, "culprit");
}

// All of it is in what is stored: a new look at the same evidence asks for the same.
TEST(Bisect, IsResumedByTheEvidenceAlone) {
  auto world = with_merge(24);
  world.culprit = 7;
  world.after = .4;
  std::mt19937 random(6);
  auto lab = bisection(world, 15);
  run_all(lab, world, random);
  lab.state().experiment.standing = ExperimentStanding::running;
  lab.state().experiment.spec.max_runs = 20'000;
  const auto first = plan_experiment(lab.state(), kNow);
  const auto again = plan_experiment(ExperimentState(lab.state()), kNow);
  ASSERT_FALSE(first.wanted.empty());
  ASSERT_EQ(first.wanted.size(), again.wanted.size());
  for (std::size_t i = 0; i < first.wanted.size(); ++i) {
    EXPECT_EQ(first.wanted[i].sha, again.wanted[i].sha);
    EXPECT_EQ(first.wanted[i].wish, again.wanted[i].wish);
  }
}

}  // namespace
}  // namespace testlooper::core
