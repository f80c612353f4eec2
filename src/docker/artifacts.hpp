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

// Of a tar file that is there already; `cut` where it is not all there was.
Awaitable<ArtifactsInfo> keep_artifacts(Host& host, std::string tar, std::string folder, bool cut);
// The most bytes of such a tar that are read.
std::uint64_t most_artifact_bytes(const Host& host);

}  // namespace testlooper::docker
