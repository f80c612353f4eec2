// One run in a sandbox, from asking for a warm container to what the run left. Exec thread only.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "testlooper/ports/container_host.hpp"

#include "docker/sandboxes.hpp"

namespace testlooper::docker {

struct SandboxTry {
  std::optional<ContainerEnd> end;  // without its log
  std::string reason;               // where there is no end: why the job needs a container; it did
                                    // not start
};

// Errors: as ContainerHost::run.
Awaitable<Result<SandboxTry>> try_in_sandbox(Host& host, Sandboxes& sandboxes,
                                             const ContainerJob& job, CancelFlag cancelled,
                                             const std::function<void()>& on_started,
                                             std::shared_ptr<LogSink> log);

}  // namespace testlooper::docker
