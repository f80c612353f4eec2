// Gives up, for good, what the supervisor needed and the tested code must not have.
#pragma once

#include <optional>

#include "sandbox/messages.hpp"

namespace testlooper::sandbox {

// Leaves the capabilities that a run in a container of its own has, and forbids the system calls
// that docker forbids there and allows the supervisor's container. Docker's own filter stays.
std::optional<Trouble> confine();

}  // namespace testlooper::sandbox
