// Looks at this machine's own files.
#pragma once

#include <string>

#include "docker/findings.hpp"

namespace testlooper::docker {

// Where docker listens: the configured path, else that of DOCKER_HOST where it is one, else
// docker's usual one.
std::string socket_path(const std::string& configured);

// `root_folder`: where docker keeps images; empty where that is not known.
MachineFacts look_at_machine(const std::string& socket, const std::string& root_folder);

}  // namespace testlooper::docker
