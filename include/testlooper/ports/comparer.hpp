// Compares what two commits' tests did.
#pragma once

#include "testlooper/base/result.hpp"
#include "testlooper/domain/compare_page.hpp"

namespace testlooper {

// The store's side of it. Any thread; blocks for some milliseconds.
class ListsReader {
 public:
  virtual ~ListsReader() = default;
  // Errors: not_found, also where `base` is "" and the head has no parent that is stored.
  virtual Result<ListedPair> listed_pair(const CompareQuery& query) = 0;
};

class Comparer {
 public:
  virtual ~Comparer() = default;
  // Blocks: on a pool thread. Errors: as ListsReader's.
  virtual Result<pages::ComparePage> compare(const CompareQuery& query) = 0;
};

}  // namespace testlooper
