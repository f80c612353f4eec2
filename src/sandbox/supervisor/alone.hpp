// A run in a container of its own: the supervisor is the container's first process, and all that is
// in the container is the run's.
#pragma once

#include "sandbox/messages.hpp"
#include "sandbox/supervisor/link.hpp"

namespace testlooper::sandbox {

// Sends what it brings, and its end. When the server is gone, the run ends and nothing is brought.
void carry_out_alone(RunRequest request, Link& link);

}  // namespace testlooper::sandbox
