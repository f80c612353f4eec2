#include "cli/repo_commands.hpp"

#include <filesystem>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "cli/api_client.hpp"

namespace testlooper::cli {
namespace {

constexpr int kDone = 0, kNotDone = 2;

int complain(const CliContext& context, const Error& error) {
  context.err << "testlooper: " << error.text() << "\n";
  return kNotDone;
}

int say(const CliContext& context, const Result<void>& result, const std::string& sentence) {
  if (!result) return complain(context, result.error());
  context.out << sentence << "\n";
  return kDone;
}

// What is a folder here may be named from here; the server wants the whole path.
std::string whole_source(const std::string& source) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(source, ignored)) return source;
  return std::filesystem::absolute(source, ignored).lexically_normal().string();
}

struct RepoOptions {
  std::string url;
  std::string repo;  // a name; of `add`, the source
  std::string name;
  bool purge = false;
  RepoSettings settings;
};
using Options = std::shared_ptr<RepoOptions>;
using RepoCommand = std::function<int(const ApiClient&, const RepoOptions&)>;

void add_settings(CLI::App& command, RepoSettings& settings) {
  command.add_option("--config-path", settings.config_path, "where its config is");
  command.add_option("--branch-prefix", settings.branch_prefix,
                     "only branches that begin so are tested");
  command.add_option("--primary-branch", settings.primary_branch, "shown first, tested first");
  command.add_option("--scan-depth", settings.scan_depth, "commits of a branch that is new");
  command.add_option("--fetch-period", settings.fetch_period_s, "seconds between two looks at it");
}

Options add_command(const CliContext& context, CLI::App& app, int& exit_code, const char* name,
                    const char* what, const RepoCommand& run) {
  const auto options = std::make_shared<RepoOptions>();
  auto& command = *app.add_subcommand(name, what);
  add_server_option(command, options->url);
  command.callback([&context, &exit_code, options, run] {
    exit_code = with_client(context, options->url,
                            [&](const ApiClient& client) { return run(client, *options); });
  });
  return options;
}

int add(const CliContext& context, const ApiClient& client, const RepoOptions& options) {
  const auto added = client.add_repo(whole_source(options.repo), options.name, options.settings);
  if (!added) return complain(context, added.error());
  context.out << "'" << added->repo << "' is tested now: " << client.page_url("/r/" + added->repo)
              << "\n";
  if (!added->hook.empty()) {
    context.out << "to have its pushes announced: " << added->hook << "\n";
  }
  return kDone;
}

int list(const CliContext& context, const ApiClient& client) {
  const auto page = client.repos();
  if (!page) return complain(context, page.error());
  for (const auto& repo : page->repos) {
    context.out << repo.name << "  " << repo.state << "  " << repo.branches << " branches  "
                << repo.source << (repo.origin == "config" ? "  (configured)" : "") << "\n";
    if (!repo.error.empty()) context.out << "    " << repo.error << "\n";
  }
  for (const auto& repo : page->removed) {
    context.out << repo.name << "  " << (repo.purging ? "is being purged" : "removed") << "  "
                << repo.source << "\n";
  }
  return kDone;
}

int reload(const CliContext& context, const ApiClient& client) {
  const auto report = client.reload();
  if (!report) return complain(context, report.error());
  const auto say_names = [&](const char* what, const std::vector<std::string>& names) {
    for (const auto& name : names) context.out << what << " " << name << "\n";
  };
  say_names("added", report->added);
  say_names("changed", report->changed);
  say_names("removed", report->removed);
  say_names("warning:", report->warnings);
  if (report->added.empty() && report->changed.empty() && report->removed.empty()) {
    context.out << "no repository has changed\n";
  }
  return kDone;
}

}  // namespace

void add_repo_commands(const CliContext& context, CLI::App& app, int& exit_code) {
  auto& repo = *app.add_subcommand("repo", "add, list, change and remove repositories");
  repo.require_subcommand(1);
  const auto command = [&](const char* name, const char* what, const RepoCommand& run) {
    return std::pair{add_command(context, repo, exit_code, name, what, run),
                     repo.get_subcommand(name)};
  };
  const auto [added, add_app] = command("add", "test another repository",
                                        [&context](const auto& client, const auto& options) {
                                          return add(context, client, options);
                                        });
  add_app->add_option("SOURCE", added->repo, "a path, or a URL that git can clone")->required();
  add_app->add_option("--name", added->name, "instead of the last part of the source");
  add_settings(*add_app, added->settings);

  command("list", "show the repositories",
          [&context](const auto& client, const auto&) { return list(context, client); });

  const auto [changed, set_app] =
      command("set", "change the settings of a repository that was added so",
              [&context](const auto& client, const auto& options) {
                return say(context, client.change_repo(options.repo, options.settings),
                           "'" + options.repo + "' is changed");
              });
  set_app->add_option("NAME", changed->repo, "the repository")->required();
  add_settings(*set_app, changed->settings);

  const auto [scanned, scan_app] =
      command("scan", "look at its refs now", [&context](const auto& client, const auto& options) {
        return say(context, client.scan_repo(options.repo), "'" + options.repo + "' is looked at");
      });
  scan_app->add_option("NAME", scanned->repo, "the repository")->required();

  const auto [removed, remove_app] =
      command("remove", "stop testing it; its data are kept, and it may come back",
              [&context](const auto& client, const auto& options) {
                return say(context, client.remove_repo(options.repo, options.purge),
                           "'" + options.repo + "' is removed");
              });
  remove_app->add_option("NAME", removed->repo, "the repository")->required();
  remove_app->add_flag("--purge", removed->purge, "delete its data, too");

  add_command(context, app, exit_code, "reload", "have the server read its configuration again",
              [&context](const auto& client, const auto&) { return reload(context, client); });
}

}  // namespace testlooper::cli
