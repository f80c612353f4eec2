// A commit's column of the matrix: a character for each of its tests. That of a settled commit is
// kept as a blob and read in microseconds; that of any other is made of the roll-ups, in some
// hundred nanoseconds a test.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/domain/outcome.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

// What a cell shows for these runs. '~' only for a flaky test; of several kinds of failure (or of
// success) the most frequent, the first of the enum where they are equal.
char cell_of(const OutcomeCounts& counts);

struct Column {
  struct Mixed {
    std::int64_t failures = 0;
    std::int64_t runs = 0;
    bool operator==(const Mixed&) const = default;
  };
  std::vector<TestId> tests;  // rising
  std::string cells;          // parallel to `tests`
  std::vector<Mixed> mixed;   // of the '~' among them, in their order
  bool operator==(const Column&) const = default;
};

Column read_column(Connection& db, CommitId commit);
// Made of the roll-ups, whatever is kept.
Column make_column(Connection& db, CommitId commit);
// For a commit that settles. Called by the change handler.
void keep_column(Connection& db, CommitId commit);
// At the start: for what an older program left without.
void keep_missing_columns(Connection& db);

}  // namespace testlooper::store
