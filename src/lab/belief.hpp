// The posterior over the commits of a range: which one made a test fail more often. Pure; owned by
// one thread.
//
// Hypotheses: each candidate commit c, with a rate before it and a higher one after it, both
// unknown (a grid, summed over); and that there is none: one constant rate. A commit is "after" c
// if c is it or one of its ancestors, so a merge is as bad as what it brings in. A run's likelihood
// depends on c only by whether its commit is after c; so candidates with the same counts after
// them, (runs, failures), form a class that is evaluated once. On a line there is one class more
// than commits with runs. Exact but for the grid: nothing is approximated for the graph.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "lab/ancestry.hpp"
#include "lab/rate.hpp"
#include "lab/rate_prior.hpp"

namespace testlooper::lab {

class Belief {
 public:
  static constexpr std::size_t kMostRates = 64;  // of the grid

  // `weights`: the prior of each commit, 0 for what is no candidate; they sum to 1 - `none`.
  // `evidence`: the runs so far, by commit.
  Belief(const Ancestry& ancestry, const RatePrior& prior, std::vector<double> weights, double none,
         const std::vector<Counts>& evidence);

  void add(int commit, Counts counts);

  double probability(int commit) const;  // that it is the culprit
  double none() const { return none_.mass; }
  Counts total() const { return total_; }
  // Given that it is the culprit: the mean rates before and after it.
  struct Rates {
    double before = 0;
    double after = 0;
  };
  Rates rates(int commit) const;

  // That a run of the commit fails.
  double failing(int commit) const;
  // For each commit, what one run of it is expected to tell about the culprit: the mutual
  // information of its outcome and the culprit, in nats, the rates summed over. O(commits) beside
  // what add() did.
  std::vector<double> gains() const;

 private:
  // Sums over rates of prior x likelihood, relative to all hypotheses: of weight 1 for a class.
  struct Mass {
    double mass = 0;
    double fails_before = 0;  // x rate before: a run at a commit that is not after it fails
    double fails_after = 0;
  };
  struct Class {
    Counts after;
    double weight = 0;
    int size = 0;
    Mass mass;
  };
  // Of some counts at each rate, divided by exp(log_scale); 0 outside [first, end).
  struct Likelihood {
    double log_scale = 0;
    std::size_t first = 0;
    std::size_t end = 0;
    std::array<double, kMostRates> at = {};
  };
  struct Scaled {
    Mass mass;
    double log_scale = 0;
  };

  void group(const std::vector<Counts>& after);
  void evaluate();
  Likelihood likelihood(Counts counts) const;
  Scaled evaluate(Counts after) const;
  Scaled evaluate_none() const;
  double bound(Counts after) const;
  const Class& class_of(int commit) const {
    return classes_[static_cast<std::size_t>(class_of_[static_cast<std::size_t>(commit)])];
  }

  const Ancestry* ancestry_;
  const RatePrior* prior_;
  std::vector<double> log_fail_;  // of each rate
  std::vector<double> log_pass_;
  std::vector<double> weights_;
  std::vector<double> log_weights_;
  double none_weight_;
  std::vector<int> class_of_;
  std::vector<Class> classes_;
  Counts total_;
  Mass none_;
};

}  // namespace testlooper::lab
