// Finds, pulls and builds images, with docker's progress in the attempt's log. Exec thread only.
#pragma once

#include <functional>

#include "testlooper/ports/container_host.hpp"

#include "docker/host.hpp"

namespace testlooper::docker {

struct ImageOutcome {
  Result<ImageEnd> end;
  LogInfo log;
};

// Errors: as ContainerHost::make_image.
Awaitable<ImageOutcome> carry_out_image(Host& host, ImageJob job, CancelFlag cancelled,
                                        std::function<void()> on_started);

}  // namespace testlooper::docker
