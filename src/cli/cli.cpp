#include "cli/cli.hpp"

#include <array>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "testlooper/base/limits.hpp"

#include "cli/cancel_command.hpp"
#include "cli/compare_command.hpp"
#include "cli/condition_options.hpp"
#include "cli/engine_commands.hpp"
#include "cli/experiment_commands.hpp"
#include "cli/filter_options.hpp"
#include "cli/flaky_command.hpp"
#include "cli/import_command.hpp"
#include "cli/login_commands.hpp"
#include "cli/queue_command.hpp"
#include "cli/repo_commands.hpp"
#include "cli/request_command.hpp"
#include "cli/retention_command.hpp"
#include "cli/rules_command.hpp"
#include "cli/run_command.hpp"
#include "cli/status_command.hpp"
#include "cli/test_command.hpp"
#include "cli/token_source.hpp"
#include "codec/names.hpp"

namespace testlooper::cli {
namespace {

constexpr int kNotDone = 2;
constexpr const char* kDefaultServer = "http://127.0.0.1:8001";

// What the options of `run` are read into.
struct RunOptions {
  std::string url;
  RunCommand command;
  FilterOptions filter;
  std::string only = "all";
  std::string isolation;
  ConditionOptions condition;

  RunCommand read() const {
    auto read = command;
    read.request.isolation = codec::isolation_named(isolation);
    read.request.filter = filter.read();
    read.request.only = only_named(only);
    read.request.requested_by = "cli";
    return read;
  }
};

int run_with(const CliContext& context, const RunOptions& options) {
  auto command = options.read();
  auto condition = options.condition.read();
  if (!condition) return say_error(context, condition.error());
  command.request.condition = std::move(*condition);
  return with_client(context, options.url,
                     [&](const ApiClient& client) { return run_tests(context, client, command); });
}

void add_run(const CliContext& context, CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<RunOptions>();
  auto& run = *app.add_subcommand("run", "run tests of a commit, any number of times");
  run.add_option("REPO", options->command.repo, "the repository's name")->required();
  run.add_option("COMMIT", options->command.commit, "a branch, a tag, an id, or the start of an id")
      ->required();
  add_filter_options(run, options->filter);
  run.add_option("--only", options->only, "only tests that are so at this commit now")
      ->check(CLI::IsMember({"all", "failed", "flaky", "new"}));
  run.add_option("--times", options->command.request.times, "runs of each test")
      ->check(CLI::Range(std::int64_t{1}, limits::kRunsPerRequest))
      ->capture_default_str();
  const auto more = CLI::Range(std::int64_t{0}, limits::kRunsPerRequest);
  run.add_option("--fail-runs", options->command.request.fail_runs, "runs of tests that failed")
      ->check(more);
  run.add_option("--flake-runs", options->command.request.flake_runs, "runs of known flakes")
      ->check(more);
  run.add_option("--new-runs", options->command.request.new_runs, "runs of new tests")->check(more);
  run.add_option("--isolation", options->isolation,
                 "where they run: as the suites have it, where nothing is said")
      ->check(CLI::IsMember({"container", "sandbox", "auto"}));
  run.add_flag("--wait", options->command.wait,
               "wait for the end; exit with 0 if all passed, 1 if some failed, 2 on an error");
  add_server_option(run, options->url);
  add_condition_options(run, options->condition);
  run.callback([&context, &exit_code, options] { exit_code = run_with(context, *options); });
}

void add_status(const CliContext& context, CLI::App& app, int& exit_code) {
  const auto url = std::make_shared<std::string>();
  auto& status = *app.add_subcommand("status", "show what a server does");
  add_server_option(status, *url);
  status.callback([&context, &exit_code, url] {
    exit_code = with_client(context, *url,
                            [&](const ApiClient& client) { return show_status(context, client); });
  });
}

// Empty where it is; else why it is not, as CLI11 wants it.
std::string is_number(const std::string& text) {
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  return digits ? "" : "'" + text + "' is not a number";
}

void add_cancel(const CliContext& context, CLI::App& app, int& exit_code) {
  struct Kind {
    const char *name, *path, *first, *second, *what;
  };
  constexpr std::array<Kind, 4> kKinds{{
      {"task", "tasks", "ID", "", "one task; what it was for is given up"},
      {"request", "requests", "ID", "", "a request; what was measured stays"},
      {"commit", "commits", "REPO", "COMMIT", "all that is wanted of a commit"},
      {"branch", "branches", "REPO", "BRANCH", "what pushes to a branch want"},
  }};
  auto& cancel_app = *app.add_subcommand("cancel", "stop a task, a request, a commit or a branch");
  cancel_app.require_subcommand(1);
  for (const auto& kind : kKinds) {
    const auto url = std::make_shared<std::string>();
    const auto first = std::make_shared<std::string>();
    const auto second = std::make_shared<std::string>();
    auto& each = *cancel_app.add_subcommand(kind.name, kind.what);
    auto& named = *each.add_option(kind.first, *first)->required();
    if (*kind.second == '\0') {
      named.check(is_number, "");
    } else {
      each.add_option(kind.second, *second)->required();
    }
    add_server_option(each, *url);
    each.callback([&context, &exit_code, url, first, second, path = std::string{kind.path}] {
      exit_code = with_client(context, *url, [&](const ApiClient& client) {
        return cancel(context, client, cancel_path(path, *first, *second));
      });
    });
  }
}

void add_retry(const CliContext& context, CLI::App& app, int& exit_code) {
  struct Options {
    std::string url, repo, commit;
  };
  const auto options = std::make_shared<Options>();
  auto& retry = *app.add_subcommand(
      "retry", "forget the errors of a commit's preparation, and what was cancelled; try again");
  retry.add_option("REPO", options->repo, "the repository's name")->required();
  retry.add_option("COMMIT", options->commit, "a branch, a tag, an id, or the start of an id")
      ->required();
  add_server_option(retry, options->url);
  retry.callback([&context, &exit_code, options] {
    exit_code = with_client(context, options->url, [&](const ApiClient& client) {
      return retry_commit(context, client, options->repo, options->commit);
    });
  });
}

void add_retention(const CliContext& context, CLI::App& app, int& exit_code) {
  const auto url = std::make_shared<std::string>();
  const auto run = std::make_shared<bool>(false);
  auto& retention = *app.add_subcommand(
      "retention", "show what is kept, and what would go now; `retention run` has it go");
  add_server_option(retention, *url);
  retention.fallthrough();
  const auto dry = std::make_shared<bool>(false);
  retention.add_flag("--dry-run", *dry, "show only; so it is without this, too");
  auto& now = *retention.add_subcommand("run", "remove what is to go");
  now.callback([run] { *run = true; });
  retention.final_callback([&context, &exit_code, url, run, dry] {
    exit_code = with_client(context, *url, [&](const ApiClient& client) {
      return *run && !*dry ? run_retention(context, client) : show_retention(context, client);
    });
  });
}

void add_test(const CliContext& context, CLI::App& app, int& exit_code) {
  const auto url = std::make_shared<std::string>();
  const auto command = std::make_shared<TestCommand>();
  auto& test = *app.add_subcommand("test", "show the history of a test");
  test.add_option("REPO", command->repo, "the repository's name")->required();
  test.add_option(
          "TEST", command->test,
          "path::name, suite/path::name, its number, or the end of its name where that is enough")
      ->required();
  test.add_option("--branch", command->branch, "of this branch, not of the primary one");
  test.add_option("--limit", command->limit, "commits")
      ->check(CLI::Range(1, limits::kCommitsPerTestPage))
      ->capture_default_str();
  add_server_option(test, *url);
  test.callback([&context, &exit_code, url, command] {
    exit_code = with_client(context, *url, [&](const ApiClient& client) {
      return show_test(context, client, *command);
    });
  });
}

void add_version(const CliContext& context, CLI::App& app) {
  app.add_subcommand("version", "show the version")->callback([&context] {
    context.out << "testlooper " << context.version << "\n";
  });
}

std::string one_line(const CLI::App* app, const CLI::Error& error) {
  std::string what = error.what();
  const auto rest = app->remaining(true);
  if (what == "A subcommand is required" && !rest.empty()) {
    what = "there is no command '" + rest.front() + "'";
  }
  return "testlooper: " + what + " (--help says more)\n";
}

// Options of the program itself may stand behind a command's.
void take_options_after_commands(CLI::App& app) {
  for (auto* command : app.get_subcommands({})) {
    command->fallthrough();
    take_options_after_commands(*command);
  }
}

}  // namespace

int say_error(const CliContext& context, const Error& error) {
  context.err << "testlooper: " << error.text() << "\n";
  return kNotDone;
}

int with_client(const CliContext& context, const std::string& url,
                const std::function<int(const ApiClient&)>& command) {
  auto server = net::parse_server_url(url);
  if (!server) return say_error(context, server.error());
  const auto token = find_token(*server, context.token_file);
  if (!token) return say_error(context, token.error());
  return command(ApiClient(std::move(*server), *token));
}

void add_server_option(CLI::App& command, std::string& url) {
  url = kDefaultServer;
  command.add_option("--server", url, "the server's address")
      ->envname("TESTLOOPER_URL")
      ->capture_default_str();
}

int run_cli(const CliContext& given, int argc, const char* const* argv) {
  CliContext context = given;
  CLI::App app("TestLooper: finds, measures, explains and ends flaky tests", "testlooper");
  app.require_subcommand(1);
  app.set_version_flag("--version", "testlooper " + context.version, "Show the version");
  app.failure_message(one_line);
  int exit_code = 0;
  for (const auto& add : context.commands) add(app, exit_code);
  add_run(context, app, exit_code);
  add_request(context, app, exit_code);
  add_rules(context, app, exit_code);
  add_match(context, app, exit_code);
  add_clear(context, app, exit_code);
  add_audit(context, app, exit_code);
  add_status(context, app, exit_code);
  add_queue(context, app, exit_code);
  add_cancel(context, app, exit_code);
  add_retry(context, app, exit_code);
  add_engine_commands(context, app, exit_code);
  add_retention(context, app, exit_code);
  add_test(context, app, exit_code);
  add_compare(context, app, exit_code);
  add_flaky_commands(context, app, exit_code);
  add_experiment_commands(context, app, exit_code);
  add_import(context, app, exit_code);
  add_repo_commands(context, app, exit_code);
  add_login_commands(context, app, exit_code);
  add_version(context, app);
  app.add_option("--token-file", context.token_file,
                 "a file with a token for the server; TESTLOOPER_TOKEN, too, can hold one");
  take_options_after_commands(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, context.out, context.err) == 0 ? 0 : kNotDone;
  }
  return exit_code;
}

}  // namespace testlooper::cli
