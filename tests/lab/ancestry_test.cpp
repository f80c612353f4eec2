// Sums over ancestors, against counting one by one.
#include "lab/ancestry.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "lab/random.hpp"

namespace testlooper::lab {
namespace {

Parents random_graph(int commits, Random& random) {
  Parents parents(1);
  while (static_cast<int>(parents.size()) < commits) {
    const auto size = parents.size();
    std::vector<int> of;
    for (auto more = 1 + random.below(3); more > 0; --more) {
      const auto back = 1 + random.below(std::min<std::size_t>(size, 12));
      const auto parent = static_cast<int>(size - back);
      if (std::ranges::find(of, parent) == of.end()) of.push_back(parent);
    }
    parents.push_back(of);
  }
  return parents;
}

TEST(Ancestry, SumsCountEachAncestorOnce) {
  Random random(3);
  for (int round = 0; round < 20; ++round) {
    const Ancestry ancestry(random_graph(60, random));
    std::vector<double> values;
    std::vector<std::uint64_t> marks;
    for (int i = 0; i < 60; ++i) {
      values.push_back(random.uniform());
      marks.push_back(random.next());
    }
    std::vector<double> sums;
    ancestry.sum_ancestors(values, sums);
    std::vector<std::uint64_t> up(60, 0);
    for (int commit = 0; commit < 60; ++commit) {
      double expected = 0;
      for (const auto each : ancestry.with_ancestors(commit)) {
        expected += values[static_cast<std::size_t>(each)];
        up[static_cast<std::size_t>(each)] += marks[static_cast<std::size_t>(commit)];
      }
      EXPECT_NEAR(sums[static_cast<std::size_t>(commit)], expected, 1e-9);
    }
    EXPECT_EQ(ancestry.sum_descendants(marks), up);
  }
}

TEST(Ancestry, AncestorsOfAMergeAreThoseOfAllParents) {
  const Ancestry ancestry({{}, {0}, {0}, {1}, {2, 3}, {1}});
  EXPECT_EQ(ancestry.with_ancestors(4), (std::vector{0, 1, 2, 3, 4}));
  EXPECT_EQ(ancestry.with_ancestors(5), (std::vector{0, 1, 5}));
  EXPECT_EQ(ancestry.with_ancestors(0), (std::vector{0}));
}

}  // namespace
}  // namespace testlooper::lab
