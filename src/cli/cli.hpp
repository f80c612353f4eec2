// The argument structure of `testlooper`, and the commands that go through a server's API. Commands
// that need other layers are handed in. Used by main alone.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "testlooper/base/result.hpp"

namespace CLI {
class App;
}

namespace testlooper::cli {

// Adds a subcommand whose callback sets the exit code.
using AddCommand = std::function<void(CLI::App& app, int& exit_code)>;

struct CliContext {
  std::string version;
  std::ostream& out;
  std::ostream& err;
  bool live = false;  // err is a terminal: a line of progress may be rewritten in place
  std::vector<AddCommand> commands;  // besides run, status and version
  std::string token_file = {};       // as the command line names it
};

// `--server`, with its default and its environment variable: the same for each command.
void add_server_option(CLI::App& command, std::string& url);

class ApiClient;
// Calls `command` with a client of the server; the exit code.
int with_client(const CliContext& context, const std::string& url,
                const std::function<int(const ApiClient&)>& command);
// One line on err; the exit code of what could not be done.
int say_error(const CliContext& context, const Error& error);

// Exit codes of the commands here: 0 well, 1 tests failed, 2 it could not be done; then one line on
// err says why.
int run_cli(const CliContext& context, int argc, const char* const* argv);

}  // namespace testlooper::cli
