// Why does a test flake? Which runs to make next, and what they say, from the runs so far. Pure:
// everything follows from the evidence, so a diagnosis goes on after any restart.
//
// 1. Orders are compared: alone, as listed, reversed, shuffled. Where the rate depends on them, the
//    tests that matter are found by delta debugging (OrderSearch).
// 2. Else each factor is changed by itself, a little at first; what looks different gets more runs,
//    until a Bayes factor says so or speaks against it.
// 3. Where nothing explains it and the test alone does the same each time, each other test is run
//    right before it: a victim whose state most tests put right again fails in few shuffles (Wei,
//    Yi, Xie, Marinov and Lam, "Probabilistic and Systematic Coverage of Consecutive Test-Method
//    Pairs for Detecting Order-Dependent Flaky Tests", 2021).
// 4. What was found is confirmed with fresh runs of its two arms, interleaved, which were chosen by
//    nothing that they said: only those give the rates of the verdict. With so many arms some look
//    different by chance.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "testlooper/domain/condition.hpp"
#include "testlooper/domain/test.hpp"

#include "lab/rate.hpp"

namespace testlooper::lab {

enum class Factor : std::uint8_t {
  order,
  zone,
  locale,
  clock,
  network,
  hash,    // of languages that randomise it
  seed,    // of random numbers
  repeat,  // in one process
  memory,
  cpus,
  stress,  // busy neighbours
  copies,  // beside itself
};
inline constexpr int kFactors = 12;

enum class Cause : std::uint8_t {
  order_victim,   // fails after certain tests
  order_brittle,  // fails unless certain tests ran before it
  zone,
  locale,
  clock,
  network,
  hash,
  seed,
  repeat,
  memory,
  cpus,
  stress,
  copies,
  random,  // fails now and then, whatever is changed
  never_failed,
  always_failed,
  undecided,
};

struct DiagnosisSettings {
  double odds = 25;           // a Bayes factor, for a difference to be looked at again
  double confirm_odds = 100;  // with fresh runs, for it to be said
  int effort = 1;             // scales the runs with which each arm begins, shuffles and pairs
  std::int64_t cap = 200;     // runs of an arm
  std::int64_t pairs = 200;   // other tests that are run right before it, times the effort
  double risk = .005;         // that an order which makes it fail is taken for one that does not
};

// One arm: runs of the test under one condition, for one purpose.
struct DiagnosisArm {
  std::string key;  // tells it from all others of the diagnosis
  Factor factor = Factor::order;
  Condition condition;
};

struct ArmEvidence {
  Counts counts;
  std::string obstacle;  // why nothing can be measured by it; empty where it can
};
using DiagnosisEvidence = std::map<std::string, ArmEvidence>;  // by key; none: nothing yet

struct DiagnosisInput {
  TestName test;
  std::vector<TestName> listed;  // its suite, as it was listed
  double cores = 1;              // of the host
  DiagnosisSettings settings;
  DiagnosisEvidence evidence;
};

// So many measured runs of the arm in all.
struct WantedRuns {
  DiagnosisArm arm;
  std::int64_t runs = 0;
};

// What is known of two arms that differ in one factor.
struct Comparison {
  enum class Standing : std::uint8_t {
    untried,
    impossible,  // `obstacle` says why
    open,        // more runs are needed
    alike,       // no difference is seen; that there is none is never proved
    differs,     // in the runs that led there
    confirmed,   // by fresh runs, which `counts` are then
    refuted,     // by fresh runs, likewise
  };
  Factor factor = Factor::order;
  Standing standing = Standing::untried;
  DiagnosisArm often, seldom;  // of the two, where it fails more often, and less often
  Counts often_counts, seldom_counts;
  double log_odds = 0;  // of two rates against one
  std::string obstacle;
};

struct DiagnosisStep {
  std::vector<WantedRuns> wanted;   // the next ones first; empty where it is over
  std::optional<Cause> cause;       // where it is over
  Comparison found;                 // of a cause that is a factor: what showed it
  std::vector<std::string> tests;   // ids of the polluters, or of the state-setters, in their order
  int similar = 0;                  // other single tests that did what the one named does, if once
  Counts baseline;                  // alone, as ever
  std::vector<Comparison> factors;  // of each, the two arms that differ most
  std::int64_t runs = 0;            // measured so far
};

DiagnosisStep diagnose(const DiagnosisInput& input);

// The arms with which a diagnosis begins. The first is what the others are compared with: the test
// alone.
std::vector<DiagnosisArm> order_arms(const DiagnosisInput& input);
std::vector<DiagnosisArm> factor_arms(double cores);
// Each other test right before it, those listed nearest to it first: they are likely to share what
// it depends on.
std::vector<DiagnosisArm> pair_arms(const DiagnosisInput& input);

}  // namespace testlooper::lab
