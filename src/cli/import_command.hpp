// `testlooper import`: brings reports of other systems in as evidence.
#pragma once

#include "cli/cli.hpp"

namespace testlooper::cli {

void add_import(const CliContext& context, CLI::App& app, int& exit_code);

}  // namespace testlooper::cli
