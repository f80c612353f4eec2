// Diagnoses of simulated tests, whose rate under each condition is known.
#include "lab/diagnosis.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "lab/random.hpp"
#include "lab/run_order.hpp"

namespace testlooper::lab {
namespace {

using Ids = std::vector<std::string>;
using Standing = Comparison::Standing;

// The rate at which the test fails under a condition, after these tests.
using World = std::function<double(const Condition&, const Ids& before)>;

DiagnosisInput suite_of(int tests, int place) {
  DiagnosisInput input;
  for (int i = 0; i < tests; ++i) input.listed.push_back({"a.py", "t" + std::to_string(i)});
  input.test = input.listed[static_cast<std::size_t>(place)];
  input.cores = 2;
  return input;
}

Ids tests_before(const DiagnosisInput& input, const Condition& condition) {
  Ids before;
  for (const auto& each : ordered_tests(condition.order, input.listed, {input.test}).tests) {
    if (each == input.test) break;
    before.push_back(each.id());
  }
  return before;
}

// Until it is over; `input` has the evidence then.
DiagnosisStep diagnosed(DiagnosisInput& input, const World& world, std::uint64_t seed = 1) {
  Random random(seed);
  for (int steps = 0; steps < 2'000; ++steps) {
    auto step = diagnose(input);
    EXPECT_EQ(step.wanted.empty(), step.cause.has_value());
    if (step.wanted.empty()) return step;
    for (const auto& [arm, runs] : step.wanted) {
      auto& counts = input.evidence[arm.key].counts;
      EXPECT_LT(counts.runs, runs) << arm.key << " is wanted and has its runs";
      const auto rate = world(arm.condition, tests_before(input, arm.condition));
      for (; counts.runs < runs; ++counts.runs) counts.failures += random.chance(rate) ? 1 : 0;
    }
  }
  ADD_FAILURE() << "it does not end";
  return {};
}

bool has(const Ids& ids, const std::string& id) { return std::ranges::find(ids, id) != ids.end(); }

const Comparison& of_factor(const DiagnosisStep& step, Factor factor) {
  return step.factors.at(static_cast<std::size_t>(factor));
}

TEST(Diagnosis, TheOnePolluterOfAVictimIsNamed) {
  auto input = suite_of(20, 12);
  const auto step = diagnosed(
      input, [](const Condition&, const Ids& before) { return has(before, "a.py::t7") ? 1. : 0.; });
  EXPECT_EQ(step.cause, Cause::order_victim);
  EXPECT_EQ(step.tests, (Ids{"a.py::t7"}));
  EXPECT_EQ(step.found.standing, Standing::confirmed);
  EXPECT_EQ(step.found.often.condition.order.before, (Ids{"a.py::t7"}));
  EXPECT_EQ(step.found.often_counts.failures, step.found.often_counts.runs);
  EXPECT_EQ(step.found.seldom_counts.failures, 0);
}

// In so many of forty seeds.
int diagnosed_as(const std::pair<Cause, Ids>& right, const DiagnosisInput& suite,
                 const World& world) {
  int count = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    auto input = suite;
    const auto step = diagnosed(input, world, seed);
    if (step.cause == right.first && step.tests == right.second) ++count;
  }
  return count;
}

TEST(Diagnosis, ThePolluterOfAVictimThatFailsByItselfTooIsNamed) {
  EXPECT_GE(diagnosed_as({Cause::order_victim, {"a.py::t7"}}, suite_of(40, 25),
                         [](const Condition&, const Ids& before) {
                           return has(before, "a.py::t7") ? .9 : .05;
                         }),
            36);
}

TEST(Diagnosis, AConditionThatMakesItLikelierIsLookedAtOnceMoreBeforeItIsChance) {
  EXPECT_GE(diagnosed_as({Cause::network, {}}, suite_of(6, 3),
                         [](const Condition& condition, const Ids&) {
                           return condition.no_network ? .5 : 0;
                         }),
            36);
}

TEST(Diagnosis, APolluterThatIsListedAfterTheVictimIsFoundInAnotherOrder) {
  auto input = suite_of(20, 3);
  const auto step = diagnosed(input, [](const Condition&, const Ids& before) {
    return has(before, "a.py::t15") ? .9 : 0.;
  });
  EXPECT_EQ(step.cause, Cause::order_victim);
  EXPECT_EQ(step.tests, (Ids{"a.py::t15"}));
}

TEST(Diagnosis, TwoPollutersAreNamedTogether) {
  auto input = suite_of(20, 12);
  const auto step = diagnosed(input, [](const Condition&, const Ids& before) {
    return has(before, "a.py::t2") && has(before, "a.py::t9") ? 1. : 0.;
  });
  EXPECT_EQ(step.cause, Cause::order_victim);
  EXPECT_EQ(step.tests, (Ids{"a.py::t2", "a.py::t9"}));
}

TEST(Diagnosis, ABrittleTestNeedsItsStateSetter) {
  auto input = suite_of(20, 12);
  const auto step = diagnosed(
      input, [](const Condition&, const Ids& before) { return has(before, "a.py::t4") ? 0. : 1.; });
  EXPECT_EQ(step.cause, Cause::order_brittle);
  EXPECT_EQ(step.tests, (Ids{"a.py::t4"}));
  EXPECT_EQ(step.found.often.condition.order.kind, OrderKind::alone);
}

TEST(Diagnosis, APolluterThatAnyOtherTestCleansUpAfterIsFound) {
  auto input = suite_of(60, 12);
  const auto step = diagnosed(input, [](const Condition&, const Ids& before) {
    return !before.empty() && before.back() == "a.py::t41" ? 1. : 0.;
  });
  EXPECT_EQ(step.cause, Cause::order_victim);
  EXPECT_EQ(step.tests, (Ids{"a.py::t41"}));
  EXPECT_EQ(step.found.standing, Standing::confirmed);
  EXPECT_EQ(step.factors.size(), static_cast<std::size_t>(kFactors));
}

TEST(Diagnosis, AStateSetterWhoseWorkAnyOtherTestUndoesIsFound) {
  auto input = suite_of(60, 12);
  const auto step = diagnosed(input, [](const Condition&, const Ids& before) {
    return !before.empty() && before.back() == "a.py::t41" ? 0. : 1.;
  });
  EXPECT_EQ(step.cause, Cause::order_brittle);
  EXPECT_EQ(step.tests, (Ids{"a.py::t41"}));
}

TEST(Diagnosis, MoreEffortIsMoreShuffles) {
  auto input = suite_of(60, 12);
  input.settings.effort = 4;
  // In one shuffle of some twenty: three that must come in one order.
  const auto step = diagnosed(input, [](const Condition&, const Ids& before) {
    const auto one = std::ranges::find(before, "a.py::t50");
    const auto two = std::find(one, before.end(), "a.py::t40");
    return std::find(two, before.end(), "a.py::t30") == before.end() ? 0. : 1.;
  });
  EXPECT_EQ(step.cause, Cause::order_victim);
  EXPECT_EQ(step.tests, (Ids{"a.py::t50", "a.py::t40", "a.py::t30"}));
  EXPECT_EQ(order_arms(input).size(), 3u + 32u);
  EXPECT_EQ(input.evidence.at("shuffle:32").counts.runs, 1);
}

TEST(Diagnosis, OfAGreatSuiteThoseListedNearestAreRunBeforeIt) {
  for (const int effort : {1, 2}) {
    auto input = suite_of(1'000, 990);
    input.settings.effort = effort;
    input.settings.pairs = 100;
    const auto step = diagnosed(input, [](const Condition&, const Ids&) { return 0.; });
    EXPECT_EQ(step.cause, Cause::never_failed);
    const auto pairs = std::ranges::count_if(
        input.evidence, [](const auto& arm) { return arm.first.starts_with("after:1:"); });
    EXPECT_EQ(pairs, 100 * effort);
    const auto arms = pair_arms(input);
    EXPECT_EQ(arms.front().condition.order.before, (Ids{"a.py::t989"}));
    EXPECT_EQ(arms.at(1).condition.order.before, (Ids{"a.py::t991"}));
    EXPECT_EQ(arms.back().condition.order.before,
              (Ids{"a.py::t" + std::to_string(effort == 1 ? 899 : 799)}));
  }
}

TEST(Diagnosis, EachFactorIsTold) {
  const std::vector<std::pair<Cause, World>> worlds{
      {Cause::zone,
       [](const Condition& c, const Ids&) { return c.variables.contains("TZ") ? .8 : 0.; }},
      {Cause::locale,
       [](const Condition& c, const Ids&) {
         const auto found = c.variables.find("LC_ALL");
         return found != c.variables.end() && found->second == "tr_TR.UTF-8" ? 1. : 0.;
       }},
      {Cause::clock,
       [](const Condition& c, const Ids&) { return c.clock.starts_with("2028-02-29") ? 1. : 0.; }},
      {Cause::network, [](const Condition& c, const Ids&) { return c.no_network ? 1. : .02; }},
      {Cause::repeat, [](const Condition& c, const Ids&) { return c.repeats > 1 ? 1. : 0.; }},
      {Cause::memory, [](const Condition& c,
                         const Ids&) { return c.memory_mb > 0 && c.memory_mb <= 256 ? 1. : 0.; }},
      {Cause::cpus,
       [](const Condition& c, const Ids&) {
         return (c.cpus > 0 && c.cpus < .5) || c.copies > 1 ? 1. : .05;
       }},
      {Cause::stress, [](const Condition& c, const Ids&) { return c.stress > 0 ? .9 : 0.; }},
      {Cause::copies, [](const Condition& c, const Ids&) { return c.copies > 1 ? .9 : 0.; }},
  };
  for (const auto& [cause, world] : worlds) {
    auto input = suite_of(10, 5);
    const auto step = diagnosed(input, world);
    ASSERT_TRUE(step.cause.has_value());
    EXPECT_EQ(static_cast<int>(*step.cause), static_cast<int>(cause));
    EXPECT_EQ(step.found.standing, Standing::confirmed);
    EXPECT_LT(step.runs, 400);
  }
}

// Each value of the seed decides by itself; without one, each run has another.
TEST(Diagnosis, HashesAndSeedsThatDecideAreToldFromChance) {
  auto input = suite_of(10, 5);
  const auto hash = diagnosed(input, [](const Condition& c, const Ids&) {
    const auto found = c.variables.find("PYTHONHASHSEED");
    return found == c.variables.end() ? .5 : std::stoi(found->second) % 2;
  });
  EXPECT_EQ(hash.cause, Cause::hash);
  input = suite_of(10, 5);
  const auto seed = diagnosed(input, [](const Condition& c, const Ids&) {
    return c.seed ? (*c.seed % 3 == 0 ? 1. : 0.) : .33;
  });
  EXPECT_EQ(seed.cause, Cause::seed);
}

TEST(Diagnosis, WhatNeverFailsAndWhatAlwaysFailsIsNotBlamedOnAnything) {
  auto input = suite_of(10, 5);
  EXPECT_EQ(diagnosed(input, [](const Condition&, const Ids&) { return 0.; }).cause,
            Cause::never_failed);
  input = suite_of(10, 5);
  EXPECT_EQ(diagnosed(input, [](const Condition&, const Ids&) { return 1.; }).cause,
            Cause::always_failed);
}

TEST(Diagnosis, ATestThatFailsByChanceIsSaidToDoSo) {
  int random = 0, blamed = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    auto input = suite_of(10, 5);
    const auto rate = .1 * static_cast<double>(1 + seed % 5);
    const auto step = diagnosed(input, [&](const Condition&, const Ids&) { return rate; }, seed);
    if (step.cause == Cause::random) ++random;
    if (step.cause != Cause::random && step.cause != Cause::undecided) ++blamed;
  }
  EXPECT_GE(random, 95);
  EXPECT_LE(blamed, 4) << "confirmed at odds of 100 by chance";
}

TEST(Diagnosis, AConditionThatCanNotBeHadIsSaidAndNotAskedForAgain) {
  auto input = suite_of(10, 5);
  for (const auto& arm : factor_arms(2)) {
    if (arm.factor == Factor::clock) input.evidence[arm.key].obstacle = "no libfaketime";
  }
  const auto step = diagnosed(input, [](const Condition& c, const Ids&) {
    EXPECT_TRUE(c.clock.empty());
    return 0.;
  });
  EXPECT_EQ(step.cause, Cause::never_failed);
  EXPECT_EQ(of_factor(step, Factor::clock).standing, Standing::impossible);
  EXPECT_EQ(of_factor(step, Factor::clock).obstacle, "no libfaketime");
}

TEST(Diagnosis, FakingTheClockIsNotBlamedOnTheTime) {
  auto input = suite_of(10, 5);
  auto step =
      diagnosed(input, [](const Condition& c, const Ids&) { return c.clock.empty() ? 0. : 1.; });
  EXPECT_EQ(step.cause, Cause::never_failed) << "a test that a faked clock breaks says nothing";
  EXPECT_EQ(of_factor(step, Factor::clock).standing, Standing::impossible);
  EXPECT_NE(of_factor(step, Factor::clock).obstacle, "");
  input = suite_of(10, 5);
  step = diagnosed(input, [](const Condition& c, const Ids&) {
    return c.no_network || !c.clock.empty() ? 1. : 0.;
  });
  EXPECT_EQ(step.cause, Cause::network);
}

// Few tests are needed to make it fail each time, and any one of them does so now and then.
TEST(Diagnosis, ASetThatFailsByChanceIsNotTakenForTheCause) {
  int named = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    auto input = suite_of(40, 39);
    const auto step = diagnosed(
        input,
        [](const Condition&, const Ids& before) {
          const auto slow = std::ranges::count_if(before, [](const std::string& id) {
            return id == "a.py::t3" || id == "a.py::t17" || id == "a.py::t30";
          });
          return slow == 3 ? 1. : slow == 2 ? .2 : 0.;
        },
        seed);
    EXPECT_EQ(step.cause, Cause::order_victim);
    named += step.tests == Ids{"a.py::t3", "a.py::t17", "a.py::t30"};
  }
  EXPECT_GE(named, 36);
}

