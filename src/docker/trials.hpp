// What can't be told but by trying it once, with our own small image: whether docker's crun starts
// containers here, whether a sandbox can be had. Nothing of docker's is changed. Exec thread only.
#pragma once

#include <string>

#include "docker/findings.hpp"
#include "docker/host.hpp"

namespace testlooper::docker {

// Why the runtime of that name can't be used; empty where it can.
Awaitable<std::string> try_runtime(Host& host, std::string runtime);

}  // namespace testlooper::docker
