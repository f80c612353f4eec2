// What a task reserves of the host while it runs, and what the host has. A reservation decides
// when a task starts; what its container may use at most is another number (docs/scheduling.md).
#pragma once

#include <cstdint>
#include <limits>

namespace testlooper {

struct Resources {
  std::int64_t milli_cores = 0;  // thousandths, because half a core can be asked for
  std::int64_t ram_mb = 0;       // of 1024 * 1024 bytes
  auto operator<=>(const Resources&) const = default;
};

inline constexpr Resources kEndless{std::numeric_limits<std::int64_t>::max() / 2,
                                    std::numeric_limits<std::int64_t>::max() / 2};

inline Resources operator+(Resources a, Resources b) {
  return {a.milli_cores + b.milli_cores, a.ram_mb + b.ram_mb};
}
inline Resources operator-(Resources a, Resources b) {
  return {a.milli_cores - b.milli_cores, a.ram_mb - b.ram_mb};
}
inline bool fits(Resources needs, Resources room) {
  return needs.milli_cores <= room.milli_cores && needs.ram_mb <= room.ram_mb;
}

}  // namespace testlooper
