// `testlooper login` and `testlooper token`: a browser signs in, and who may ask the server.
#pragma once

#include "cli/cli.hpp"

namespace testlooper::cli {

void add_login_commands(const CliContext& context, CLI::App& app, int& exit_code);

}  // namespace testlooper::cli