TEST(Diagnosis, ATestAloneInItsSuiteHasNoOrder) {
  auto input = suite_of(1, 0);
  const auto step =
      diagnosed(input, [](const Condition& c, const Ids&) { return c.no_network ? 1. : 0.; });
  EXPECT_EQ(step.cause, Cause::network);
  EXPECT_EQ(of_factor(step, Factor::order).standing, Standing::impossible);
}

TEST(Diagnosis, RatesOfTheVerdictAreOfRunsThatHadNoPartInTheChoice) {
  auto input = suite_of(10, 5);
  const auto step =
      diagnosed(input, [](const Condition& c, const Ids&) { return c.no_network ? .6 : .05; }, 4);
  ASSERT_EQ(step.cause, Cause::network);
  EXPECT_EQ(step.found.often_counts, input.evidence.at(step.found.often.key).counts);
  EXPECT_TRUE(step.found.often.key.starts_with("again:"));
  EXPECT_TRUE(step.found.seldom.key.starts_with("again:"));
}

TEST(Diagnosis, TheSameEvidenceHasTheSameNextRuns) {
  auto input = suite_of(20, 12);
  const World world = [](const Condition&, const Ids& before) {
    return has(before, "a.py::t7") ? .7 : 0.;
  };
  diagnosed(input, world);
  auto again = input;
  EXPECT_EQ(diagnose(again).tests, diagnose(input).tests);
}

