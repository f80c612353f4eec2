// What a server is given at its start.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "testlooper/base/limits.hpp"
#include "testlooper/base/time.hpp"
#include "testlooper/domain/login.hpp"
#include "testlooper/ports/executor.hpp"

namespace testlooper::http {

struct Timeouts {
  Milliseconds header = Seconds(limits::kHttpHeaderSeconds);
  Milliseconds idle = Seconds(limits::kHttpIdleSeconds);
  Milliseconds body = Seconds(limits::kHttpBodySeconds);
  Milliseconds write = Seconds(limits::kHttpWriteSeconds);
  Milliseconds reply = Seconds(limits::kHttpReplySeconds);
  Milliseconds queue{limits::kHttpQueueMs};
  Milliseconds stop = Seconds(limits::kHttpStopSeconds);
  Milliseconds heartbeat = Seconds(limits::kHttpHeartbeatSeconds);
  Milliseconds change_interval{limits::kChangeIntervalMs};
  Milliseconds share_pages{limits::kSharedPageMs};
};

struct HttpOptions {
  std::string bind_address = "127.0.0.1";  // of loopback, where auth is off
  AuthMode auth = AuthMode::token;
  std::string token_file;     // told to who asks from this machine without a token; "" is none
  std::uint16_t port = 8001;  // 0: any free one
  std::optional<std::uint16_t> hook_port;  // takes /git_updater only; 0: any free one
  bool public_badges = false;              // without a login
  std::vector<std::string> allowed_hosts;  // besides loopback names; "name" or "name:port"
  std::string webhook_secret;              // "": unsigned ones are taken of this machine only
  std::string data_dir;                    // logs are beneath it
  std::string version;
  std::size_t max_connections = limits::kHttpConnections;
  Timeouts timeouts;
};

// What the engine page shows besides rows of the store.
struct ServerFacts {
  ExecutorStatus executor;
  std::int64_t slots = 0;
  WallTime started_at;
  WallTime now;
  std::string intake_paused = {};  // why no new work is taken; "" where it is
};
// Called from pool threads.
using FactsSource = std::function<ServerFacts()>;

}  // namespace testlooper::http
