// One run from its first call to its last: a fresh container on its source layer, in a pause's
// network, with a supervisor as its first process; attached before it starts, removed when it has
// ended. Or in a spare container that runs already; or, where the job wants one and can have it, in
// a sandbox. Exec thread only.
#pragma once

#include <functional>

#include "testlooper/ports/container_host.hpp"

#include "docker/host.hpp"
#include "docker/layers.hpp"
#include "docker/pauses.hpp"
#include "docker/sandboxes.hpp"
#include "docker/spares.hpp"
#include "docker/supervisor_volume.hpp"

namespace testlooper::docker {

struct RunParts {
  Host& host;
  Pauses& pauses;
  Layers& layers;
  Sandboxes& sandboxes;
  Spares& spares;
  SupervisorVolume& supervisor;
};

// Errors: as ContainerHost::run. Whatever happens, the run is over, and its container is being
// removed, or noted as something to be removed.
Awaitable<Result<ContainerEnd>> carry_out_run(RunParts parts, ContainerJob job,
                                              CancelFlag cancelled,
                                              std::function<void()> on_started);

}  // namespace testlooper::docker
