// Reads the server's configuration (docs/configuration.md), which also takes the Python
// TestLooper's keys. Pure; any thread. It looks at no file: whether a folder is there, or a port
// free, shows when it is used.
#pragma once

#include <string>
#include <string_view>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/server_config.hpp"

namespace testlooper::codec {

// Errors: invalid, context "<where>:<line>".
Result<ServerConfig> parse_server_config(std::string_view text, const std::string& where);

// A repository as a command line names it: by a path or a URL alone. Its name is the folder's,
// without ".git". Errors: invalid.
Result<RepoSpec> parse_repo_source(const std::string& source);

}  // namespace testlooper::codec