// Memory layout, time, chance: no test of them is to blame.
TEST(Diagnosis, AVictimOfManyNowAndThenIsToldFromOneOfATest) {
  auto input = suite_of(30, 12);
  const auto many = diagnosed(input, [&](const Condition&, const Ids& before) {
    return std::ranges::any_of(before, [](const std::string& id) { return id.back() % 2 == 1; })
               ? .6
               : 0.;
  });
  EXPECT_EQ(many.cause, Cause::order_victim);
  EXPECT_EQ(many.tests.size(), 1u);
  EXPECT_GE(many.similar, 2);
  input = suite_of(30, 12);
  const auto one = diagnosed(input, [&](const Condition&, const Ids& before) {
    return has(before, "a.py::t3") ? .6 : 0.;
  });
  EXPECT_EQ(one.tests, (Ids{"a.py::t3"}));
  EXPECT_EQ(one.similar, 0);
}

TEST(RunOrder, ShufflesAreTheSameForASeedAndHoldEachTestOnce) {
  const auto listed = suite_of(20, 0).listed;
  auto once = shuffled(listed, 7);
  EXPECT_EQ(once, shuffled(listed, 7));
  EXPECT_NE(once, shuffled(listed, 8));
  EXPECT_EQ(once.front().name, "t4") << "stored seeds must mean the same for ever";
  std::ranges::sort(once);
  auto sorted = listed;
  std::ranges::sort(sorted);
  EXPECT_EQ(once, sorted);
}

