// Which tests of one commit go on at another one under another name, or at another place.
#pragma once

#include <vector>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/lineage.hpp"

namespace testlooper {

class LineageFinder {
 public:
  virtual ~LineageFinder() = default;
  // Blocks while git objects are read: on a pool thread. One instance may be used by many threads.
  // Errors: those of RepoReader.
  virtual Result<std::vector<Continued>> find(const LineageQuery& query) = 0;
};

}  // namespace testlooper
