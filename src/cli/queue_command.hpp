// `testlooper queue`: what runs, what waits in the order in which it will start, why, and until
// when.
#pragma once

#include <optional>
#include <string>

#include "testlooper/base/time.hpp"

#include "cli/cli.hpp"

namespace testlooper::cli {

void add_queue(const CliContext& context, CLI::App& app, int& exit_code);

// "in about 40 s", "in about 2 min"; "soon" where it is due, "some time" where it is unknown.
std::string about_text(std::optional<Milliseconds> in);

}  // namespace testlooper::cli
