// Reads what `testlooper init` looks at, and writes what it made. Never follows a link out of the
// repository's folder.
#pragma once

#include <string>
#include <vector>

#include "testlooper/base/result.hpp"

#include "starter/fill.hpp"
#include "starter/framework.hpp"

namespace testlooper::app {

// The paths, with the texts of those that say which tests there are.
starter::RepoFiles read_repo(const std::string& folder, std::vector<std::string> paths);

// Those of the files that are there already.
std::vector<std::string> present(const std::string& folder,
                                 const std::vector<starter::StarterFile>& files);

// Replaces what is there; where one can't be written, what is there stays as it was, and what is
// new goes. Errors: unavailable, which name the path.
Result<void> write_files(const std::string& folder, const std::vector<starter::StarterFile>& files);

}  // namespace testlooper::app
