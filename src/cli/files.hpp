// Small files of the command line's own, whole.
#pragma once

#include <string>

#include <sys/types.h>

#include "testlooper/base/result.hpp"

namespace testlooper::cli {

// Errors: not_found, unavailable; each names the path.
Result<std::string> read_file(const std::string& path);
// The old content or the new one is there at any moment, never a half.
Result<void> replace_file(const std::string& path, const std::string& content, mode_t mode);

}  // namespace testlooper::cli
