#include "app/fixed_settings.hpp"

namespace testlooper::app {

std::vector<std::string> fixed_differences(const ServerConfig& running, const ServerConfig& read) {
  std::vector<std::string> sentences;
  for (const auto& warning : read.warnings) sentences.push_back(warning.message);
  const auto compare = [&](const char* key, const auto& before, const auto& after) {
    if (before == after) return;
    sentences.push_back(std::string("'") + key +
                        "' can't change while the server runs: restart it for the new value");
  };
  compare("data_dir", running.data_dir, read.data_dir);
  compare("bind_address", running.bind_address, read.bind_address);
  compare("auth", running.auth, read.auth);
  compare("http_port", running.http_port, read.http_port);
  compare("git_watcher_port", running.git_watcher_port, read.git_watcher_port);
  compare("allowed_hosts", running.allowed_hosts, read.allowed_hosts);
  compare("public_badges", running.public_badges, read.public_badges);
  compare("webhook_secret", running.webhook_secret, read.webhook_secret);
  compare("workers", running.workers, read.workers);
  compare("cores", running.cores, read.cores);
  compare("ram_gb", running.ram_gb, read.ram_gb);
  compare("batch_target_s", running.batch_target_s, read.batch_target_s);
  compare("docker_socket", running.docker_socket, read.docker_socket);
  compare("network", running.network, read.network);
  compare("isolation", running.isolation, read.isolation);
  compare("with_docker_repos", running.with_docker_repos, read.with_docker_repos);
  compare("log_bytes", running.log_bytes, read.log_bytes);
  compare("artifact_bytes", running.artifact_bytes, read.artifact_bytes);
  compare("disk_reserve_mb", running.disk_reserve_mb, read.disk_reserve_mb);
  compare("scan_period_s", running.scan_period_s, read.scan_period_s);
  compare("log_level", running.log_level, read.log_level);
  return sentences;
}

}  // namespace testlooper::app
