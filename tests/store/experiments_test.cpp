// Experiments, as the store keeps them: their rows, what their runs said, ranges of commits.
#include <algorithm>
#include <map>
#include <tuple>

#include "experiment_store.hpp"

namespace testlooper::store {
namespace {

TEST_F(ExperimentStore, AQuestionIsKeptAsItWasAsked) {
  const std::vector<ExperimentQuestion> questions{
      HuntQuestion{sha(4), 5, Seconds{600}},
      ProveQuestion{sha(4), .05, .01, ProveMethod::sequential, sha(3), 5, 100},
      BisectQuestion{sha(1), sha(4), .99}};
  for (const auto& question : questions) {
    const auto id = create(question);
    reopen();
    const auto experiment = state(id).experiment;
    EXPECT_EQ(experiment.spec, spec_of(question));
    EXPECT_EQ(experiment.standing, ExperimentStanding::running);
    EXPECT_EQ(experiment.created_at, clock_.now);
    EXPECT_EQ(experiment.resumed_at, clock_.now);
  }
  EXPECT_EQ(store_->open_experiments().size(), 3u);
}

TEST_F(ExperimentStore, ItsConditionIsKept) {
  auto spec = spec_of(HuntQuestion{sha(4)});
  spec.condition.cpus = .5;
  spec.condition.variables["TZ"] = "Asia/Tokyo";
  const auto id = commit({change::ExperimentCreated{spec}}).created.at(0);
  reopen();
  EXPECT_EQ(state(id).experiment.spec, spec);
  const auto page = views_.experiment(id).value();
  EXPECT_EQ(page.condition, (std::vector<std::string>{"cpus=0.5", "TZ=Asia/Tokyo"}));
  EXPECT_TRUE(page.experiment.question.ends_with(", run with 0.5 cores and with TZ=Asia/Tokyo"))
      << page.experiment.question;
}

TEST_F(ExperimentStore, UnderAConditionOnlyItsRunsAreEvidence) {
  auto spec = spec_of(BisectQuestion{"", sha(4)});
  spec.condition.cpus = .5;
  const auto id = commit({change::ExperimentCreated{spec}}).created.at(0);
  auto slow = wish(id, 10);
  slow.condition = spec.condition;
  const auto slow_wish = want(4, slow);
  for (std::int64_t i = 0; i < limits::kAgainstRuns; ++i) {
    run(4, slow_wish, {result_of(named(0), Outcome::failed)});
  }
  run(4, want(4, request(1)), {result_of(named(0), Outcome::passed)});
  EXPECT_EQ(state(id).range.at(3).counts, (ArmCounts{0, limits::kAgainstRuns, 0}));
  const auto usual = create(BisectQuestion{"", sha(4)});
  EXPECT_EQ(state(usual).range.at(3).counts, (ArmCounts{1, 0, 0}));
  auto prove = ask(ExperimentKind::prove);
  prepare(3, 1);
  prove.commit = sha(3);
  prove.against = sha(4);
  EXPECT_NE(refusal(prove).find("did not fail in 1 run"), std::string::npos) << refusal(prove);
  prove.condition = spec.condition;
  EXPECT_EQ(std::get<ProveQuestion>(meant(prove)->question).against_failures, limits::kAgainstRuns);
  prove.condition.cpus = .1;
  EXPECT_NE(refusal(prove).find("no run of the test under this condition"), std::string::npos)
      << refusal(prove);
}

TEST_F(ExperimentStore, TimeCountsWhileItRuns) {
  const auto id = create(HuntQuestion{sha(4), 0, Seconds{60}});
  const auto move = [&](ExperimentStanding standing, std::int64_t ms) {
    clock_.now.ms += ms;
    commit({change::ExperimentMoved{id, standing, "", "why", false}});
    return state(id).experiment;
  };
  EXPECT_EQ(move(ExperimentStanding::paused, 7'000).ran, Seconds{7});
  EXPECT_TRUE(store_->open_experiments().empty());
  const auto resumed = move(ExperimentStanding::running, 100'000);
  EXPECT_EQ(resumed.ran, Seconds{7});
  EXPECT_EQ(resumed.resumed_at, clock_.now);
  const auto stopped = move(ExperimentStanding::stopped, 3'000);
  EXPECT_EQ(stopped.ran, Seconds{10});
  EXPECT_EQ(stopped.ended_at, clock_.now);
  EXPECT_EQ(stopped.answer, "why");
}

TEST_F(ExperimentStore, ItsRunsAreCountedForIt) {
  const auto id = create(HuntQuestion{sha(4)});
  const auto desired = want(4, wish(id, 10));
  EXPECT_EQ(state(id).arms.at(0).wanted, wish(id, 10));
  run(4, desired, {result_of(named(0), Outcome::failed)});
  run(4, desired, {result_of(named(0), Outcome::passed)});
  run(4, desired, {result_of(named(0), Outcome::xfailed)});
  run(4, desired, {result_of(named(0), Outcome::skipped)});
  run(4, want(4, request(1)), {result_of(named(0), Outcome::failed)});
  const auto attempt = start_runs(4, desired, {test(4, named(0))});
  const auto arm = state(id).arms.at(0);
  EXPECT_EQ(arm.counts, (ArmCounts{2, 1, 1})) << "another's runs are not its own";
  EXPECT_EQ(arm.tally.done, 4);
  EXPECT_EQ(arm.tally.in_flight, 1);
  EXPECT_EQ(arm.total, Microseconds{4'000});
  const auto committed =
      finish(attempt, {change::RunsRecorded{attempt, {{result_of(named(0), Outcome::infra)}, {}}}});
  EXPECT_EQ(committed.experiments, std::vector<ExperimentId>{id}) << "it is to be looked at";
  EXPECT_EQ(state(id).arms.at(0).counts, (ArmCounts{2, 1, 1})) << "infra never counts";
}

TEST_F(ExperimentStore, ItsTasksAreOfWhoAskedForIt) {
  prepare(4, 1);
  const auto desired = want(4, wish(create(HuntQuestion{sha(4), 5, {}}), 5));
  NewTask task;
  task.key = "run";
  task.kind = TaskKind::run_tests;
  task.repo = repo_;
  task.commit = this->id(4);
  task.desired = desired;
  EXPECT_EQ(commit({change::TaskCreated{task}}).ready.at(0).person, "cli");
}

TEST_F(ExperimentStore, AnArmKeepsItsPlaceAndItsCondition) {
  const auto id = create(HuntQuestion{sha(4)});
  auto slow = wish(id, 10);
  slow.arm = "half a core";
  slow.condition.cpus = .5;
  slow.isolation = Isolation::container;
  want(4, slow);
  want(4, wish(id, 10));
  const auto arms = state(id).arms;
  ASSERT_EQ(arms.size(), 2u) << "two arms of one commit";
  EXPECT_EQ(arms[0].key, "half a core");
  EXPECT_EQ(arms[0].wanted, slow);
  EXPECT_EQ(arms[1].wanted, wish(id, 10));
}

TEST_F(ExperimentStore, ADiagnosisHearsOfItsOwnRunsAloneAndABisectionOfAll) {
  const auto diagnosis = create(DiagnoseQuestion{sha(4)});
  const auto bisection = create(BisectQuestion{"", sha(4)});
  const auto heard_of = [&](DesiredId desired) {
    const auto attempt = start_runs(4, desired, {test(4, named(0))});
    return finish(attempt, {change::RunsRecorded{
                               attempt, {{result_of(named(0), Outcome::passed)}, clock_.now}}})
        .experiments;
  };
  const auto own = want(4, wish(diagnosis, 10));
  const auto others = want(4, wish(bisection, 10));
  using Ids = std::vector<ExperimentId>;
  EXPECT_EQ(heard_of(own), (Ids{diagnosis, bisection}));
  EXPECT_EQ(heard_of(others), Ids{bisection});
  EXPECT_EQ(heard_of(want(4, request(1))), Ids{bisection});
}

TEST_F(ExperimentStore, AnArmThatHasItsRunsIsNothingToReactTo) {
  const auto id = create(DiagnoseQuestion{sha(4)});
  const auto desired = want(4, wish(id, 2));
  const auto is_seen = [&] {
    const auto seen = store_->commit_state(this->id(4)).desired;
    return std::ranges::find(seen, desired, &DesiredState::id) != seen.end();
  };
  run(4, desired, {result_of(named(0), Outcome::passed)});
  EXPECT_TRUE(is_seen());
  const auto attempt = start_runs(4, desired, {test(4, named(0))});
  run(4, desired, {result_of(named(0), Outcome::passed)});
  EXPECT_TRUE(is_seen()) << "a task of it has not ended";
  finish(attempt,
         {change::RunsRecorded{attempt, {{result_of(named(0), Outcome::passed)}, clock_.now}}});
  EXPECT_FALSE(is_seen());
  EXPECT_EQ(state(id).arms.size(), 1u);
  commit({change::DesiredChanged{desired, wish(id, 9)}});
  EXPECT_TRUE(is_seen());
}

TEST_F(ExperimentStore, RunsUnderItsConditionsAreRunsBeforeItsNext) {
  const auto id = create(DiagnoseQuestion{sha(4)});
  const auto before_next = [&](DesiredId desired) {
    const auto attempt = start_runs(4, desired, {test(4, named(0))});
    return store_->assignment(*store_->task(attempt.task)).runs_before;
  };
  const auto arm = [&](const std::string& zone) {
    auto each = wish(id, 10);
    each.arm = each.condition.variables["TZ"] = zone;
    return want(4, each);
  };
  const auto first = arm("UTC");
  run(4, first, {result_of(named(0), Outcome::passed)});
  run(4, first, {result_of(named(0), Outcome::failed)});
  EXPECT_EQ(before_next(arm("Asia/Tokyo")), 2);
  EXPECT_EQ(before_next(want(4, request(1))), 0) << "they say nothing of the test as it is";
}

TEST_F(ExperimentStore, NewsOfItsCommitsConcernItAsLongAsItRuns) {
  const auto id = create(HuntQuestion{sha(4)});
  want(4, wish(id, 10));
  EXPECT_EQ(commit({change::CommitSettled{this->id(4)}}).experiments,
            std::vector<ExperimentId>{id});
  EXPECT_TRUE(state(id).arms.at(0).settled);
  commit({change::ExperimentMoved{id, ExperimentStanding::paused, "", "", false}});
  EXPECT_TRUE(commit({change::CommitSettled{this->id(4)}}).experiments.empty());
}

TEST_F(ExperimentStore, RunsThatEndAfterItWasPausedAreNewsOfIt) {
  const auto id = create(HuntQuestion{sha(4)});
  const auto attempt = start_runs(4, want(4, wish(id, 5)), {test(4, named(0))});
  commit({change::ExperimentMoved{id, ExperimentStanding::paused, "", "by ada", false}});
  const std::vector results{result_of(named(0), Outcome::passed)};
  EXPECT_EQ(commit({change::RunsRecorded{attempt, {results, clock_.now}}}).experiments,
            std::vector<ExperimentId>{id});
}

TEST_F(ExperimentStore, AnArmSaysWhyItCannotRun) {
  const auto id = create(HuntQuestion{sha(3)});
  want(3, wish(id, 10));
  commit({change::ConfigFailed{this->id(3), "config.yaml:3: no image"}});
  commit({change::CommitSettled{this->id(3)}});
  EXPECT_NE(state(id).arms.at(0).obstacle.find("config.yaml:3: no image"), std::string::npos);
  const auto gone = create(HuntQuestion{sha(2)});
  prepare(2, 0);
  want(2, wish(gone, 10));
  commit({change::CommitSettled{this->id(2)}});
  EXPECT_EQ(state(gone).arms.at(0).obstacle, "commit " + sha(2) + " does not have the test");
}

// 1 - 2 - 3 - 4 - 7, and 5 - 6 from 2, merged by 7.
TEST_F(ExperimentStore, ARangeIsWhatBadHasAndGoodHasNot) {
  add_commit(5, {2});
  add_commit(6, {5});
  add_commit(7, {4, 6});
  const auto shas = [&](const std::string& good) {
    std::vector<std::string> found;
    for (const auto& each : state(create(BisectQuestion{good, sha(7)})).range) {
      if (each.candidate) found.push_back(each.sha);
    }
    std::ranges::sort(found);
    return found;
  };
  const auto sorted = [](std::vector<std::string> found) {
    std::ranges::sort(found);
    return found;
  };
  EXPECT_EQ(shas(sha(3)), sorted({sha(4), sha(5), sha(6), sha(7)}));
  EXPECT_EQ(shas(sha(2)), sorted({sha(3), sha(4), sha(5), sha(6), sha(7)}));
  EXPECT_EQ(shas(""), sorted({sha(1), sha(2), sha(3), sha(4), sha(5), sha(6), sha(7)}));
  const auto range = state(create(BisectQuestion{sha(3), sha(7)})).range;
  const auto at = [&](int number) {
    return std::ranges::find(range, sha(number), &RangeCommit::sha) - range.begin();
  };
  ASSERT_EQ(range.size(), 6u) << "2 and 3 are the good parents";
  EXPECT_FALSE(range[static_cast<std::size_t>(at(2))].candidate);
  EXPECT_EQ(range[static_cast<std::size_t>(at(5))].parents, std::vector{static_cast<int>(at(2))});
  EXPECT_EQ(range[static_cast<std::size_t>(at(7))].parents,
            (std::vector{static_cast<int>(at(4)), static_cast<int>(at(6))}));
  for (std::size_t i = 0; i < range.size(); ++i) {
    for (const auto parent : range[i].parents) EXPECT_LT(parent, static_cast<int>(i));
  }
}

TEST_F(ExperimentStore, ARangeTellsWhatIsKnownOfEachCommit) {
  prepare(2, 0);
  commit({change::ConfigFailed{this->id(3), "broken"}});
  run(4, want(4, request(2)), {result_of(named(0), Outcome::failed)});
  const auto range = state(create(BisectQuestion{"", sha(4)})).range;
  ASSERT_EQ(range.size(), 4u);
  EXPECT_EQ(range[0].listed, StepState::missing) << "nobody has looked at it";
  EXPECT_EQ(range[1].listed, StepState::failed) << "it does not have the test";
  EXPECT_EQ(range[2].listed, StepState::failed) << "it cannot be built";
  EXPECT_EQ(range[3].listed, StepState::ok);
  EXPECT_EQ(std::pair(range[1].lacks, range[2].lacks), std::pair(true, false));
  EXPECT_EQ(range[3].counts, (ArmCounts{0, 1, 0}));
}

// The writer keeps ranges; a page reads them anew.
TEST_F(ExperimentStore, AKnownRangeIsTheOneThatIsReadAnew) {
  const auto bisection = create(BisectQuestion{"", sha(4)});
  const auto told = [](const std::vector<RangeCommit>& range) {
    std::vector<std::tuple<std::string, std::vector<int>, StepState, ArmCounts>> all;
    for (const auto& each : range) {
      all.emplace_back(each.sha, each.parents, each.listed, each.counts);
    }
    return all;
  };
  const auto expect_same = [&](const char* after) {
    const auto known = state(bisection).range;
    reopen();
    EXPECT_EQ(told(known), told(state(bisection).range)) << after;
    return known;
  };
  const auto runs_at = [&](int commit, DesiredId wish, Outcome outcome) {
    state(bisection);
    run(commit, wish, {result_of(named(0), outcome)});
  };
  EXPECT_EQ(expect_same("nothing").size(), 4u);
  runs_at(4, want(4, request(5)), Outcome::failed);
  EXPECT_EQ(expect_same("a run").at(3).counts, (ArmCounts{0, 1, 0}));
  state(bisection);
  prepare(2, 1);
  EXPECT_EQ(expect_same("a list").at(1).listed, StepState::ok);
  runs_at(2, want(2, wish(bisection, 5)), Outcome::passed);
  EXPECT_EQ(expect_same("a run of its own").at(1).counts, (ArmCounts{1, 0, 0}));
  state(bisection);
  commit({change::ResultsCleared{id(4), {test(4, named(0))}}});
  EXPECT_EQ(expect_same("a clearing").at(3).counts, ArmCounts{});
}

}  // namespace
}  // namespace testlooper::store
