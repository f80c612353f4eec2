// Time and pipes, as those who carry out a run need them.
#pragma once

#include <cstdint>

#include "sandbox/supervisor/link.hpp"

namespace testlooper::sandbox {

inline constexpr std::uint64_t kNever = ~0ull;

std::uint64_t now_ms();
// For poll: until `deadline`, or a long while.
int ms_until(std::uint64_t deadline, std::uint64_t now);

// False where there can be none.
bool open_pipe(int& to_read, int& to_write);
void close_and_forget(int& fd);

// Sends what can be read at once; closes `fd` at its end. What was read is in `bytes`.
std::string_view pass_on(int& fd, Kind kind, Link& link, char (&bytes)[kFramePayloadBytes]);

}  // namespace testlooper::sandbox
