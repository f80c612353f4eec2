#include "cli/engine_commands.hpp"

#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

namespace testlooper::cli {
namespace {

int drain(const CliContext& context, const ApiClient& client) {
  const auto done = client.drain(true);
  if (!done) return say_error(context, done.error());
  const auto status = client.status();
  if (!status) return say_error(context, status.error());
  context.out << "draining: no task is started until `testlooper resume`; " << status->running
              << " running, " << status->waiting << " waiting\n";
  return 0;
}

int resume(const CliContext& context, const ApiClient& client) {
  const auto done = client.drain(false);
  if (!done) return say_error(context, done.error());
  context.out << "tasks are started again\n";
  return 0;
}

void add_one(const CliContext& context, CLI::App& app, int& exit_code, const char* name,
             const char* what, int (*carry_out)(const CliContext&, const ApiClient&)) {
  const auto url = std::make_shared<std::string>();
  auto& command = *app.add_subcommand(name, what);
  add_server_option(command, *url);
  command.callback([&context, &exit_code, url, carry_out] {
    exit_code = with_client(context, *url,
                            [&](const ApiClient& client) { return carry_out(context, client); });
  });
}

}  // namespace

void add_engine_commands(const CliContext& context, CLI::App& app, int& exit_code) {
  add_one(context, app, exit_code, "drain",
          "start no tasks from now on: what runs ends; a restart keeps to it", drain);
  add_one(context, app, exit_code, "resume", "start tasks again", resume);
}

}  // namespace testlooper::cli
