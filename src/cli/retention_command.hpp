// `testlooper retention`: what a server keeps, what would go now and why, and `run` to have it go.
#pragma once

#include "cli/api_client.hpp"
#include "cli/cli.hpp"

namespace CLI {
class App;
}

namespace testlooper::cli {

// The exit code: 0, or 2 where the server could not be asked.
int show_retention(const CliContext& context, const ApiClient& client);
int run_retention(const CliContext& context, const ApiClient& client);

// "12.5 MB", "3.0 GB".
std::string size_text(std::uint64_t bytes);

}  // namespace testlooper::cli
