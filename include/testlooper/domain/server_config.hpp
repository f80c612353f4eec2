// The server's own configuration, as docs/configuration.md describes its text form.
#pragma once

#include <string>
#include <vector>

#include "testlooper/base/limits.hpp"
#include "testlooper/domain/config.hpp"
#include "testlooper/domain/login.hpp"
#include "testlooper/domain/place.hpp"
#include "testlooper/domain/repo.hpp"
#include "testlooper/domain/retention.hpp"

namespace testlooper {

struct ServerConfig {
  std::string data_dir;                    // "" is ~/.local/share/testlooper
  std::string bind_address = "127.0.0.1";  // another than loopback needs a login
  AuthMode auth = AuthMode::token;
  int http_port = 8001;
  int git_watcher_port = 0;                // a second port for webhooks; 0: none
  std::vector<std::string> allowed_hosts;  // Host headers taken besides loopback names
  bool public_badges = false;              // pictures of branches' states, without a login
  std::string webhook_secret;              // HMAC key for /git_updater; "": none is asked for
  int workers = 0;                         // containers at once; 0: kContainersPerCore a core
  double cores = 0;                        // to share out; 0: what the machine has
  double ram_gb = 0;                       // likewise
  int batch_target_s = limits::kBatchTargetSeconds;
  std::string docker_socket;                   // empty: DOCKER_HOST's, or docker's usual one
  std::string network = "bridge";              // of containers: "bridge" (our own) or "none"
  Isolation isolation = Isolation::automatic;  // of test runs
  std::vector<std::string> with_docker_repos;  // repositories that may use docker's socket
  std::uint64_t log_bytes = limits::kLogBytes;
  std::uint64_t artifact_bytes = limits::kArtifactBytes;
  std::int64_t disk_reserve_mb = limits::kDiskReserveMb;  // 0: none
  RetentionConfig retention;
  int scan_period_s = limits::kScanPeriodSeconds;
  std::string log_level = "info";
  std::vector<RepoSpec> repos;
  std::vector<Warning> warnings;
};

}  // namespace testlooper
