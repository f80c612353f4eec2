// Which commit made a test fail more often? A search over a range of the commit graph that takes
// every stored run as evidence, says which commits to run next, and stops by itself. Pure; owned by
// one thread; all its decisions follow from what it was given, so it is resumed by giving the runs
// again.
//
// The method is Bayesian bisection (Burnashev and Zigangirov, "An interval estimation problem for
// controlled observations", 1974; Castro and Nowak, "Active Learning and Sampling", 2008), with
// both rates unknown and on a graph; docs/laboratory.md explains it and has its figures.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lab/ancestry.hpp"
#include "lab/belief.hpp"
#include "lab/rate.hpp"
#include "lab/rate_prior.hpp"

namespace testlooper::lab {

struct BisectCommit {
  bool candidate = true;  // may be the culprit; ends that are believed good are not
  bool runnable = true;   // false: it cannot be built, or lacks the test
  bool built = false;     // a run there costs no build
  Counts runs;            // stored evidence
  Counts own = {};        // those that this search has made, before it was resumed
};

struct BisectSettings {
  double stop = .955;      // the probability at which a culprit is said, verified
  double suspect = .8;     // that from which on runs are made where they verify it
  double none = .1;        // the prior of "no culprit here"
  double stop_none = .95;  // the probability at which that is said
  // What a build costs, in runs, as far as choosing goes. At 1 it takes a quarter more builds and
  // as many runs; from 2 on searches get longer.
  double build_charge = 1.25;
  // Of a search that has made more runs than these, in proportion less: beside so many, a build
  // costs little. Never less than the least: a search that builds everything is slower to say that
  // there is nothing to find.
  double charged_runs = 60;
  double least_build_charge = .4;
  std::int64_t made = 0;  // by this search, before it was resumed
  // Verification, by runs that this search has made: those of before may be why somebody asked, and
  // need not be independent. The odds by which those at the culprit alone must fail more often than
  // those at each parent alone (log_rise_factor), and how many are made at each at most.
  double verify_odds = 20;
  std::int64_t verify_runs = 1'000;
  // Runs in flight beside the first need so many known ones each: what is chosen knowing little is
  // soon wasted, and builds with it.
  std::int64_t known_per_open = 12;
  std::uint64_t seed = 1;  // of outcomes drawn for runs in flight
  RatePriorSettings prior = {};
};

enum class BisectVerdict {
  open,           // runs are needed
  culprit,        // verified at the culprit and its parents
  unverified,     // the posterior says so, but `verify_runs` at each did not confirm it
  never_fails,    // no culprit here: nothing has failed in the range
  starts_before,  // no culprit here: it fails from the first commits that can be run, at one rate
  stuck,          // no runnable commit can tell more
};

struct BisectAnswer {
  BisectVerdict verdict = BisectVerdict::open;
  // The culprit, or commits that no runnable commit can tell from it (as `git bisect skip` has
  // them); while open, the likeliest ones. Ascending; empty where there is no culprit.
  std::vector<int> commits;
  double probability = 0;  // of these commits; of "no culprit" where `commits` is empty
  double rate_before = 0;  // posterior means, given these commits
  double rate_after = 0;
  bool compared = false;  // a culprit that was verified: with parents; false where none can be run
};

class Bisection {
 public:
  Bisection(Parents parents, std::vector<BisectCommit> commits, BisectSettings settings = {});
  Bisection(const Bisection&) = delete;  // the belief refers to the graph
  Bisection& operator=(const Bisection&) = delete;

  // A run of this search, or several, has ended at the commit.
  void add(int commit, Counts counts);
  // The commit cannot be built, or lacks the test: it is skipped from now on, and what it was run
  // before stays evidence.
  void set_not_runnable(int commit);
  void set_built(int commit);

  BisectAnswer answer() const;
  // How likely each commit is the culprit, and that there is none; they sum to 1. Commits that no
  // run can tell apart share alike.
  std::vector<double> posterior() const;
  double none() const { return belief_->none(); }

  // Where to run next, `wanted` runs at most, while one run at each of `pending` is in flight.
  // Chosen one after another, each as if the runs before it had ended, with an outcome drawn as the
  // posterior expects it. Empty where answer() is final, and where what is
  // in flight is enough for now.
  std::vector<int> next(int wanted, const std::vector<int>& pending = {}) const;

 private:
  bool can_run(int commit) const;
  BisectAnswer answer_without_candidates() const;
  Belief believe() const;
  void group();
  bool is_none_sure() const;
  int likeliest() const;
  // Of `among`; of all commits where that is empty.
  int best_choice(const std::vector<double>& gains, const std::vector<char>& built,
                  const std::vector<int>& among) const;
  const std::vector<double>& gains() const;
  double build_charge() const;
  std::vector<int> next_anywhere(int wanted) const;
  std::vector<int> next_to_search(int wanted, const std::vector<int>& pending,
                                  const std::vector<int>& among = {}) const;
  std::vector<int> next_to_verify(const std::vector<int>& arms, int wanted,
                                  const std::vector<int>& pending) const;
  std::vector<int> nearest_runnable(const std::vector<int>& commits) const;
  std::vector<int> arms(int culprit) const;
  bool verified(const std::vector<int>& arms) const;
  bool exhausted(const std::vector<int>& arms) const;

  Ancestry ancestry_;
  std::vector<BisectCommit> commits_;
  BisectSettings settings_;
  RatePrior prior_;
  std::int64_t made_;        // runs of this search
  std::vector<int> leader_;  // of each candidate, the first that no runnable commit tells from it
  std::vector<double> weights_;  // of leaders, for all that they stand for
  bool one_rate_ =
      false;  // it fails at one rate wherever it can be run: there is nothing to search
  std::optional<Belief> belief_;
  mutable std::optional<std::vector<double>> gains_;  // of the belief, once asked for
};

}  // namespace testlooper::lab
