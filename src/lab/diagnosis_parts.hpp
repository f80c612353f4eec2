// The steps that diagnose() is made of. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lab/diagnosis.hpp"

namespace testlooper::lab::diagnosis {

Counts counts_of(const DiagnosisInput& input, const DiagnosisArm& arm);
const std::string& obstacle_of(const DiagnosisInput& input, const DiagnosisArm& arm);
// What is expected of its rate, Jeffreys' prior given.
double expected_rate(Counts counts);

// The test after these others, in their order; named by them.
DiagnosisArm arm_after(const std::vector<std::string>& ids);

// `often` and `seldom` in their places, with what they say together. Its standing is open, alike or
// differs.
Comparison compared_arms(const DiagnosisInput& input, const DiagnosisArm& a, const DiagnosisArm& b);

// Some more runs of those of the two arms that have had fewer; nothing at the cap.
void want_more(const DiagnosisInput& input, const DiagnosisArm& a, const DiagnosisArm& b,
               std::vector<WantedRuns>& wanted);

// The same two arms with fresh runs: open, confirmed or refuted. `purpose` tells these runs from
// others of the same two.
Comparison confirmed_arms(const DiagnosisInput& input, const Comparison& found,
                          const std::string& purpose);

// Why does its order matter? `found` is confirmed.
struct OrderAnswer {
  std::vector<WantedRuns> wanted;  // empty: it is over
  Cause cause = Cause::order_victim;
  std::vector<std::string> tests;  // none where no small set was found
  int similar = 0;                 // of one test: others that did the same, if only once
  Comparison found;
};
OrderAnswer explain_order(const DiagnosisInput& input, const Comparison& found);

}  // namespace testlooper::lab::diagnosis
