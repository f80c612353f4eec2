// A run in a spare container, where there is one for it. Exec thread only.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "testlooper/ports/container_host.hpp"

#include "docker/host.hpp"
#include "docker/log_sink.hpp"
#include "docker/pauses.hpp"
#include "docker/spares.hpp"

namespace testlooper::docker {

// Nothing where there is none, or where what there was turned out to be of no use before the run
// began: it gets a container made for it. Errors: as ContainerHost::run.
Awaitable<Result<std::optional<ContainerEnd>>> try_in_spare(Host& host, Spares& spares,
                                                            Pauses& pauses, const ContainerJob& job,
                                                            CancelFlag cancelled,
                                                            const std::function<void()>& on_started,
                                                            std::shared_ptr<LogSink> log);

}  // namespace testlooper::docker
