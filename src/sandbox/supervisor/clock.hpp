// Time, as those who carry out a run need it.
#pragma once

#include <cstdint>

namespace testlooper::sandbox {

inline constexpr std::uint64_t kNever = ~0ull;

std::uint64_t now_ms();
// For poll: until `deadline`, or a long while.
int ms_until(std::uint64_t deadline, std::uint64_t now);

}  // namespace testlooper::sandbox
