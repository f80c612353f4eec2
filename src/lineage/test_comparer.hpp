// Two commits' tests side by side: lists and counts from the store, renames from git.
#pragma once

#include "testlooper/ports/comparer.hpp"
#include "testlooper/ports/lineage_finder.hpp"

namespace testlooper::lineage {

class TestComparer : public Comparer {
 public:
  TestComparer(ListsReader& lists, LineageFinder& finder) : lists_(lists), finder_(finder) {}
  Result<pages::ComparePage> compare(const CompareQuery& query) override;

 private:
  ListsReader& lists_;
  LineageFinder& finder_;
};

}  // namespace testlooper::lineage
