// Pipes, as those who carry out a run need them.
#pragma once

#include "sandbox/supervisor/link.hpp"

namespace testlooper::sandbox {

// False where there can be none.
bool open_pipe(int& to_read, int& to_write);
void close_and_forget(int& fd);

// Sends what can be read at once; closes `fd` at its end. What was read is in `bytes`.
std::string_view pass_on(int& fd, Kind kind, Link& link, char (&bytes)[kFramePayloadBytes]);

}  // namespace testlooper::sandbox
