#include "cli/import_command.hpp"

#include <array>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "testlooper/base/limits.hpp"

#include "cli/api_client.hpp"
#include "cli/files.hpp"
#include "codec/import_request.hpp"
#include "net/percent.hpp"

namespace testlooper::cli {
namespace {

struct ImportOptions {
  std::string url, repo, commit;
  std::vector<std::string> files;
  codec::ImportRequest request;
};

// False where the file could not be imported; one that was imported before is well.
bool import_file(const CliContext& context, const ApiClient& client, const ImportOptions& options,
                 const std::string& file) {
  auto report = read_file(file);
  if (!report) {
    say_error(context, report.error());
    return false;
  }
  auto request = options.request;
  request.report = std::move(*report);
  request.file = file;
  const auto body = codec::api_json(request);
  if (body.size() > limits::kImportBytes) {
    say_error(context, {ErrorKind::invalid,
                        "is larger than " + std::to_string(limits::kImportBytes >> 20) +
                            " MB with its escapes: split it",
                        file});
    return false;
  }
  const auto done =
      client.answer("POST",
                    "/api/v1/repos/" + net::percent_encoded(options.repo) + "/commits/" +
                        net::percent_encoded(options.commit) + "/import",
                    body);
  if (done) {
    const auto json = nlohmann::json::parse(*done, nullptr, false);
    context.out << file << ": " << json.value("tests", 0) << " results imported into suite "
                << request.suite << "\n";
    return true;
  }
  if (done.error().message.contains(limits::kImportKnown)) {
    context.out << file << ": " << limits::kImportKnown << "\n";
    return true;
  }
  auto error = done.error();
  error.context = file;
  say_error(context, error);
  return false;
}

}  // namespace

void add_import(const CliContext& context, CLI::App& app, int& exit_code) {
  auto& import_app = *app.add_subcommand(
      "import", "bring reports of other systems in as evidence of tests at a commit");
  import_app.require_subcommand(1);
  constexpr std::array<std::array<const char*, 2>, 3> kFormats{
      {{"junit", "JUnit XML, whoever wrote it"},
       {"pytest-json", "what pytest-json-report writes"},
       {"go-json", "what `go test -json` writes"}}};
  for (const auto& [format, what] : kFormats) {
    const auto options = std::make_shared<ImportOptions>();
    options->request.format = format;
    options->request.suite = limits::kImportedName;
    options->request.source = "cli";
    options->request.requested_by = "cli";
    auto& command = *import_app.add_subcommand(format, what);
    command.add_option("FILES", options->files, "reports, one or more")->required();
    command.add_option("--repo", options->repo, "the repository's name")->required();
    command
        .add_option("--commit", options->commit, "a branch, a tag, an id, or the start of an id")
        ->required();
    command
        .add_option("--suite", options->request.suite,
                    "in which the tests are; a suite of the plan joins its evidence")
        ->capture_default_str();
    command.add_option("--environment", options->request.environment,
                       "in which they ran; by default the suite's own");
    command.add_option("--source", options->request.source, "which system ran them, for people")
        ->capture_default_str();
    command.add_option("--attempt", options->request.attempt,
                       "that system's name of the attempt; tells equal reports apart");
    add_server_option(command, options->url);
    command.callback([&context, &exit_code, options] {
      exit_code = with_client(context, options->url, [&](const ApiClient& client) {
        int code = 0;
        for (const auto& file : options->files) {
          if (!import_file(context, client, *options, file)) code = 2;
        }
        return code;
      });
    });
  }
}

}  // namespace testlooper::cli
