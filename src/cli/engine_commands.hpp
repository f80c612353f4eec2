// `testlooper drain` and `resume`: what the engine starts.
#pragma once

#include "cli/api_client.hpp"
#include "cli/cli.hpp"

namespace testlooper::cli {

void add_engine_commands(const CliContext& context, CLI::App& app, int& exit_code);

}  // namespace testlooper::cli
