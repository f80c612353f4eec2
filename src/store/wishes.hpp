// What people and rules want of a commit, and the sums over its tests that pages show: kept with
// each wish, in the transaction that changes them, so that no page matches filters.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "testlooper/domain/test.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

struct WishRow {
  DesiredId id;
  DesiredTesting wish;
  bool stopped = false;
  CommitId commit{};
};
// Oldest first.
std::vector<WishRow> wishes_of(Connection& db, CommitId commit);
// But those of experiments that have all that they want: a diagnosis leaves some hundred behind.
std::vector<WishRow> open_wishes_of(Connection& db, CommitId commit);
std::vector<WishRow> wishes_of(Connection& db, ExperimentId experiment);
std::optional<WishRow> read_wish_row(Connection& db, DesiredId id);
// Runs of each test that it and the other wishes of its experiment at its commit have had under
// conditions.
std::map<TestId, std::int64_t> runs_under_conditions(Connection& db, DesiredId id);

// Brings `tests` and `wanted` of the commit's wishes up to date: after a list grew, a wish changed,
// or more became known of a test that a wish asks about.
void recount_wishes(Connection& db, CommitId commit);
// Only these.
void recount_wishes(Connection& db, const std::set<DesiredId>& wishes);

}  // namespace testlooper::store
