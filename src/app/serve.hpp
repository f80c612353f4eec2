// `testlooper serve`: puts the parts together, and takes them apart again at a signal.
#pragma once

#include <functional>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/server_config.hpp"

namespace testlooper::app {

// Reads the configuration as it is now; called from pool threads.
using ConfigSource = std::function<Result<ServerConfig>()>;

// Returns the exit code: 0 after a signal, 1 where it could not start or had to give up. SIGHUP has
// the configuration read again.
int serve(const ServerConfig& config, ConfigSource reread);

}  // namespace testlooper::app
