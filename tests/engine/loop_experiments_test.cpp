// Experiments, carried by the loop between fakes: what is run for them, and what a restart leaves.
#include <functional>
#include <map>
#include <set>

#include "engine/loop_fixture.hpp"

namespace testlooper::engine {
namespace {

class ExperimentLoop : public LoopTest {
 protected:
  // Three commits in a line, whose one suite has two tests.
  void begin(int slots = 2) {
    capacity = {{1000 * slots, 4096}, slots};
    boot();
    ready();
    push("a");
    push("b", {"a"});
    push("c", {"b"});
    finish_all();
  }
  void restart() {
    ended.clear();
    boot();
    ready();
  }
  ExperimentId experiment_with(ExperimentQuestion question, std::int64_t max_runs = 1'000) {
    NewExperiment spec;
    spec.repo = store->repos().at(0).repo.id;
    spec.test = TestId{1};
    spec.question = std::move(question);
    spec.max_runs = max_runs;
    spec.in_flight = 4;
    spec.requested_by = "ann";
    return ExperimentId{order(orders::StartExperiments{{spec}}).value().id};
  }
  Result<orders::Done> order(orders::Order order) {
    Result<orders::Done> answer = unavailable("nobody answered");
    loop->handle(OrderGiven{std::move(order), [&](Result<orders::Done> done) { answer = done; }},
                 now());
    settle();
    return answer;
  }
  Experiment experiment(ExperimentId id) { return store->experiment(id)->experiment; }
  bool running(ExperimentId id) { return experiment(id).standing == ExperimentStanding::running; }

  // One of what was started ends, the oldest first; false where there is none.
  bool finish_one() {
    for (const auto& assignment : started) {
      if (!ended.insert(assignment.attempt).second) continue;
      AttemptResult result;
      result.attempt = assignment.attempt;
      result.product = product_of(assignment);
      if (std::holds_alternative<std::monostate>(result.product)) {
        result.end.outcome = Outcome::error;
        result.end.cause = "it is broken";
      }
      loop->handle(AttemptEndedEvent{result}, now());
      settle();
      return true;
    }
    return false;
  }
  void finish_all() {
    while (finish_one()) continue;
  }
  void finish_until_decided(ExperimentId id) {
    for (int runs = 0; running(id) && runs < 5'000; ++runs) {
      ASSERT_TRUE(finish_one()) << "nothing is under way, and it is not decided";
    }
  }

  Product product_of(const Assignment& assignment) {
    if (assignment.kind == TaskKind::read_config && broken.contains(assignment.sha)) return {};
    if (assignment.kind != TaskKind::run_tests) return preparation(assignment.kind, {"one", "two"});
    ++runs_of[assignment.sha];
    return run_of(assignment, fails(assignment.sha) ? Outcome::failed : Outcome::passed);
  }

