#include "cli/experiment_commands.hpp"

#include <charconv>
#include <fstream>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "testlooper/base/limits.hpp"

#include "cli/condition_options.hpp"
#include "cli/experiment_follow.hpp"

namespace testlooper::cli {
namespace {

// "90s", "10m", "1h30m", "2d"; nothing where it is none of that.
std::optional<Seconds> duration_of(const std::string& text) {
  Seconds sum{0};
  const auto* at = text.data();
  const auto* const end = at + text.size();
  while (at != end) {
    std::int64_t number = 0;
    const auto [unit, error] = std::from_chars(at, end, number);
    if (error != std::errc{} || unit == end || number < 0 || number > limits::kMaxTimeoutSeconds) {
      return std::nullopt;
    }
    switch (*unit) {
      case 's':
        sum += Seconds{number};
        break;
      case 'm':
        sum += std::chrono::minutes{number};
        break;
      case 'h':
        sum += std::chrono::hours{number};
        break;
      case 'd':
        sum += std::chrono::days{number};
        break;
      default:
        return std::nullopt;
    }
    at = unit + 1;
  }
  return sum > Seconds{0} ? std::optional{sum} : std::nullopt;
}

// Empty where it is one; else why it is not, as CLI11 wants it.
std::string is_duration(const std::string& text) {
  return duration_of(text) ? "" : "'" + text + "' is no duration; say 90s, 10m or 1h30m";
}

struct StartOptions {
  std::string url;
  ExperimentRequest request;
  std::string duration, method = "anytime";
  ConditionOptions condition;
  bool no_wait = false;
};

// What a proof lacks; the server checks the rest.
Result<void> check_proof(const StartOptions& options) {
  if (!options.request.cluster.empty()) return {};
  if (options.request.test.empty()) return invalid("is required, or --cluster", "TEST");
  if (!options.request.against.empty()) return {};
  return invalid("is required: the rate at which it failed before, or a commit where it did",
                 "--against");
}

int start(const CliContext& context, const ApiClient& client, const StartOptions& options) {
  auto condition = options.condition.read();
  if (!condition) return say_error(context, condition.error());
  auto request = options.request;
  request.condition = std::move(*condition);
  request.requested_by = "cli";
  if (!options.duration.empty()) request.duration = *duration_of(options.duration);
  request.method = options.method == "sprt"    ? ProveMethod::sequential
                   : options.method == "fixed" ? ProveMethod::fixed
                                               : ProveMethod::anytime;
  if (request.kind == ExperimentKind::prove) {
    if (auto fits = check_proof(options); !fits) return say_error(context, fits.error());
  }
  const auto begun = client.start_experiments(request);
  if (!begun) return say_error(context, begun.error());
  for (const auto id : *begun) {
    context.out << "experiment " << id.value << "  "
                << client.page_url("/experiments/" + std::to_string(id.value)) << std::endl;
  }
  int code = 0;
  for (const auto id : *begun) {
    if (!options.no_wait) code = std::max(code, follow_experiment(context, client, id));
  }
  return code;
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

std::shared_ptr<StartOptions> add_start(const CliContext& context, CLI::App& command,
                                        int& exit_code, ExperimentKind kind) {
  auto options = std::make_shared<StartOptions>();
  auto& request = options->request;
  request.kind = kind;
  auto* test = command.add_option(
      "TEST", request.test,
      "path::name, suite/path::name, its number, or the end of its name where that is enough");
  if (kind == ExperimentKind::prove) {
    test->excludes(command.add_option("--cluster", request.cluster,
                                      "instead: each flaky test of this cluster of failures"));
  } else {
    test->required();
  }
  command.add_option("--repo", request.repo, "the repository, where there are several");
  command.add_option("--runs", request.runs, "runs at most, of all")
      ->check(CLI::Range(std::int64_t{1}, limits::kExperimentRuns));
  command.add_option("--in-flight", request.in_flight, "runs at once")
      ->check(CLI::Range(1, limits::kExperimentInFlightMost));
  command.add_flag("--background", request.background, "anything else goes first");
  if (kind != ExperimentKind::diagnose) add_condition_options(command, options->condition);
  command.add_flag("--yes", request.yes, "however many runs it takes");
  command.add_flag("--no-wait", options->no_wait, "do not follow it; it goes on by itself anyway");
  on_call(context, command, exit_code, options, start);
  return options;
}

void add_commit_option(CLI::App& command, ExperimentRequest& request) {
  command.add_option("--commit", request.commit,
                     "a branch, a tag, an id, or the start of one; the primary branch's head where "
                     "it is absent");
}

void add_hunt(const CliContext& context, CLI::App& app, int& exit_code) {
  auto& command = *app.add_subcommand(
      "hunt",
      "run a test until it has failed, and tell how often it does; exit with 0 if it never "
      "failed, 1 if it did, 2 if nothing was found out");
  const auto options = add_start(context, command, exit_code, ExperimentKind::hunt);
  auto& request = options->request;
  add_commit_option(command, request);
  command.add_option("--until-failures", request.until_failures, "end after so many failures")
      ->check(CLI::Range(std::int64_t{1}, limits::kExperimentRuns));
  command.add_option("--for", options->duration, "end after this time: 90s, 10m, 1h30m")
      ->check(CLI::Validator(is_duration, ""));
}

void add_prove(const CliContext& context, CLI::App& app, int& exit_code) {
  auto& command = *app.add_subcommand(
      "prove",
      "is a flaky test fixed? With a stated risk; exit with 0 if it is, 1 if it still "
      "fails, 2 if that is not decided");
  const auto options = add_start(context, command, exit_code, ExperimentKind::prove);
  auto& request = options->request;
  command.add_option("--commit", request.commit,
                     "with the fix; the primary branch's head where it is absent");
  command.add_option(
      "--against", request.against,
      "the rate at which it failed before (.05, 5%), a commit where it did, or known: "
      "what the list of flaky tests tells, as for each test of a cluster");
  command.add_option("--risk", request.risk, "how likely it may say `fixed` wrongly")
      ->capture_default_str();
  command
      .add_option("--method", options->method,
                  "anytime: may be watched, stopped and continued; sprt: shortest on average; "
                  "fixed: a number of runs that must all pass")
      ->check(CLI::IsMember({"anytime", "sprt", "fixed"}))
      ->capture_default_str();
}

void add_bisect(const CliContext& context, CLI::App& app, int& exit_code) {
  auto& command = *app.add_subcommand(
      "bisect",
      "which commit made a test fail more often? Exit with 0 if it was found, 1 if it is "
      "not in the range, 2 if that is not decided");
  const auto options = add_start(context, command, exit_code, ExperimentKind::bisect);
  auto& request = options->request;
  command.add_option("--good", request.good,
                     "an ancestor that is believed to be good; the beginning is open without");
  command.add_option("--bad", request.bad, "the primary branch's head where it is absent");
  command.add_option("--confidence", request.confidence, "at which it ends")->capture_default_str();
}

void add_diagnose(const CliContext& context, CLI::App& app, int& exit_code) {
  auto& command = *app.add_subcommand(
      "diagnose",
      "why does a test flake? By controlled comparisons; exit with 0 if that is said, 2 "
      "if it is not decided");
  const auto options = add_start(context, command, exit_code, ExperimentKind::diagnose);
  auto& request = options->request;
  add_commit_option(command, request);
  command.add_option("--effort", request.effort, "times as many runs for each condition")
      ->check(CLI::Range(1, limits::kDiagnoseEffort))
      ->capture_default_str();
}

struct OneOptions {
  std::string url;
  std::int64_t id = 0;
  std::string file, duration;
  codec::ExperimentMore more;
  bool no_wait = false;
};

struct ListOptions {
  std::string url;
  ExperimentsQuery query;
};

int list(const CliContext& context, const ApiClient& client, const ListOptions& options) {
  const auto page = client.experiments(options.query);
  if (!page) return say_error(context, page.error());
  for (const auto& each : page->experiments) {
    context.out << each.id.value << "  " << each.kind << "  " << each.standing << "  " << each.repo
                << "  " << each.suite << "/" << TestName{each.path, each.name}.id() << "  "
                << each.failures << " of " << each.runs << " runs failed"
                << (each.answer.empty() ? "" : "  " + each.answer) << "\n";
  }
  return 0;
}

int order(const CliContext& context, const ApiClient& client, ExperimentId id, const char* what) {
  if (const auto done = client.order_experiment(id, what); !done) {
    return say_error(context, done.error());
  }
  return show_experiment(context, client, id);
}

int go_on(const CliContext& context, const ApiClient& client, const OneOptions& options) {
  auto more = options.more;
  more.requested_by = "cli";
  if (!options.duration.empty()) more.duration = duration_of(options.duration);
  const ExperimentId id{options.id};
  if (const auto done = client.continue_experiment(id, more); !done) {
    return say_error(context, done.error());
  }
  return options.no_wait ? 0 : follow_experiment(context, client, id);
}

int save(const CliContext& context, const ApiClient& client, const OneOptions& options) {
  const auto document = client.experiment_export(ExperimentId{options.id});
  if (!document) return say_error(context, document.error());
  if (options.file.empty()) {
    context.out << *document << "\n";
    return 0;
  }
  std::ofstream file(options.file, std::ios::binary);
  file << *document << "\n";
  file.close();
  if (file) return 0;
  return say_error(context, {ErrorKind::unavailable, "can't be written", options.file});
}

void add_continue(const CliContext& context, CLI::App& parent, int& exit_code) {
  auto& command = *parent.add_subcommand(
      "continue", "go on; with more runs, failures, time or confidence, as totals");
  auto options = std::make_shared<OneOptions>();
  command.add_option("EXPERIMENT", options->id, "its number")
      ->required()
      ->check(CLI::PositiveNumber);
  command.add_option("--runs", options->more.runs, "runs at most, of all");
  command.add_option("--until-failures", options->more.until_failures, "of a hunt");
  command.add_option("--for", options->duration, "of a hunt: 90s, 10m, 1h30m")
      ->check(CLI::Validator(is_duration, ""));
  command.add_option("--confidence", options->more.confidence, "of a bisection");
  command.add_flag("--yes", options->more.yes, "however many runs it takes");
  command.add_flag("--no-wait", options->no_wait, "do not follow it");
  on_call(context, command, exit_code, options, go_on);
}

void add_experiment(const CliContext& context, CLI::App& app, int& exit_code) {
  auto& parent =
      *app.add_subcommand("experiment", "hunts, proofs, bisections and diagnoses that are there");
  parent.require_subcommand(1);
  auto& listing = *parent.add_subcommand("list", "newest first");
  auto listed = std::make_shared<ListOptions>();
  listing.add_option("--repo", listed->query.repo, "of this repository");
  listing.add_option("--test", listed->query.test, "of this test of the repository");
  listing.add_option("--limit", listed->query.limit, "at most")
      ->check(CLI::Range(1, limits::kExperimentsOfPage))
      ->capture_default_str();
  on_call(context, listing, exit_code, listed, list);
  const auto one = [&](const char* name, const char* what, auto carry_out) -> OneOptions& {
    auto& command = *parent.add_subcommand(name, what);
    auto options = std::make_shared<OneOptions>();
    command.add_option("EXPERIMENT", options->id, "its number")
        ->required()
        ->check(CLI::PositiveNumber);
    if (std::string_view{name} == "export") {
      command.add_option("FILE", options->file, "written there; else it is printed");
    }
    on_call(context, command, exit_code, options, carry_out);
    return *options;
  };
  using In = const CliContext&;
  using By = const ApiClient&;
  using What = const OneOptions&;
  one("show", "how it stands",
      [](In in, By by, What what) { return show_experiment(in, by, ExperimentId{what.id}); });
  one("follow", "until it ends",
      [](In in, By by, What what) { return follow_experiment(in, by, ExperimentId{what.id}); });
  one("pause", "nothing more is started; it can be continued",
      [](In in, By by, What what) { return order(in, by, ExperimentId{what.id}, "pause"); });
  one("stop", "end it without an answer",
      [](In in, By by, What what) { return order(in, by, ExperimentId{what.id}, "stop"); });
  one("export", "as one JSON document", save);
  add_continue(context, parent, exit_code);
}

}  // namespace

void add_experiment_commands(const CliContext& context, CLI::App& app, int& exit_code) {
  add_hunt(context, app, exit_code);
  add_prove(context, app, exit_code);
  add_bisect(context, app, exit_code);
  add_diagnose(context, app, exit_code);
  add_experiment(context, app, exit_code);
}

}  // namespace testlooper::cli
