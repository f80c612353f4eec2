// Keeps the files that a run left in TEST_ARTIFACTS, from the tar that came of them. Exec thread
// only; the tar is taken apart on the pool.
#pragma once

#include <string>

#include "testlooper/domain/task.hpp"

#include "docker/host.hpp"

namespace testlooper::docker {

// `folder` is relative to the data folder; `cut` where the tar is not all there was. Files that
// can't be kept are warnings of the result.
Awaitable<ArtifactsInfo> keep_artifacts(Host& host, std::string tar, std::string folder, bool cut);
// The most bytes of such a tar that are read.
std::uint64_t most_artifact_bytes(const Host& host);

}  // namespace testlooper::docker
