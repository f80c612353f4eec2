#include "app/commands.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <spdlog/spdlog.h>

#include "app/check.hpp"
#include "app/doctor.hpp"
#include "app/init.hpp"
#include "app/serve.hpp"
#include "codec/server_config.hpp"

namespace testlooper::app {
namespace {

constexpr int kNotDone = 2;

// What the command line says; it wins over the configuration file.
struct ServeOptions {
  std::string config_file;
  std::vector<std::string> repos;
  std::string data_dir;
  std::optional<int> port;
  std::optional<int> workers;
  std::optional<int> scan_period_s;
  std::string log_level;
  std::string auth;
};

Result<ServerConfig> read_config(const std::string& file) {
  if (file.empty()) return ServerConfig{};
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return not_found("the configuration can't be read", file);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  return codec::parse_server_config(text, file);
}

bool is_url(const std::string& source) { return source.find("://") != std::string::npos; }

// "/srv/git/demo.git" and "https://host/demo.git" are both called "demo".
std::string repo_name(const std::string& source) {
  auto name = std::filesystem::path(source).lexically_normal();
  if (!name.has_filename()) name = name.parent_path();
  if (name.filename() == ".git") name = name.parent_path();
  return name.extension() == ".git" ? name.stem().string() : name.filename().string();
}

Result<ServerConfig> merged(const ServeOptions& options) {
  auto config = read_config(options.config_file);
  if (!config) return config;
  for (const auto& source : options.repos) {
    RepoSpec spec;
    spec.source = is_url(source) ? source : std::filesystem::absolute(source).string();
    spec.name = repo_name(spec.source);
    config->repos.push_back(std::move(spec));
  }
  if (!options.data_dir.empty()) config->data_dir = options.data_dir;
  if (options.port) config->http_port = *options.port;
  if (options.workers) config->workers = *options.workers;
  if (options.scan_period_s) config->scan_period_s = *options.scan_period_s;
  if (!options.log_level.empty()) config->log_level = options.log_level;
  if (!options.auth.empty()) config->auth = options.auth == "off" ? AuthMode::off : AuthMode::token;
  return config;
}

int run_serve(const ServeOptions& options) {
  const auto config = merged(options);
  if (!config) {
    std::cerr << "testlooper: " << config.error().text() << "\n";
    return kNotDone;
  }
  spdlog::set_level(spdlog::level::from_str(config->log_level));
  return serve(*config, [options] { return merged(options); });
}

}  // namespace

void add_serve_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<ServeOptions>();
  auto& serve = *app.add_subcommand("serve", "test repositories, and serve the pages and the API");
  serve
      .add_option("--config", options->config_file,
                  "a server configuration (docs/configuration.md)")
      ->check(CLI::ExistingFile);
  serve.add_option("--repo", options->repos, "a repository: a path, or a URL that git can clone")
      ->allow_extra_args(false);
  serve.add_option("--data-dir", options->data_dir, "where everything is kept");
  serve.add_option("--port", options->port, "of the pages and the API")
      ->check(CLI::Range(1, 65535));
  serve.add_option("--workers", options->workers, "containers at once; four a core by default")
      ->check(CLI::Range(1, 1024));
  serve
      .add_option("--scan-period", options->scan_period_s, "seconds between two looks at the refs")
      ->check(CLI::Range(1, 86400));
  serve.add_option("--log-level", options->log_level)
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}));
  serve
      .add_option("--auth", options->auth,
                  "token: everybody signs in; off: nobody does, for this machine alone")
      ->check(CLI::IsMember({"token", "off"}));
  serve.callback([options, &exit_code] { exit_code = run_serve(*options); });
}

void add_doctor_command(CLI::App& app, int& exit_code) {
  struct Options {
    DoctorRequest request;
    std::string config_file;
  };
  const auto options = std::make_shared<Options>();
  auto& command = *app.add_subcommand(
      "doctor", "tell what this machine and its docker offer to runs, and what is missing");
  command.add_option("--config", options->config_file, "the server's, for its docker_socket")
      ->check(CLI::ExistingFile);
  command.add_flag("--json", options->request.json, "for programs");
  command.callback([options, &exit_code] {
    const auto config = read_config(options->config_file);
    if (!config) {
      std::cerr << "testlooper: " << config.error().text() << "\n";
      exit_code = kNotDone;
      return;
    }
    options->request.docker_socket = config->docker_socket;
    exit_code = doctor(options->request);
  });
}

void add_init_command(CLI::App& app, int& exit_code) {
  const auto request = std::make_shared<InitRequest>();
  auto& command = *app.add_subcommand(
      "init", "write the folder .testlooper into a repository, for the tests that it has");
  command.add_option("FOLDER", request->folder, "the root of the repository")
      ->capture_default_str();
  command.add_option("--framework", request->framework,
                     "pytest, ctest, go, jest, vitest or other, instead of all that are found");
  command
      .add_option("--image", request->images,
                  "the base image; FRAMEWORK=IMAGE where there are several frameworks")
      ->allow_extra_args(false);
  command.add_flag("--force", request->force, "overwrite files that are there");
  command.add_flag("--dry-run", request->dry_run, "print the files instead of writing them");
  command.callback([request, &exit_code] { exit_code = init(*request); });
}

void add_check_command(CLI::App& app, int& exit_code) {
  const auto request = std::make_shared<CheckRequest>();
  auto& command = *app.add_subcommand(
      "check", "tell whether a repository's config and plan are right, with file and line");
  command.add_option("REPO", request->repo, "a path, or a URL that git can clone")
      ->capture_default_str();
  command.add_option("--commit", request->commit, "a branch, a tag, or an id")
      ->capture_default_str();
  command.add_option("--config-path", request->config_path)->capture_default_str();
  command.add_option("--plan", request->plan_file, "check this file as a plan, and nothing else")
      ->check(CLI::ExistingFile);
  command.add_flag_callback(
      "--no-docker", [request] { request->use_docker = false; },
      "check the config only, without generating the plan");
  command.callback([request, &exit_code] { exit_code = check(*request); });
}

}  // namespace testlooper::app
