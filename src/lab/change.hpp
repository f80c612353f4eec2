// Since when does a test fail at another rate? Change points along a sequence of commits. Pure; any
// thread.
//
// The method is that of Chromium's LUCI Analysis ("Changepoint analysis"): the boundary that
// maximises the likelihood of two rates over that of one, rates integrated out with the prior
// Beta(.3, .5), and again on both sides of what was accepted.
#pragma once

#include <cstddef>
#include <vector>

#include "lab/ancestry.hpp"
#include "lab/rate.hpp"

namespace testlooper::lab {

struct ChangeSettings {
  double odds = 1e4;        // a boundary is accepted where two rates are likelier than one by more
  double confidence = .99;  // of the interval of its position
};

struct Change {
  std::size_t position = 0;  // the first place at the new rate; of places without runs, the last
  // The change is within [earliest, latest] with the confidence asked for.
  std::size_t earliest = 0;
  std::size_t latest = 0;
  double log_odds = 0;  // of two rates against one, when it was accepted
  Counts before;        // between the change before it and this one
  Counts after;         // between this one and the next
};

// `series` has the runs of each commit in order; commits without runs may be among them. Ascending.
std::vector<Change> find_changes(const std::vector<Counts>& series, ChangeSettings settings = {});

// ln of the marginal likelihood of the counts, the rate integrated out: ln B(k + .3, m + .5) /
// B(.3, .5). Of runs in a stated order, so without a binomial coefficient.
class Marginal {
 public:
  // Up to so many runs by table, beyond by the gamma function.
  explicit Marginal(std::size_t table_runs);
  double operator()(Counts counts) const;

 private:
  std::vector<double> failures_;  // lgamma(i + .3)
  std::vector<double> passes_;    // lgamma(i + .5)
  std::vector<double> runs_;      // lgamma(i + .8)
};

struct Boundary {
  std::size_t position = 0;
  double log_odds = 0;
};
// The best boundary of the places [begin, end) of the series; 0 odds where there are fewer than
// two.
Boundary best_boundary(const std::vector<Counts>& series, std::size_t begin, std::size_t end,
                       const Marginal& marginal);

// The order in which commits make a sequence: the first parents of `head`, oldest first. On this
// line, and on no other that has more commits, "later" and "has it as an ancestor" are the same, so
// that a boundary is one of the graph too. A commit of a side branch fits nowhere: placed after its
// merge it lacks changes that the line has, placed before, the line lacks its changes. The merge
// stands for all that it brings in; the bisection, which knows the graph, looks inside.
std::vector<int> first_parents(const Ancestry& ancestry, int head);

}  // namespace testlooper::lab
