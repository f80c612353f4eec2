#include "codec/server_config.hpp"

#include <algorithm>
#include <array>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "codec/names.hpp"
#include "codec/repo_specs.hpp"
#include "codec/retention_config.hpp"
#include "codec/yaml_fields.hpp"

namespace testlooper::codec {
namespace {

constexpr int kMaxWorkers = 1'024;
constexpr std::int64_t kMinLogBytes = 64 << 10;
constexpr std::int64_t kMaxLogBytes = 1ll << 30;
constexpr std::int64_t kMaxReserveMb = 1ll << 30;
constexpr std::int64_t kMaxArtifactBytes = 1ll << 30;
constexpr std::array<std::string_view, 6> kLogLevels = {"trace",   "debug", "info",
                                                        "warning", "error", "critical"};

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return std::tolower(c); });
  return result;
}

struct BindAddress {
  std::string text;  // in the form that sockets take; "" where it is none
  bool loopback = false;
};
BindAddress bind_address(const std::string& text) {
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return {text, (ntohl(v4.s_addr) >> 24) == 127};
  in6_addr v6{};
  if (inet_pton(AF_INET6, text.c_str(), &v6) == 1) {
    const bool loopback = IN6_IS_ADDR_LOOPBACK(&v6);
    return {loopback ? "::1" : text, loopback};
  }
  return lower(text) == "localhost" ? BindAddress{"127.0.0.1", true} : BindAddress{};
}

class ServerConfigReader {
 public:
  explicit ServerConfigReader(const std::string& where) : findings_(where) {}

  Result<ServerConfig> read(const YamlNode& root) {
    Fields fields(root, "",
                  {{"data_dir"},
                   {"bind_address"},
                   {"auth"},
                   {"http_port"},
                   {"git_watcher_port"},
                   {"allowed_hosts"},
                   {"public_badges"},
                   {"webhook_secret"},
                   {"workers", "num_workers"},
                   {"cores"},
                   {"ram_gb"},
                   {"batch_target_s"},
                   {"docker_socket"},
                   {"network"},
                   {"isolation"},
                   {"with_docker_repos"},
                   {"log_bytes"},
                   {"artifact_bytes"},
                   {"disk_reserve_mb"},
                   {"retention"},
                   {"scan_period_s"},
                   {"log_level", "log_level_name"},
                   {"repos"},
                   {"repo_path"},
                   {"repo_url"},
                   {"repo_name"},
                   {"config_path"},
                   {"branch_prefix"},
                   {"repo_initial_branch"},
                   {"scan_depth"}},
                  findings_);
    read_network(fields);
    read_folders(fields);
    read_limits(fields);
    config_.repos = read_repo_specs(fields);
    read_with_docker(fields);
    read_retention_rules(fields);
    if (!findings_.ok()) return findings_.failure();
    config_.warnings = findings_.take_warnings();
    return std::move(config_);
  }

 private:
  void read_auth(Fields& fields) {
    const auto node = fields.get("auth");
    if (!node) return;
    const auto written = lower(fields.text("auth"));
    if (written != "token" && written != "off") {
      findings_.error(node->line(),
                      fmt::format("'auth' must be token or off, and is {}", node->describe()));
    }
    config_.auth = written == "off" ? AuthMode::off : AuthMode::token;
  }

  void read_bind_address(Fields& fields) {
    const auto node = fields.get("bind_address");
    if (!node) return;
    const auto address = bind_address(fields.text("bind_address"));
    config_.bind_address = address.text;
    if (address.text.empty()) {
      findings_.error(node->line(), fmt::format("'bind_address' must be an IP address or "
                                                "localhost, and is {}",
                                                node->describe()));
    } else if (!address.loopback && config_.auth == AuthMode::off) {
      findings_.error(node->line(),
                      fmt::format("'bind_address' must be a loopback address with 'auth: off', and "
                                  "is {}: whoever reaches the server would be its admin",
                                  node->describe()));
    }
  }

