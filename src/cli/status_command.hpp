// `testlooper status`: a server in a few lines.
#pragma once

#include <string>

#include "cli/api_client.hpp"
#include "cli/cli.hpp"

namespace testlooper::cli {

int show_status(const CliContext& context, const ApiClient& client);

// "3 d 4 h", "5 min", "12 s".
std::string duration_text(std::int64_t seconds);

}  // namespace testlooper::cli
