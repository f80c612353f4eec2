// `testlooper serve`: puts the parts together, and takes them apart again at a signal.
#pragma once

#include "testlooper/domain/server_config.hpp"

namespace testlooper::app {

// Returns the exit code: 0 after a signal, 1 where it could not start or had to give up.
int serve(const ServerConfig& config);

}  // namespace testlooper::app
