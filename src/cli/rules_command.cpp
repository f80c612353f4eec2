#include "cli/rules_command.hpp"

#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "testlooper/base/limits.hpp"

#include "cli/filter_options.hpp"

namespace testlooper::cli {
namespace {

// What a rule's options are read into; those that nobody gave leave the rule as it is.
struct RuleOptions {
  std::string repo;
  std::int64_t id = 0;
  std::optional<int> position;
  std::optional<std::string> branches, schedule, schedule_only;
  std::optional<std::int64_t> runs, fail_runs, flake_runs, new_runs, schedule_runs, idle_runs;
  std::optional<bool> superseded;
  FilterOptions filter;
  bool any_test = false;

  void apply_to(BranchRule& rule) const {
    const auto set = [](const auto& given, auto& member) {
      if (given) member = *given;
    };
    set(branches, rule.branches);
    set(runs, rule.counts.runs);
    set(fail_runs, rule.counts.fail_runs);
    set(flake_runs, rule.counts.flake_runs);
    set(new_runs, rule.counts.new_runs);
    set(superseded, rule.superseded);
    set(schedule, rule.schedule);
    set(schedule_runs, rule.schedule_runs);
    set(idle_runs, rule.idle_runs);
    if (schedule_only) rule.schedule_only = only_named(*schedule_only);
    if (any_test) rule.filter = {};
    if (filter.given()) rule.filter = filter.read();
  }
};

void add_rule_options(CLI::App& command, RuleOptions& options) {
  const auto runs = CLI::Range(std::int64_t{0}, limits::kRunsPerRequest);
  command.add_option("--runs", options.runs, "runs of each test")->check(runs);
  command.add_option("--fail-runs", options.fail_runs, "of tests that failed")->check(runs);
  command.add_option("--flake-runs", options.flake_runs, "of known flakes")->check(runs);
  command.add_option("--new-runs", options.new_runs, "of new tests")->check(runs);
  command.add_option("--superseded", options.superseded,
                     "test commits that are no longer a head: true or false");
  command.add_option("--schedule", options.schedule, "five fields as in cron, UTC; \"\" for none");
  command.add_option("--schedule-runs", options.schedule_runs, "runs at each due time")
      ->check(runs);
  command.add_option("--schedule-only", options.schedule_only, "of which tests")
      ->check(CLI::IsMember({"all", "failed", "flaky", "new"}));
  command
      .add_option("--idle-runs", options.idle_runs,
                  "at most, of each test of a head, while nothing else is to be done")
      ->check(runs);
  command.add_option("--position", options.position, "among the rules, from 1")
      ->check(CLI::PositiveNumber);
  command.add_flag("--any-test", options.any_test, "of all tests: without a filter");
  add_filter_options(command, options.filter);
}

void show_rule(std::ostream& out, std::size_t position, const pages::RuleSummary& each) {
  const auto& rule = each.rule;
  out << position << ". rule " << rule.id.value << ": " << rule.branches << ": " << rule.counts.runs
      << " runs of " << each.filter_text;
  const auto more = [&](std::int64_t runs, const char* of) {
    if (runs > 0) out << ", " << runs << " of " << of;
  };
  more(rule.counts.fail_runs, "failed ones");
  more(rule.counts.flake_runs, "flaky ones");
  more(rule.counts.new_runs, "new ones");
  if (!rule.superseded) out << "; heads only";
  if (!rule.schedule.empty()) {
    out << "; at " << rule.schedule << ": " << rule.schedule_runs << " runs of "
        << only_text(rule.schedule_only);
  }
  if (rule.idle_runs > 0) out << "; up to " << rule.idle_runs << " runs in idle room";
  out << "\n";
}

int list_rules(const CliContext& context, const ApiClient& client, const std::string& repo) {
  const auto rules = client.rules(repo);
  if (!rules) return say_error(context, rules.error());
  std::size_t position = 0;
  for (const auto& rule : *rules) show_rule(context.out, ++position, rule);
  return 0;
}

int tell_rule(const CliContext& context, const Result<orders::Done>& done, const char* what) {
  if (!done) return say_error(context, done.error());
  context.out << "rule " << done->id << " " << what << "\n";
  return 0;
}

int add_rule(const CliContext& context, const ApiClient& client, const RuleOptions& options) {
  codec::RuleRequest request;
  options.apply_to(request.rule);
  request.position = options.position;
  request.requested_by = "cli";
  return tell_rule(context, client.add_rule(options.repo, request), "is in force");
}

int change_rule(const CliContext& context, const ApiClient& client, const RuleOptions& options) {
  const auto rules = client.rules(options.repo);
  if (!rules) return say_error(context, rules.error());
  for (const auto& each : *rules) {
    if (each.rule.id.value != options.id) continue;
    codec::RuleRequest request;
    request.rule = each.rule;
    options.apply_to(request.rule);
    request.position = options.position;
    request.requested_by = "cli";
    return tell_rule(context, client.change_rule(options.repo, request), "is in force as changed");
  }
  return say_error(
      context,
      {ErrorKind::not_found, options.repo + " has no rule " + std::to_string(options.id), {}});
}

}  // namespace

void add_rules(const CliContext& context, CLI::App& app, int& exit_code) {
  auto& rules = *app.add_subcommand("rules", "what is wanted of a repository's branches");
  rules.require_subcommand(1);
  const auto add = [&](const char* name, const char* what, auto prepare, auto carry_out) {
    const auto options = std::make_shared<RuleOptions>();
    const auto url = std::make_shared<std::string>();
    auto& command = *rules.add_subcommand(name, what);
    command.add_option("REPO", options->repo, "the repository's name")->required();
    prepare(command, *options);
    add_server_option(command, *url);
    command.callback([&context, &exit_code, options, url, carry_out] {
      exit_code = with_client(context, *url, [&](const ApiClient& client) {
        return carry_out(context, client, *options);
      });
    });
  };
  const auto with_id = [](CLI::App& command, RuleOptions& options) {
    command.add_option("RULE", options.id, "the rule's number")
        ->required()
        ->check(CLI::PositiveNumber);
  };
  add(
      "list", "show the rules; the first that fits a branch counts", [](CLI::App&, RuleOptions&) {},
      [](const CliContext& in, const ApiClient& client, const RuleOptions& options) {
        return list_rules(in, client, options.repo);
      });
  add(
      "add", "add a rule, in front of the others or at --position",
      [](CLI::App& command, RuleOptions& options) {
        command
            .add_option("BRANCHES", options.branches,
                        "a branch, or a glob: ? and * without /, ** with; * alone is all")
            ->required();
        add_rule_options(command, options);
      },
      add_rule);
  add(
      "set", "change a rule; what is not given stays",
      [&](CLI::App& command, RuleOptions& options) {
        with_id(command, options);
        command.add_option("--branches", options.branches, "a branch or a glob");
        add_rule_options(command, options);
      },
      change_rule);
  add("remove", "remove a rule", with_id,
      [](const CliContext& in, const ApiClient& client, const RuleOptions& options) {
        return tell_rule(in, client.remove_rule(options.repo, RuleId{options.id}), "is removed");
      });
}

}  // namespace testlooper::cli
