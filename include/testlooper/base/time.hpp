// Time as values. Wall time is for people and for the store; deadlines use the monotonic clock and
// never leave the process. Nothing pure reads a clock: time is always a parameter.
#pragma once

#include <chrono>
#include <cstdint>

namespace testlooper {

using Milliseconds = std::chrono::milliseconds;
using Microseconds = std::chrono::microseconds;
using Seconds = std::chrono::seconds;

inline constexpr std::int64_t kMillisecondsPerDay = 86'400'000;

// Milliseconds since the Unix epoch, UTC.
struct WallTime {
  std::int64_t ms = 0;
  auto operator<=>(const WallTime&) const = default;
};

inline WallTime operator+(WallTime t, Milliseconds d) { return {t.ms + d.count()}; }
inline Milliseconds operator-(WallTime a, WallTime b) { return Milliseconds{a.ms - b.ms}; }

}  // namespace testlooper
