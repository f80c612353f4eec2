// Looks at this machine's own files.
#pragma once

#include <string>

#include "docker/findings.hpp"

namespace testlooper::docker {

// `root_folder`: where docker keeps images; empty where that is not known.
MachineFacts look_at_machine(const std::string& socket, const std::string& root_folder);

}  // namespace testlooper::docker