TEST(RunOrder, ShufflesKeepFilesAndClassesTogether) {
  std::vector<TestName> listed;
  for (const char* path : {"a.py", "b.py", "c.py"}) {
    for (const char* name : {"A::x", "A::y[1.5::z]", "alone", "A::Inner::z", "B::x", "B::y"}) {
      listed.push_back({path, name});
    }
  }
  const auto parts = [](const std::vector<TestName>& tests, auto part) {
    int changes = 1;
    for (std::size_t i = 1; i < tests.size(); ++i) changes += part(tests[i]) != part(tests[i - 1]);
    return changes;
  };
  std::set<std::vector<TestName>> orders;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const auto order = shuffled(listed, seed);
    orders.insert(order);
    EXPECT_EQ(parts(order, [](const TestName& test) { return test.path; }), 3);
    const auto outer = [](const TestName& test) { return test.path + test.name.substr(0, 2); };
    EXPECT_EQ(parts(order, outer), 9) << "two classes and a test of none in each file";
    EXPECT_TRUE(std::ranges::is_permutation(order, listed));
  }
  EXPECT_EQ(orders.size(), 50u);
}

TEST(RunOrder, CompanionsAreThoseThatNobodyAskedAbout) {
  const auto listed = suite_of(4, 0).listed;
  RunOrder order;
  order.kind = OrderKind::after;
  order.before = {"a.py::t3", "a.py::gone", "a.py::t1", "a.py::t3"};
  const auto after = ordered_tests(order, listed, {listed[1]});
  EXPECT_EQ(after.tests, (std::vector{listed[3], listed[1]}));
  EXPECT_EQ(after.companions, (std::vector{listed[3]}));
  order.kind = OrderKind::reverse;
  const auto reverse = ordered_tests(order, listed, {listed[1], listed[2]});
  EXPECT_EQ(reverse.tests, (std::vector{listed[3], listed[2], listed[1], listed[0]}));
  EXPECT_EQ(reverse.companions, (std::vector{listed[3], listed[0]}));
  order.kind = OrderKind::original;
  EXPECT_TRUE(ordered_tests(order, listed, {listed[1]}).whole_suite);
}

}  // namespace
}  // namespace testlooper::lab
