// What people and rules want of a commit, and the sums over its tests that pages show: kept with
// each wish, in the transaction that changes them, so that no page matches filters.
#pragma once

#include <optional>
#include <vector>

#include "testlooper/domain/test.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

struct WishRow {
  DesiredId id;
  DesiredTesting wish;
  bool stopped = false;
};
// Oldest first.
std::vector<WishRow> wishes_of(Connection& db, CommitId commit);

// Brings `tests` and `wanted` of the commit's wishes up to date: after a list grew, a wish changed,
// or more became known of a test that a wish asks about.
void recount_wishes(Connection& db, CommitId commit);

}  // namespace testlooper::store
