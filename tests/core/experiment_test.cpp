// What experiments ask for, and what they say, given what their runs said.
#include "core/experiment.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "core/experiment_bisect.hpp"

namespace testlooper::core {
namespace {

using End = ExperimentPlan::End;

constexpr WallTime kNow{1'000'000};

std::string sha(int number) {
  auto digits = std::to_string(number);
  return std::string(40 - digits.size(), 'a') + digits;
}

ProveQuestion proof_of(double old_rate, ProveMethod method = ProveMethod::anytime,
                       double risk = .05) {
  ProveQuestion question;
  question.sha = sha(1);
  question.old_rate = old_rate;
  question.risk = risk;
  question.method = method;
  return question;
}

ExperimentState state_of(ExperimentQuestion question, std::int64_t max_runs = 1'000) {
  ExperimentState state;
  state.experiment.id = ExperimentId{7};
  state.experiment.spec = {.repo = RepoId{1},
                           .test = TestId{9},
                           .question = std::move(question),
                           .max_runs = max_runs,
                           .in_flight = 4,
                           .background = false,
                           .requested_by = "cli"};
  state.experiment.created_at = state.experiment.resumed_at = kNow;
  state.names = {{"a.py", "test_one"}};
  state.suites = {"unit"};
  return state;
}

// The engine and the store, as far as an experiment sees them: wishes are kept, and run when told.
class Lab {
 public:
  explicit Lab(ExperimentState state) : state_(std::move(state)) {}

  // Until nothing more is asked for without news.
  void follow(WallTime now = kNow) {
    const auto changes = follow_experiment(state_, now);
    for (const auto& change : changes) carry_out(change);
    EXPECT_TRUE(follow_experiment(state_, now).empty()) << "it asks again for what is in flight";
  }

  ExperimentArm* arm_at(const std::string& commit) {
    const auto found = std::ranges::find(state_.arms, commit, &ExperimentArm::sha);
    return found == state_.arms.end() ? nullptr : &*found;
  }
  std::int64_t pending() const { return use_of(state_).pending; }
  // A run of the arm ends.
  void end_run(ExperimentArm& arm, bool failed) {
    ++arm.tally.done;
    ++(failed ? arm.counts.failed : arm.counts.passed);
    for (auto& commit : state_.range) {
      if (commit.sha != arm.sha) continue;
      commit.listed = StepState::ok;
      ++(failed ? commit.counts.failed : commit.counts.passed);
    }
  }
  ExperimentState& state() { return state_; }
  const Experiment& experiment() const { return state_.experiment; }
  bool running() const { return experiment().standing == ExperimentStanding::running; }

 private:
  void carry_out(const Change& change) {
    if (const auto* desired = std::get_if<change::Desired>(&change)) {
      ExperimentArm arm;
      arm.sha = desired->sha;
      arm.key = desired->wish.arm;
      arm.wish = DesiredId{std::ssize(state_.arms) + 1};
      arm.wanted = desired->wish;
      state_.arms.push_back(arm);
    } else if (const auto* changed = std::get_if<change::DesiredChanged>(&change)) {
      auto& arm = state_.arms.at(static_cast<std::size_t>(changed->desired.value - 1));
      arm.wanted = changed->wish;
      arm.stopped = false;
    } else if (const auto* stopped = std::get_if<change::DesiredStopped>(&change)) {
      state_.arms.at(static_cast<std::size_t>(stopped->desired.value - 1)).stopped = true;
    } else if (const auto* moved = std::get_if<change::ExperimentMoved>(&change)) {
      state_.experiment.standing = moved->standing;
      state_.experiment.verdict = moved->verdict;
      state_.experiment.answer = moved->answer;
      state_.experiment.watched = moved->watched;
    } else if (const auto* extended = std::get_if<change::ExperimentExtended>(&change)) {
      state_.experiment.spec.question = extended->question;
      state_.experiment.spec.max_runs = extended->max_runs;
    }
  }

