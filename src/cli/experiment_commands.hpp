// `testlooper hunt`, `prove`, `bisect`, and `experiment` for those that are there already.
#pragma once

#include "cli/cli.hpp"

namespace testlooper::cli {

void add_experiment_commands(const CliContext& context, CLI::App& app, int& exit_code);

}  // namespace testlooper::cli
