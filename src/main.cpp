// The program: the commands that need the wiring, beside those that go through the API.
#include <iostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "app/commands.hpp"
#include "app/version.hpp"
#include "cli/cli.hpp"
#include "cli/hook.hpp"

int main(int argc, char** argv) {
  using namespace testlooper;
  const cli::CliContext context{
      .version = app::kVersion,
      .out = std::cout,
      .err = std::cerr,
      .live = isatty(STDERR_FILENO) == 1,
      .commands = {app::add_serve_command, app::add_init_command, app::add_check_command,
                   app::add_doctor_command, cli::add_hook_commands},
  };
  return cli::run_cli(context, argc, argv);
}
