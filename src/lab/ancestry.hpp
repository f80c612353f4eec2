// A range of the commit graph: who is an ancestor of whom, and sums over ancestors. Pure; any
// thread.
#pragma once

#include <cstdint>
#include <vector>

namespace testlooper::lab {

// The parents of each commit, which is named by its place in the list; parents come before
// children.
using Parents = std::vector<std::vector<int>>;

class Ancestry {
 public:
  explicit Ancestry(Parents parents);

  int size() const { return static_cast<int>(parents_.size()); }
  const std::vector<int>& parents(int commit) const {
    return parents_[static_cast<std::size_t>(commit)];
  }
  // The commit and its ancestors, in ascending order.
  std::vector<int> with_ancestors(int commit) const;

  // For each commit, the sum over itself and its ancestors, each counted once however many ways
  // lead to it: the sum of one parent, its own value, and the values of the commits that the other
  // parents add, which are listed once. Exact on any graph; on a line, prefix sums.
  void sum_ancestors(const std::vector<double>& values, std::vector<double>& sums) const;
  // The same over itself and its descendants; modulo 2^64.
  std::vector<std::uint64_t> sum_descendants(const std::vector<std::uint64_t>& values) const;

 private:
  struct Step {
    int base = -1;               // the parent with most ancestors
    std::vector<int> otherwise;  // ancestors that it lacks
  };

  void mark(int commit, std::vector<char>& marks) const;

  Parents parents_;
  std::vector<Step> steps_;
};

}  // namespace testlooper::lab
