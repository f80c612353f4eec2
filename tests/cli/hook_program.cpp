// testlooper, as far as git hooks need it.
#include <CLI/CLI.hpp>

#include "cli/hook.hpp"

int main(int argc, char** argv) {
  CLI::App app;
  int exit_code = 0;
  testlooper::cli::add_hook_commands(app, exit_code);
  CLI11_PARSE(app, argc, argv);
  return exit_code;
}
