// What this docker can't do, learnt from what it refuses: things that runs can go without.
#pragma once

#include <string>

#include "docker/host.hpp"

namespace testlooper::docker {

// True where the refusal was of such a thing; from now on nothing asks for it any more.
bool learn(Host& host, const std::string& message);

}  // namespace testlooper::docker
