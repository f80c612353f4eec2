// Keys of the server's configuration that can't change while it runs. Pure.
#pragma once

#include <string>
#include <vector>

#include "testlooper/domain/server_config.hpp"

namespace testlooper::app {

// A sentence for each that the configuration, as it was read again, has another value for; and its
// own warnings.
std::vector<std::string> fixed_differences(const ServerConfig& running, const ServerConfig& read);

}  // namespace testlooper::app
