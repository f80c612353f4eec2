// `testlooper repo add|list|set|scan|remove` and `testlooper reload`: the repositories of a server
// that runs.
#pragma once

#include "cli/cli.hpp"

namespace testlooper::cli {

void add_repo_commands(const CliContext& context, CLI::App& app, int& exit_code);

}  // namespace testlooper::cli
