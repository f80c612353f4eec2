// `testlooper flaky`, `testlooper clusters` and `testlooper quarantine`: which tests flake and why
// they are listed, which failures are one, and what other systems are to leave out.
#pragma once

#include "cli/cli.hpp"

namespace testlooper::cli {

void add_flaky_commands(const CliContext& context, CLI::App& app, int& exit_code);

}  // namespace testlooper::cli
