// A diagnosis as an experiment: its arms are wishes under conditions.
#include "core/experiment_diagnose.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

#include <gtest/gtest.h>

#include "core/experiment.hpp"

namespace testlooper::core {
namespace {

const std::string kSha(40, 'a');

ExperimentState asked() {
  ExperimentState state;
  state.experiment.id = {3};
  state.experiment.spec.question = DiagnoseQuestion{kSha, 1};
  state.experiment.spec.max_runs = 1'000;
  state.experiment.spec.in_flight = 8;
  state.names = {{"a.py", "t2"}};
  state.suites = {"unit"};
  for (int i = 0; i < 4; ++i) state.listed.push_back({"a.py", "t" + std::to_string(i)});
  state.capacity = {2'000, 8'192};
  return state;
}

// Carries out what is wanted, until it ends.
ExperimentPlan diagnosed(ExperimentState& state,
                         const std::function<bool(const Condition&)>& fails) {
  for (int looks = 0; looks < 1'000; ++looks) {
    auto plan = plan_experiment(state, {});
    if (plan.end != ExperimentPlan::End::open) return plan;
    EXPECT_FALSE(plan.wanted.empty()) << plan.answer;
    std::int64_t more = 0;
    for (const auto& [sha, wish] : plan.wanted) {
      EXPECT_EQ(sha, kSha);
      EXPECT_FALSE(wish.condition.plain());
      auto at = std::ranges::find(state.arms, wish.arm, &ExperimentArm::key);
      if (at == state.arms.end()) {
        state.arms.emplace_back();
        at = std::prev(state.arms.end());
        at->key = wish.arm;
        at->sha = sha;
      }
      at->wanted = wish;
      const auto runs = wish.counts.runs - at->tally.done;
      more += runs;
      at->tally.done = wish.counts.runs;
      (fails(wish.condition) ? at->counts.failed : at->counts.passed) += runs;
    }
    EXPECT_LE(more, 8) << "no more than may be in flight";
  }
  ADD_FAILURE() << "it does not end";
  return {};
}

TEST(DiagnosePlan, SaysTheCauseInOneSentenceWithBothRates) {
  auto state = asked();
  const auto plan = diagnosed(state, [](const Condition& c) { return c.variables.contains("TZ"); });
  EXPECT_EQ(plan.end, ExperimentPlan::End::decided);
  EXPECT_EQ(plan.verdict, "zone");
  EXPECT_EQ(plan.answer.find("it depends on the time zone: 8 failures in 8 runs with TZ="), 0u)
      << plan.answer;
  EXPECT_NE(plan.answer.find("no failure in 8 runs alone (0 %, between 0 % and "),
            std::string::npos)
      << plan.answer;
}

TEST(DiagnosePlan, NamesThePolluterOfAVictim) {
  auto state = asked();
  const auto plan = diagnosed(state, [](const Condition& c) {
    const auto& before = c.order.before;
    return c.order.kind == OrderKind::original ||
           std::ranges::find(before, "a.py::t0") != before.end();
  });
  EXPECT_EQ(plan.verdict, "order_victim");
  EXPECT_EQ(plan.answer.find("order-dependent victim of a.py::t0: 8 failures in 8 runs after "
                             "a.py::t0 (100 %"),
            0u)
      << plan.answer;
}

TEST(DiagnosePlan, NamesAllThatABrittleTestNeeds) {
  auto state = asked();
  const auto plan = diagnosed(state, [](const Condition& c) {
    const auto& before = c.order.before;
    const auto ran = [&](const char* test) {
      return std::ranges::find(before, test) != before.end();
    };
    return c.order.kind != OrderKind::original && !(ran("a.py::t0") && ran("a.py::t1"));
  });
  EXPECT_EQ(plan.verdict, "order_brittle");
  EXPECT_EQ(plan.answer.find("order-dependent: it needs what a.py::t0 and a.py::t1 leave behind: "),
            0u)
      << plan.answer;
  EXPECT_NE(plan.answer.find("no failure in 8 runs after these (0 %"), std::string::npos)
      << plan.answer;
}

// One failure in three after each of these.
TEST(DiagnosePlan, SaysWhereNoOneTestIsToBlame) {
  auto state = asked();
  int runs = 0;
  const auto plan = diagnosed(state, [&](const Condition& c) {
    const auto& before = c.order.before;
    return !before.empty() && before.back() != "a.py::t9" && runs++ % 3 > 0;
  });
  EXPECT_EQ(plan.verdict, "order_victim");
  EXPECT_EQ(plan.answer.find("it depends on what ran before it, though on no test alone: a.py::t"),
            0u)
      << plan.answer;
}

TEST(DiagnosePlan, ItsBoundEndsIt) {
  auto state = asked();
  state.experiment.spec.max_runs = 20;
  const auto plan = diagnosed(state, [](const Condition&) { return false; });
  EXPECT_EQ(plan.end, ExperimentPlan::End::stopped);
  EXPECT_NE(plan.answer.find("its bound of 20 runs is reached"), std::string::npos);
}

TEST(DiagnosePlan, ATestThatCanNotBeRunIsSaidToBeSo) {
  auto state = asked();
  ExperimentArm arm;
  arm.key = "alone";
  arm.sha = kSha;
  arm.wanted.counts.runs = 5;
  arm.settled = true;
  arm.obstacle = "its image does not build";
  state.arms.push_back(arm);
  const auto plan = plan_experiment(state, {});
  EXPECT_EQ(plan.verdict, "cannot_run");
  EXPECT_EQ(plan.answer, "its image does not build");
}

TEST(DiagnosePlan, ConditionsHaveWords) {
  Condition condition;
  condition.cpus = .1;
  condition.order.kind = OrderKind::alone;
  EXPECT_EQ(condition_in_words(condition), "with 0.1 cores");
  condition.cpus = 0;
  EXPECT_EQ(condition_in_words(condition), "alone");
  condition.order = {OrderKind::after, 0, {"a", "b", "c"}};
  EXPECT_EQ(condition_in_words(condition), "after a, b and c");
}

}  // namespace
}  // namespace testlooper::core
