// `testlooper compare`: what two commits' tests did, where they differ.
#pragma once

#include "cli/cli.hpp"

namespace CLI {
class App;
}

namespace testlooper::cli {

// Adds the command. Its exit code: 0; 1 where tests fail newly; 2 where the server could not be
// asked.
void add_compare(const CliContext& context, CLI::App& app, int& exit_code);

}  // namespace testlooper::cli
