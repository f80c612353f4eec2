// Turns the tar of a folder that somebody's program filled into files on this machine. Nothing in
// the tar is believed: only plain files with plain names are made, beneath one folder, through
// descriptors that follow no link; the rest is named in a warning. Blocks; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "testlooper/domain/task.hpp"

namespace testlooper::docker {

// Why a file of this name (below the folder) is not kept; nullopt where it is.
std::optional<std::string> why_no_artifact(std::string_view path);

struct UnpackRequest {
  std::string tar;     // a file; its first entry is the folder itself
  std::string folder;  // is made where something is kept
  std::uint64_t max_bytes = 0;
  bool cut = false;  // the tar was too large, so its end is missing: that is no surprise
};
// Whatever goes wrong is a warning: what was kept by then stays.
ArtifactsInfo unpack_artifacts(const UnpackRequest& request);

}  // namespace testlooper::docker
