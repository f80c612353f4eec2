// `testlooper request`, `clear`, `match` and `audit`: what was asked for, and what became of it.
#pragma once

#include "cli/api_client.hpp"
#include "cli/cli.hpp"

namespace testlooper::cli {

void add_request(const CliContext& context, CLI::App& app, int& exit_code);
void add_clear(const CliContext& context, CLI::App& app, int& exit_code);
void add_match(const CliContext& context, CLI::App& app, int& exit_code);
void add_audit(const CliContext& context, CLI::App& app, int& exit_code);

}  // namespace testlooper::cli
