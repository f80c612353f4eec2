// What a bisection knows of its range. Pure.
#pragma once

#include <vector>

#include "testlooper/domain/experiment.hpp"

#include "lab/bisect.hpp"

namespace testlooper::core {

struct BisectFindings {
  lab::BisectAnswer answer;
  std::vector<double> probability;         // of each commit of the range
  double none = 1;                         // that none of them is the culprit
  std::vector<lab::BisectCommit> commits;  // as they were judged
  // Where the test began, as far as the range shows: it has failed since then, if no later commit
  // is the culprit. The probability of that is theirs.
  std::vector<int> births;
};
BisectFindings bisect_findings(const ExperimentState& state, const BisectQuestion& question);

}  // namespace testlooper::core