  void read_network(Fields& fields) {
    read_auth(fields);
    read_bind_address(fields);
    read_number_into(fields, "http_port", 1, 65'535, config_.http_port);
    read_number_into(fields, "git_watcher_port", 1, 65'535, config_.git_watcher_port);
    if (config_.git_watcher_port == config_.http_port) {
      findings_.warn(fields.get("git_watcher_port")->line(),
                     "'git_watcher_port' is the same as 'http_port', which takes webhooks too");
      config_.git_watcher_port = 0;
    }
    if (const auto hosts = fields.get("allowed_hosts")) {
      config_.allowed_hosts = read_texts(*hosts, "allowed_hosts", findings_);
    }
    if (const auto node = fields.get("public_badges")) {
      config_.public_badges = read_flag(*node, "public_badges", findings_);
    }
    config_.webhook_secret = fields.text("webhook_secret");
    if (const auto node = fields.get("network")) {
      config_.network = fields.text("network");
      if (config_.network != "bridge" && config_.network != "none") {
        findings_.error(node->line(), fmt::format("'network' must be bridge or none, and is {}",
                                                  node->describe()));
      }
    }
    read_isolation(fields);
  }

  void read_isolation(Fields& fields) {
    const auto node = fields.get("isolation");
    if (!node) return;
    if (const auto isolation = isolation_named(fields.text("isolation"))) {
      config_.isolation = *isolation;
    } else {
      findings_.error(node->line(),
                      fmt::format("'isolation' must be container, sandbox or auto, and is {}",
                                  node->describe()));
    }
  }

  void read_folders(Fields& fields) {
    config_.data_dir = read_path(fields, "data_dir");
    if (fields.get("docker_socket")) config_.docker_socket = read_path(fields, "docker_socket");
  }

  void read_limits(Fields& fields) {
    read_number_into(fields, "workers", 0, kMaxWorkers, config_.workers);
    read_size_into(fields, "cores", limits::kMaxCores, config_.cores);
    read_size_into(fields, "ram_gb", limits::kMaxRamGb, config_.ram_gb);
    read_number_into(fields, "batch_target_s", 1, 3'600, config_.batch_target_s);
    read_number_into(fields, "log_bytes", kMinLogBytes, kMaxLogBytes, config_.log_bytes);
    read_number_into(fields, "artifact_bytes", 0, kMaxArtifactBytes, config_.artifact_bytes);
    read_number_into(fields, "disk_reserve_mb", 0, kMaxReserveMb, config_.disk_reserve_mb);
    read_number_into(fields, "scan_period_s", 1, 86'400, config_.scan_period_s);
    if (const auto node = fields.get("log_level")) {
      config_.log_level = lower(fields.text("log_level"));
      if (config_.log_level == "warn") config_.log_level = "warning";
      if (std::ranges::find(kLogLevels, config_.log_level) == kLogLevels.end()) {
        findings_.error(node->line(),
                        fmt::format("'log_level' must be error, warning, info or debug, and is {}",
                                    node->describe()));
      }
    }
  }

  void read_with_docker(Fields& fields) {
    const auto node = fields.get("with_docker_repos");
    if (!node) return;
    config_.with_docker_repos = read_texts(*node, "with_docker_repos", findings_);
    for (const auto& name : config_.with_docker_repos) {
      if (std::ranges::find(config_.repos, name, &RepoSpec::name) != config_.repos.end()) continue;
      findings_.warn(
          node->line(),
          fmt::format("'with_docker_repos' names a repository that is not there: {}", name));
    }
  }

  void read_retention_rules(Fields& fields) {
    const auto node = fields.get("retention");
    if (!node) return;
    std::vector<std::string> names;
    for (const auto& repo : config_.repos) names.push_back(repo.name);
    config_.retention = read_retention(*node, names, findings_);
  }

  // Fractions too; 0 is the default.
  void read_size_into(Fields& fields, std::string_view name, double max, double& target) {
    if (const auto node = fields.get(name)) target = read_number(*node, name, 0, max, findings_);
  }

  template <typename Number>
  void read_number_into(Fields& fields, std::string_view name, std::int64_t min, std::int64_t max,
                        Number& target) {
    if (const auto node = fields.get(name)) {
      target = static_cast<Number>(read_whole_number(*node, name, min, max, findings_));
    }
  }

  Findings findings_;
  ServerConfig config_;
};

}  // namespace

Result<ServerConfig> parse_server_config(std::string_view text, const std::string& where) {
  const auto document = parse_yaml(text, where);
  if (!document) return std::unexpected(document.error());
  if (document->root().is_null()) return ServerConfig{};
  return ServerConfigReader(where).read(document->root());
}

}  // namespace testlooper::codec
