// Brings home the files that a container left in TEST_ARTIFACTS. Exec thread only; the tar is taken
// apart on the pool.
#pragma once

#include <string>

#include "testlooper/domain/task.hpp"

#include "docker/host.hpp"

namespace testlooper::docker {

// `folder` is relative to the data folder. Errors: unavailable (docker broke off). Files that can't
// be kept are warnings of the result.
Awaitable<Result<ArtifactsInfo>> fetch_artifacts(Host& host, std::string container,
                                                 std::string folder);

}  // namespace testlooper::docker
