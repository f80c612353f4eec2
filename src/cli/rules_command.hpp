// `testlooper rules`: the branch rules of a repository, shown and edited while the server runs.
#pragma once

#include "cli/api_client.hpp"
#include "cli/cli.hpp"

namespace testlooper::cli {

void add_rules(const CliContext& context, CLI::App& app, int& exit_code);

}  // namespace testlooper::cli
