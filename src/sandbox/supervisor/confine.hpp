// Gives up, for good, what the supervisor needed and the tested code must not have.
#pragma once

#include <optional>
#include <string>

#include "sandbox/messages.hpp"

namespace testlooper::sandbox {

// Leaves the capabilities that a run in a container of its own has, and forbids the system calls
// that docker forbids there and allows the supervisor's container. Docker's own filter stays.
std::optional<Trouble> confine();

// What this process executes next is confined by this profile of AppArmor, as docker confines a
// container of its own; "" leaves all as it is.
std::optional<Trouble> confine_next_program(const std::string& profile);

}  // namespace testlooper::sandbox
