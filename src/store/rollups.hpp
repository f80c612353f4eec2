// The counts of a test's runs at a commit, and the commit's sums, kept in the transaction that adds
// the runs. Called by the change handlers.
#pragma once

#include <optional>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/time.hpp"
#include "testlooper/domain/outcome.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

// The nine counted outcomes are nine neighbouring columns, in the enum's order.
inline constexpr int kCountedOutcomes = 9;
OutcomeCounts read_counts(const Query& row, int first_column);

struct RunRow {
  RunId id;
  CommitId commit;
  TestId test;
  Outcome outcome = Outcome::passed;
  Microseconds duration{0};
};

// What a run made known of a test at its commit for the first time.
struct Learnt {
  bool failed = false;
  bool flaky = false;
};
// Nothing where the test is not in the commit's list: then nothing is counted.
std::optional<Learnt> add_to_rollup(Connection& db, const RunRow& run);

// The test has had no run at the commit.
void clear_rollup(Connection& db, CommitId commit, TestId test);

}  // namespace testlooper::store
