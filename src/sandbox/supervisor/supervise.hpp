// Carries out one run after the other.
#pragma once

#include "sandbox/messages.hpp"
#include "sandbox/supervisor/container.hpp"
#include "sandbox/supervisor/link.hpp"
#include "sandbox/supervisor/network.hpp"

namespace testlooper::sandbox {

// One sentence why no run can be had in this container; "" where one can.
std::string try_out(const Container& container, Network& network);
// Sends what the run brings, and its end. Returns false where the server is gone.
bool carry_out(const Container& container, Network& network, const RunRequest& request, Link& link);

}  // namespace testlooper::sandbox
