// Decides what is no longer kept, and when the disk is too full to go on. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "testlooper/domain/retention.hpp"

namespace testlooper::core {

struct Kept {
  WallTime since;
  std::uint64_t bytes = 0;
  bool needed = false;  // never goes, whatever the rule; it counts all the same
};
struct Going {
  std::size_t index = 0;  // in `oldest`
  std::string why;        // for people: "older than 30 days"
};

// `oldest` is sorted, oldest first; `count` and `bytes` are of all there is. What is left fits the
// rule as far as `oldest` reaches and nothing needed stands in the way; asking again then returns
// nothing.
std::vector<Going> what_goes(const std::vector<Kept>& oldest, std::int64_t count,
                             std::uint64_t bytes, const KeepRule& rule, WallTime now);

// No new work is taken while less than the reserve is free; it goes on with a tenth more, so that
// it does not stop and go with each file.
bool disk_is_low(bool was_low, std::uint64_t free_bytes, std::uint64_t reserve_bytes);

}  // namespace testlooper::core
