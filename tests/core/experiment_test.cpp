// What experiments ask for, and what they say, given what their runs said.
#include "core/experiment.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "core/experiment_fixture.hpp"
#include "lab/random.hpp"

namespace testlooper::core {
namespace {

using End = ExperimentPlan::End;

ProveQuestion proof_of(double old_rate, ProveMethod method = ProveMethod::anytime,
                       double risk = .05) {
  ProveQuestion question;
  question.sha = sha(1);
  question.old_rate = old_rate;
  question.risk = risk;
  question.method = method;
  return question;
}

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

TEST(Hunt, RunsUnderItsConditionAndSaysAtOnceWhereItCannotBeHad) {
  auto state = state_of(HuntQuestion{sha(1)});
  state.experiment.spec.condition.clock = "+1d";
  Lab lab(state);
  lab.follow();
  auto& arm = *lab.arm_at(sha(1));
  EXPECT_EQ(arm.wanted.condition, state.experiment.spec.condition);
  arm.tally.given_up = 1;
  arm.obstacle = "this condition can't be had: clock: the image has no libfaketime";
  lab.follow();
  EXPECT_EQ(lab.experiment().verdict, "cannot_run");
  EXPECT_EQ(lab.experiment().answer, arm.obstacle);
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

// Failures that end sooner than passes would all be counted, and the passes beside them not.
TEST(Hunt, WaitsForWhatHasBegunOnceItHasItsFailures) {
  Lab lab(state_of(HuntQuestion{sha(1), 1}));
  lab.follow();
  auto& arm = *lab.arm_at(sha(1));
  arm.tally.in_flight = 3;
  lab.end_run(arm, true);
  lab.follow();
  EXPECT_TRUE(lab.running());
  EXPECT_EQ(arm.wanted.counts.runs, 1) << "no more than has begun";
  EXPECT_FALSE(arm.stopped);
  EXPECT_NE(plan_experiment(lab.state(), kNow).answer.find("3 runs under way are waited for"),
            std::string::npos);
  for (; arm.tally.in_flight > 0; --arm.tally.in_flight) lab.end_run(arm, false);
  lab.follow();
  EXPECT_EQ(lab.experiment().verdict, "flaky");
  EXPECT_EQ(lab.experiment().answer.find("1 failure in 4 runs"), 0u) << lab.experiment().answer;
}

// Eight in flight, of which those that fail end first: as long as nothing is waited for, every
// other hunt says that it always fails.
TEST(Hunt, TellsTheRateWhereFailuresEndSoonerThanPasses) {
  constexpr double kRate = .2;
  constexpr int kHunts = 300;
  lab::Random random(11);
  lab::Counts all;
  int always = 0;
  for (int hunt = 0; hunt < kHunts; ++hunt) {
    Lab lab(state_of(HuntQuestion{sha(1), 3}));
    lab.follow();
    auto& arm = *lab.arm_at(sha(1));
    std::vector<int> passes_left;  // ticks that a pass under way has left
    while (lab.running()) {
      while (std::ssize(passes_left) < 8 &&
             arm.wanted.counts.runs > use_of(arm).used + arm.tally.in_flight) {
        ++arm.tally.in_flight;
        passes_left.push_back(random.chance(kRate) ? -1 : 5);
      }
      for (auto& left : passes_left) {
        if (left-- > 0) continue;
        --arm.tally.in_flight;
        lab.end_run(arm, left < -1);
      }
      std::erase_if(passes_left, [](int left) { return left < 0; });
      lab.follow();
    }
    const auto counts = lab_counts(counts_of(lab.state()));
    all = all + counts;
    if (counts.passes() == 0) ++always;
  }
  EXPECT_NEAR(static_cast<double>(all.failures) / static_cast<double>(all.runs), kRate, .03);
  EXPECT_EQ(always, 0);
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

TEST(Proof, UnderAConditionNothingIsWatchedAfterwards) {
  auto state = state_of(proof_of(.5));
  state.experiment.spec.condition.cpus = .5;
  Lab lab(state);
  for (lab.follow(); lab.running(); lab.follow()) lab.end_run(*lab.arm_at(sha(1)), false);
  EXPECT_EQ(lab.experiment().verdict, "fixed");
  EXPECT_FALSE(lab.experiment().watched) << "nobody else runs it so";
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

TEST(Proof, SaysStillFlakyOnlyWhenNothingIsUnderWay) {
  Lab lab(state_of(proof_of(.2)));
  lab.follow();
  auto& arm = *lab.arm_at(sha(1));
  lab.end_run(arm, true);
  lab.follow();
  EXPECT_TRUE(lab.running()) << "three are under way";
  for (int run = 0; run < 3; ++run) lab.end_run(arm, false);
  EXPECT_EQ(plan_experiment(lab.state(), kNow).end, End::open) << "1 of 4 decides nothing";

  Lab strict(state_of(proof_of(.2, ProveMethod::fixed)));
  strict.follow();
  strict.end_run(*strict.arm_at(sha(1)), true);
  strict.follow();
  EXPECT_EQ(strict.experiment().verdict, "still_flaky") << "it allows for none, whatever comes";
  EXPECT_EQ(strict.experiment().answer.find("still flaky: 1 failure in 1 run"), 0u);
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

TEST(Check, BadQuestionsGetAClearAnswer) {
  const auto refused = [](ExperimentQuestion question, std::int64_t max_runs = 100) {
    const auto checked = check_experiment(state_of(std::move(question), max_runs).experiment.spec,
                                          /*yes=*/false);
    return checked ? std::string{} : checked.error().text();
  };
  EXPECT_EQ(refused(HuntQuestion{sha(1)}), "");
  EXPECT_NE(refused(proof_of(0)).find("above 0"), std::string::npos);
  EXPECT_NE(refused(proof_of(1)).find("below 1"), std::string::npos);
  EXPECT_NE(refused(proof_of(limits::kLeastOldRate / 2)).find("one in a million"),
            std::string::npos);
  EXPECT_NE(refused(proof_of(.1, ProveMethod::anytime, 0)).find("risk"), std::string::npos);
  EXPECT_NE(refused(BisectQuestion{.good = "", .bad = sha(1), .confidence = 1}).find("confidence"),
            std::string::npos);
  EXPECT_NE(refused(HuntQuestion{sha(1)}, limits::kExperimentRuns + 1).find("runs"),
            std::string::npos);
  const auto costly = refused(HuntQuestion{sha(1)}, 100'000);
  EXPECT_NE(costly.find("100,000 runs"), std::string::npos) << costly;
  EXPECT_NE(costly.find("--yes"), std::string::npos);
  EXPECT_TRUE(check_experiment(state_of(HuntQuestion{sha(1)}, 100'000).experiment.spec, true));
  EXPECT_EQ(expected_runs(state_of(HuntQuestion{sha(1), 90'000}, 100'000).experiment.spec), 90'000)
      << "no fewer than the failures";
  EXPECT_EQ(expected_runs(state_of(HuntQuestion{sha(1), 5}, 100'000).experiment.spec),
            limits::kHuntRuns);
  EXPECT_EQ(expected_runs(state_of(proof_of(.01)).experiment.spec), 680);
  EXPECT_GT(expected_runs(state_of(proof_of(1e-4)).experiment.spec), 50'000);
  const auto rare = refused(proof_of(1e-5), 1'000'000);
  EXPECT_NE(rare.find("--yes"), std::string::npos) << rare;
}

}  // namespace
}  // namespace testlooper::core
