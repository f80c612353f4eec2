#include "cli/request_command.hpp"

#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "testlooper/base/limits.hpp"

#include "cli/filter_options.hpp"
#include "cli/run_command.hpp"
#include "cli/time_text.hpp"

namespace testlooper::cli {
namespace {

struct RequestOptions {
  std::string url;
  std::int64_t id = 0;
  codec::WishChange change;
};

struct SelectionOptions {
  std::string url, repo, commit, only = "all";
  FilterOptions filter;

  codec::Selection read() const {
    return {.filter = filter.read(), .only = only_named(only), .requested_by = "cli"};
  }
};

struct AuditOptions {
  std::string url;
  AuditQuery query;
  std::int64_t before = 0;
};

int show_request(const CliContext& context, const ApiClient& client, std::int64_t id) {
  const auto page = client.request(DesiredId{id});
  if (!page) return say_error(context, page.error());
  context.out << "request " << id << ": " << times(page->desired.runs) << " "
              << page->desired.filter << " at " << page->sha << "\n"
              << progress_line(*page) << (page->finished ? ", finished" : "") << "\n";
  if (!page->error.empty()) context.out << page->error << "\n";
  return 0;
}

int set_request(const CliContext& context, const ApiClient& client, const RequestOptions& options) {
  const auto done = client.change_request(DesiredId{options.id}, options.change);
  if (!done) return say_error(context, done.error());
  return show_request(context, client, options.id);
}

int clear_results(const CliContext& context, const ApiClient& client,
                  const SelectionOptions& options) {
  const auto done = client.clear(options.repo, options.commit, options.read());
  if (!done) return say_error(context, done.error());
  context.out << "the results of " << done->tests << " tests no longer count\n";
  return 0;
}

int show_matching(const CliContext& context, const ApiClient& client,
                  const SelectionOptions& options) {
  const auto page = client.match(options.repo, options.commit, options.read());
  if (!page) return say_error(context, page.error());
  for (const auto& test : page->tests) {
    context.out << test.suite << "/" << TestName{test.path, test.name}.id() << "\n";
  }
  context.out << page->matching << " of " << page->listed << " tests match\n";
  return 0;
}

int show_audit(const CliContext& context, const ApiClient& client, const AuditOptions& options) {
  auto query = options.query;
  if (options.before > 0) query.before = AuditId{options.before};
  const auto page = client.audit(query);
  if (!page) return say_error(context, page.error());
  for (const auto& entry : page->entries) {
    context.out << entry.id.value << "  " << time_text(entry.at) << "  " << entry.who << "  "
                << entry.action << "  " << (entry.repo.empty() ? "" : entry.repo + ": ")
                << entry.subject << ": " << entry.detail << "\n";
  }
  if (page->more) {
    context.out << "older ones: --before " << page->entries.back().id.value << "\n";
  }
  return 0;
}

template <typename Options, typename CarryOut>
void on_call(const CliContext& context, CLI::App& command, int& exit_code,
             std::shared_ptr<Options> options, CarryOut carry_out) {
  add_server_option(command, options->url);
  command.callback([&context, &exit_code, options, carry_out] {
    exit_code = with_client(context, options->url, [&](const ApiClient& client) {
      return carry_out(context, client, *options);
    });
  });
}

std::shared_ptr<SelectionOptions> add_selection(CLI::App& command) {
  auto options = std::make_shared<SelectionOptions>();
  command.add_option("REPO", options->repo, "the repository's name")->required();
  command.add_option("COMMIT", options->commit, "a branch, a tag, an id, or the start of an id")
      ->required();
  add_filter_options(command, options->filter);
  command.add_option("--only", options->only, "only tests that are so at this commit now")
      ->check(CLI::IsMember({"all", "failed", "flaky", "new"}));
  return options;
}

}  // namespace

void add_request(const CliContext& context, CLI::App& app, int& exit_code) {
  auto& request = *app.add_subcommand("request", "a request for runs, shown, raised or lowered");
  request.require_subcommand(1);
  const auto add = [&](const char* name, const char* what) {
    auto& command = *request.add_subcommand(name, what);
    auto options = std::make_shared<RequestOptions>();
    command.add_option("REQUEST", options->id, "its number")
        ->required()
        ->check(CLI::PositiveNumber);
    return std::pair<CLI::App&, std::shared_ptr<RequestOptions>>{command, options};
  };
  const auto [show, shown] = add("show", "how far it has come");
  on_call(context, show, exit_code, shown,
          [](const CliContext& in, const ApiClient& client, const RequestOptions& options) {
            return show_request(in, client, options.id);
          });
  const auto [set, changed] = add("set", "raise or lower it; what has not started goes");
  changed->change.requested_by = "cli";
  const auto some = CLI::Range(std::int64_t{1}, limits::kRunsPerRequest);
  const auto any = CLI::Range(std::int64_t{0}, limits::kRunsPerRequest);
  set.add_option("--times", changed->change.runs, "runs of each test")->check(some);
  set.add_option("--fail-runs", changed->change.fail_runs, "of tests that failed")->check(any);
  set.add_option("--flake-runs", changed->change.flake_runs, "of known flakes")->check(any);
  set.add_option("--new-runs", changed->change.new_runs, "of new tests")->check(any);
  on_call(context, set, exit_code, changed, set_request);
}

void add_clear(const CliContext& context, CLI::App& app, int& exit_code) {
  auto& command = *app.add_subcommand(
      "clear", "results of tests at a commit no longer count; the runs stay stored");
  on_call(context, command, exit_code, add_selection(command), clear_results);
}

void add_match(const CliContext& context, CLI::App& app, int& exit_code) {
  auto& command = *app.add_subcommand("match", "show which tests of a commit a selection means");
  on_call(context, command, exit_code, add_selection(command), show_matching);
}

void add_audit(const CliContext& context, CLI::App& app, int& exit_code) {
  auto& command = *app.add_subcommand("audit", "who did what when, newest first");
  auto options = std::make_shared<AuditOptions>();
  command.add_option("--limit", options->query.limit, "entries")
      ->check(CLI::Range(1, limits::kAuditEntries))
      ->capture_default_str();
  command.add_option("--who", options->query.who, "only what this person or program did");
  command.add_option("--action", options->query.action, "only this, for instance rule or cancel");
  command.add_option("--before", options->before, "only entries older than this number")
      ->check(CLI::PositiveNumber);
  on_call(context, command, exit_code, options, show_audit);
}

}  // namespace testlooper::cli
