// How many tests of a repository flaked, day by day. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "testlooper/base/time.hpp"

namespace testlooper::lab {

// When a test flaked, by the times of its commits: from the first with mixed outcomes, until the
// last where it is proven fixed since.
struct FlakySpan {
  WallTime first;
  std::optional<WallTime> last;  // nullopt: it still does
};

// Now and at the same time of each of the `days` days before, oldest first: days + 1 numbers. The
// last counts whatever is not fixed, be its commit's clock ahead of ours.
std::vector<std::int64_t> flaky_by_day(const std::vector<FlakySpan>& spans, WallTime now, int days);

}  // namespace testlooper::lab