  ExperimentState state_;
};

TEST(Hunt, WantsAllItMayTakeAtOnceAndEndsAtTheBound) {
  Lab lab(state_of(HuntQuestion{sha(1)}, 3));
  lab.follow();
  ASSERT_NE(lab.arm_at(sha(1)), nullptr);
  const auto& wish = lab.arm_at(sha(1))->wanted;
  EXPECT_EQ(wish.source, DesiredSource::experiment);
  EXPECT_EQ(wish.experiment, ExperimentId{7});
  EXPECT_EQ(wish.counts.runs, 3);
  EXPECT_EQ(wish.filter.tests, std::vector<std::string>{"unit/a.py::test_one"});
  for (const bool failed : {false, true, false}) {
    EXPECT_TRUE(lab.running());
    lab.end_run(*lab.arm_at(sha(1)), failed);
    lab.follow();
  }
  EXPECT_EQ(lab.experiment().standing, ExperimentStanding::decided);
  EXPECT_EQ(lab.experiment().verdict, "flaky");
  EXPECT_NE(lab.experiment().answer.find("1 failure in 3 runs at aaaaaaaaaa: 33 %, between"),
            std::string::npos)
      << lab.experiment().answer;
}

TEST(Hunt, EndsWithTheFailuresThatItWasToFindAndDropsTheRest) {
  Lab lab(state_of(HuntQuestion{sha(1), 2}));
  lab.follow();
  lab.end_run(*lab.arm_at(sha(1)), true);
  lab.follow();
  EXPECT_TRUE(lab.running());
  lab.end_run(*lab.arm_at(sha(1)), true);
  lab.follow();
  EXPECT_EQ(lab.experiment().verdict, "always_failed");
  EXPECT_TRUE(lab.arm_at(sha(1))->stopped);
}

TEST(Hunt, EndsWithItsTimeWhichPausesDoNotUseUp) {
  Lab lab(state_of(HuntQuestion{sha(1), 0, Seconds{60}}));
  lab.follow();
  lab.end_run(*lab.arm_at(sha(1)), false);
  EXPECT_EQ(experiment_deadline(lab.experiment()), kNow + Seconds{60});
  lab.state().experiment.ran = Seconds{50};
  EXPECT_EQ(experiment_deadline(lab.experiment()), kNow + Seconds{10});
  lab.follow(kNow + Milliseconds{9'999});
  EXPECT_TRUE(lab.running());
  lab.follow(kNow + Seconds{10});
  EXPECT_EQ(lab.experiment().verdict, "never_failed");
}

TEST(Hunt, SaysWhyNothingCanBeRun) {
  const auto said = [](auto spoil) {
    Lab lab(state_of(HuntQuestion{sha(1)}));
    lab.follow();
    spoil(*lab.arm_at(sha(1)));
    lab.follow();
    EXPECT_EQ(lab.experiment().verdict, "cannot_run");
    return lab.experiment().answer;
  };
  EXPECT_EQ(said([](ExperimentArm& arm) {
              arm.settled = true;
              arm.obstacle = "the image can't be made";
            }),
            "the image can't be made");
  EXPECT_EQ(said([](ExperimentArm& arm) { arm.tally.done = arm.counts.skipped = 3; }),
            "the test is skipped at aaaaaaaaaa");
  EXPECT_NE(said([](ExperimentArm& arm) { arm.tally.given_up = 3; }).find("told anything"),
            std::string::npos);
}

TEST(Experiments, WhoeverCancelsTheRunsPausesIt) {
  Lab lab(state_of(HuntQuestion{sha(1)}));
  lab.follow();
  lab.arm_at(sha(1))->stopped = true;
  lab.follow();
  EXPECT_EQ(lab.experiment().standing, ExperimentStanding::paused);
  EXPECT_EQ(lab.experiment().answer, "its runs at aaaaaaaaaa were cancelled");
}

class Orders : public ::testing::Test {
 protected:
  void carry_out(Result<Changes> changes) {
    ASSERT_TRUE(changes) << changes.error().text();
    for (const auto& change : *changes) {
      if (const auto* moved = std::get_if<change::ExperimentMoved>(&change)) {
        lab_.state().experiment.standing = moved->standing;
      } else if (const auto* stopped = std::get_if<change::DesiredStopped>(&change)) {
        lab_.state().arms.at(static_cast<std::size_t>(stopped->desired.value - 1)).stopped = true;
      } else if (const auto* changed = std::get_if<change::DesiredChanged>(&change)) {
        auto& arm = lab_.state().arms.at(static_cast<std::size_t>(changed->desired.value - 1));
        arm.wanted = changed->wish;
        arm.stopped = false;
      } else if (const auto* extended = std::get_if<change::ExperimentExtended>(&change)) {
        lab_.state().experiment.spec.max_runs = extended->max_runs;
      }
    }
  }
  Lab lab_{state_of(HuntQuestion{sha(1)}, 5)};
};

TEST_F(Orders, APausedOneAsksForNothingAndGoesOnWhereItWas) {
  lab_.follow();
  lab_.end_run(*lab_.arm_at(sha(1)), true);
  carry_out(pause_experiment(lab_.state(), "me"));
  EXPECT_EQ(lab_.pending(), 0);
  lab_.follow();
  EXPECT_EQ(lab_.experiment().standing, ExperimentStanding::paused);
  EXPECT_FALSE(pause_experiment(lab_.state(), "me")) << "it is paused already";
  carry_out(continue_experiment(lab_.state(), lab_.experiment().spec.question, 5));
  lab_.follow();
  EXPECT_TRUE(lab_.running());
  EXPECT_EQ(lab_.pending(), 4) << "of five runs one is done";
}

TEST_F(Orders, ADecidedOneGoesOnWhereItIsToDoMore) {
  lab_.follow();
  for (int run = 0; run < 5; ++run) lab_.end_run(*lab_.arm_at(sha(1)), false);
  lab_.follow();
  ASSERT_EQ(lab_.experiment().standing, ExperimentStanding::decided);
  const auto question = lab_.experiment().spec.question;
  const auto same = continue_experiment(lab_.state(), question, 5);
  ASSERT_FALSE(same);
  EXPECT_EQ(same.error().kind, ErrorKind::conflict);
  carry_out(continue_experiment(lab_.state(), question, 8));
  lab_.follow();
  EXPECT_EQ(lab_.pending(), 3);
}

TEST(Proof, SaysFixedAfterEnoughPassesAndIsWatched) {
  Lab lab(state_of(proof_of(.2)));
  int runs = 0;
  lab.follow();
  while (lab.running()) {
    EXPECT_LE(lab.pending(), 4);
    lab.end_run(*lab.arm_at(sha(1)), false);
    ++runs;
    lab.follow();
  }
  EXPECT_EQ(runs, 24);
  EXPECT_EQ(lab.experiment().verdict, "fixed");
  EXPECT_TRUE(lab.experiment().watched);
  EXPECT_NE(lab.experiment().answer.find("with a probability of at most 5 %"), std::string::npos);
}

// A run that hangs ends after those that pass: an answer without it would be too good.
TEST(Proof, SaysFixedOnlyWhenNothingIsUnderWay) {
  Lab lab(state_of(proof_of(.2)));
  lab.follow();
  auto& arm = *lab.arm_at(sha(1));
  arm.wanted.counts.runs = 26;
  for (int run = 0; run < 24; ++run) lab.end_run(arm, false);
  lab.follow();
  EXPECT_TRUE(lab.running()) << "two are under way";
  EXPECT_NE(plan_experiment(lab.state(), kNow).answer.find("2 runs under way are waited for"),
            std::string::npos);
  lab.end_run(arm, true);
  lab.end_run(arm, false);
  lab.follow();
  EXPECT_NE(lab.experiment().verdict, "fixed");
}

TEST(Proof, EachMethodHasItsNumberOfRuns) {
  const auto runs_until_fixed = [](ProveMethod method) {
    Lab lab(state_of(proof_of(.05, method)));
    int runs = 0;
    for (lab.follow(); lab.running(); lab.follow()) {
      lab.end_run(*lab.arm_at(sha(1)), false);
      ++runs;
    }
    EXPECT_EQ(lab.experiment().verdict, "fixed");
    return runs;
  };
  EXPECT_EQ(runs_until_fixed(ProveMethod::anytime), 116);
  EXPECT_EQ(runs_until_fixed(ProveMethod::sequential), 65);
  EXPECT_EQ(runs_until_fixed(ProveMethod::fixed), 59);
}

TEST(Proof, SaysStillFlakyAndNotDecidedYet) {
  Lab lab(state_of(proof_of(.2)));
  lab.follow();
  lab.end_run(*lab.arm_at(sha(1)), false);
  const auto plan = plan_experiment(lab.state(), kNow);
  EXPECT_EQ(plan.answer,
            "not decided yet: no failure in 1 run at aaaaaaaaaa; about 23 runs more, if none of "
            "them fails");
  EXPECT_EQ(plan.more_runs, 23);
  for (int run = 0; lab.running(); ++run) {
    lab.end_run(*lab.arm_at(sha(1)), run % 4 == 0);
    lab.follow();
  }
  EXPECT_EQ(lab.experiment().verdict, "still_flaky");
  EXPECT_FALSE(lab.experiment().watched);
}

TEST(Proof, AgainstACommitUsesHalfTheRiskForItsRate) {
  const auto known = proof_of(.2, ProveMethod::anytime, .025);
  auto counted = proof_of(.2);
  counted.against_failures = 30;
  counted.against_runs = 100;
  const auto left = [](const ProveQuestion& question) {
    return plan_experiment(state_of(question), kNow).more_runs;
  };
  EXPECT_EQ(left(counted), left(known));
}

TEST(Proof, IsReopenedWhereItComesBack) {
  auto state = state_of(proof_of(.2));
  state.experiment.standing = ExperimentStanding::decided;
  state.experiment.verdict = "fixed";
  state.experiment.watched = true;
  const auto add = [&](int number, std::int64_t passed, std::int64_t failed) {
    RangeCommit commit;
    commit.sha = sha(number);
    commit.counts = {passed, failed, 0};
    state.since.push_back(commit);
  };
  add(0, 100, 0);
  for (int number = 1; number < 20; ++number) add(number, 5, 0);
  add(20, 4, 1);
  EXPECT_TRUE(follow_experiment(state, kNow).empty()) << "one failure is no change";
  for (int number = 21; number < 25; ++number) add(number, 3, 2);
  const auto changes = follow_experiment(state, kNow);
  ASSERT_EQ(changes.size(), 1u);
  const auto& moved = std::get<change::ExperimentMoved>(changes.front());
  EXPECT_EQ(moved.verdict, "reopened");
  EXPECT_FALSE(moved.watched);
}

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
  world.before = .3;
  auto always = bisection(world);
  run_all(always, world, random);
  EXPECT_EQ(always.experiment().verdict, "starts_before");
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
  EXPECT_EQ(run_all(lab, world, random), 0) << "there is nothing left to find out";
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

TEST(Check, BadQuestionsGetAClearAnswer) {
  const auto refused = [](ExperimentQuestion question, std::int64_t max_runs = 100) {
    const auto checked = check_experiment(state_of(std::move(question), max_runs).experiment.spec,
                                          /*yes=*/false);
    return checked ? std::string{} : checked.error().text();
  };
  EXPECT_EQ(refused(HuntQuestion{sha(1)}), "");
  EXPECT_NE(refused(proof_of(0)).find("above 0"), std::string::npos);
  EXPECT_NE(refused(proof_of(1)).find("below 1"), std::string::npos);
  EXPECT_NE(refused(proof_of(.1, ProveMethod::anytime, 0)).find("risk"), std::string::npos);
  EXPECT_NE(refused(BisectQuestion{.good = "", .bad = sha(1), .confidence = 1}).find("confidence"),
            std::string::npos);
  EXPECT_NE(refused(HuntQuestion{sha(1)}, limits::kExperimentRuns + 1).find("runs"),
            std::string::npos);
  const auto costly = refused(HuntQuestion{sha(1)}, 100'000);
  EXPECT_NE(costly.find("100,000 runs"), std::string::npos) << costly;
  EXPECT_NE(costly.find("--yes"), std::string::npos);
  EXPECT_TRUE(check_experiment(state_of(HuntQuestion{sha(1)}, 100'000).experiment.spec, true));
  EXPECT_EQ(expected_runs(state_of(proof_of(.01)).experiment.spec), 680);
  EXPECT_GT(expected_runs(state_of(proof_of(1e-4)).experiment.spec), 50'000);
  const auto rare = refused(proof_of(1e-5), 1'000'000);
  EXPECT_NE(rare.find("--yes"), std::string::npos) << rare;
}

}  // namespace
}  // namespace testlooper::core