  std::set<AttemptKey> ended;
  std::set<std::string> broken;
  std::function<bool(const std::string&)> fails = [](const std::string&) { return false; };
  std::map<std::string, int> runs_of;  // tasks, of all
};

TEST_F(ExperimentLoop, AHuntRunsItsTestAloneAndStopsByItself) {
  begin();
  fails = [n = 0](const std::string&) mutable { return ++n % 5 == 0; };
  const auto id = experiment_with(HuntQuestion{"c", 3});
  ASSERT_TRUE(finish_one());
  EXPECT_EQ(started.back().tests, (std::vector<TestName>{{"a.py", "one"}}));
  finish_until_decided(id);
  EXPECT_EQ(experiment(id).verdict, "flaky");
  const auto arm = store->experiment(id)->arms.at(0);
  EXPECT_GE(arm.counts.failed, 3);
  finish_all();
  EXPECT_TRUE(store->tasks_in(TaskState::ready, 100).empty()) << "what had not started is dropped";
  EXPECT_LE(store->experiment(id)->arms.at(0).counts.measured(), 15 + 2)
      << "what was under way has ended";
}

TEST_F(ExperimentLoop, ItsRunsAreOneFlowAndNeverAheadOfPushes) {
  begin(1);
  experiment_with(HuntQuestion{"c", 0, Seconds{0}}, 50);
  ASSERT_TRUE(finish_one());
  const auto task = store->task(started.back().attempt.task).value();
  EXPECT_EQ(task.spec.flow, "experiment 1");
  EXPECT_EQ(task.spec.priority, Priority::branch);
  EXPECT_FALSE(task.spec.first_result);
}

TEST_F(ExperimentLoop, ASuddenEndAtAnyMomentIsHealed) {
  begin();
  fails = [n = 0](const std::string&) mutable { return ++n % 4 == 0; };
  const auto id = experiment_with(HuntQuestion{"c"}, 40);
  for (int crash = 0; running(id) && crash < 200; ++crash) {
    finish_one();
    if (crash % 3 == 0) restart();
  }
  finish_until_decided(id);
  finish_all();
  const auto arm = store->experiment(id)->arms.at(0);
  EXPECT_EQ(arm.counts.measured(), 40) << "each run that was wanted, and not one more";
}

TEST_F(ExperimentLoop, AProofDecides) {
  begin();
  ProveQuestion question;
  question.sha = "c";
  question.old_rate = .2;
  const auto id = experiment_with(question);
  finish_until_decided(id);
  EXPECT_EQ(experiment(id).verdict, "fixed");
  EXPECT_EQ(store->experiment(id)->arms.at(0).counts.passed, 24);
}

TEST_F(ExperimentLoop, ABisectionPreparesTheCommitsThatItAsksFor) {
  begin();
  fails = [n = 0](const std::string& sha) mutable { return sha != "a" && ++n % 2 == 0; };
  const auto id = experiment_with(BisectQuestion{"a", "c"});
  finish_until_decided(id);
  EXPECT_EQ(experiment(id).verdict, "culprit") << experiment(id).answer;
  EXPECT_EQ(experiment(id).answer.find("b made it fail more often"), 0u) << experiment(id).answer;
}

TEST_F(ExperimentLoop, ABisectionPassesOverACommitThatIsBroken) {
  broken = {"b"};
  begin();
  fails = [n = 0](const std::string& sha) mutable { return sha == "c" && ++n % 2 == 0; };
  const auto id = experiment_with(BisectQuestion{"a", "c"});
  finish_until_decided(id);
  EXPECT_EQ(experiment(id).verdict, "culprit");
  EXPECT_EQ(experiment(id).answer.find("one of 2 commits that no run can tell apart (b, c)"), 0u)
      << experiment(id).answer;
}

TEST_F(ExperimentLoop, PauseContinueAndStop) {
  begin();
  const auto id = experiment_with(HuntQuestion{"c"}, 100);
  finish_one();
  ASSERT_TRUE(order(orders::PauseExperiment{id, "ann"}));
  finish_all();
  const auto measured = store->experiment(id)->arms.at(0).counts.measured();
  EXPECT_LT(measured, 10);
  EXPECT_EQ(order(orders::PauseExperiment{id, "ann"}).error().kind, ErrorKind::conflict);
  restart();
  finish_all();
  EXPECT_EQ(store->experiment(id)->arms.at(0).counts.measured(), measured)
      << "a restart does not wake it";
  orders::ContinueExperiment more;
  more.experiment = id;
  more.runs = 20;
  more.who = "ann";
  ASSERT_TRUE(order(more));
  finish_until_decided(id);
  EXPECT_EQ(experiment(id).verdict, "never_failed");
  EXPECT_EQ(store->experiment(id)->arms.at(0).counts.measured(), 20);
  EXPECT_EQ(order(orders::StopExperiment{id, "ann"}).error().kind, ErrorKind::conflict);
  EXPECT_EQ(order(orders::StopExperiment{ExperimentId{9}, "ann"}).error().kind,
            ErrorKind::not_found);
}

TEST_F(ExperimentLoop, WhoeverCancelsItsRequestPausesIt) {
  begin();
  const auto id = experiment_with(HuntQuestion{"c"}, 100);
  const auto wish = store->experiment(id)->arms.at(0).wish;
  loop->handle(CancelAsked{CancelRequest{wish}, "ann", [](Result<Revision>) {}}, now());
  settle();
  EXPECT_EQ(experiment(id).standing, ExperimentStanding::paused);
  EXPECT_EQ(order(orders::ChangeRequest{wish, 5, {}, {}, {}, "ann"}).error().kind,
            ErrorKind::conflict);
}

TEST_F(ExperimentLoop, AHuntForATimeEndsWithIt) {
  begin();
  const auto id = experiment_with(HuntQuestion{"c", 0, Seconds{60}}, 1'000);
  finish_one();
  finish_one();
  EXPECT_TRUE(running(id));
  ASSERT_TRUE(loop->next_deadline());
  EXPECT_LE(*loop->next_deadline(), MonotonicTime{Seconds{60}});
  elapsed = Seconds{60};
  settle();
  EXPECT_TRUE(running(id)) << "a run is under way";
  EXPECT_FALSE(loop->next_deadline() && *loop->next_deadline() <= MonotonicTime{Seconds{60}})
      << "it waits for that, and not in circles";
  while (running(id)) ASSERT_TRUE(finish_one());
  EXPECT_EQ(experiment(id).verdict, "never_failed");
  EXPECT_LE(store->experiment(id)->arms.at(0).counts.measured(), 10) << "what had not begun went";
}

TEST_F(ExperimentLoop, OlderCommitsAreBroughtAndNotTested) {
  begin();
  CommitInfo old;
  old.sha = "0";
  history = {old};
  Result<Revision> answer = unavailable("nobody answered");
  const auto ask = [&](const std::string& repo) {
    loop->handle(HistoryAsked{{repo, {{.to = "", .from = "0", .limit = 5}}},
                              [&](Result<Revision> reply) { answer = reply; }},
                 now());
    settle();
  };
  ask("");
  ASSERT_TRUE(answer);
  EXPECT_EQ(history_asked.at(0).at(0).to, "c") << "the head of the primary branch";
  EXPECT_TRUE(store->find_commit(store->repos().at(0).repo.id, "0"));
  const auto before = started.size();
  finish_all();
  EXPECT_EQ(started.size(), before);
  ask("none");
  EXPECT_EQ(answer.error().kind, ErrorKind::not_found);
}

TEST_F(ExperimentLoop, CostlyOnesAreOnlyForWhoSaysSo) {
  begin();
  NewExperiment spec;
  spec.repo = store->repos().at(0).repo.id;
  spec.test = TestId{1};
  spec.question = HuntQuestion{"c"};
  spec.max_runs = 100'000;
  const auto refused = order(orders::StartExperiments{{spec}, false});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
  auto cheap = spec;
  cheap.max_runs = 10;
  EXPECT_FALSE(order(orders::StartExperiments{{cheap, spec}, false}));
  EXPECT_TRUE(store->open_experiments().empty()) << "all of them begin, or none";
  const auto both = order(orders::StartExperiments{{cheap, spec}, true});
  ASSERT_TRUE(both);
  EXPECT_EQ(both->experiments.size(), 2u);
  EXPECT_EQ(both->id, both->experiments.front().value);
}

}  // namespace
}  // namespace testlooper::engine
