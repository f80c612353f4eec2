// Warm containers: each has the supervisor in it and takes one run at a time. Made when first
// needed, kept for a while for the next run of the same kind, at most one a slot and some spare.
// Exec thread only.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "testlooper/ports/container_host.hpp"

#include "docker/host.hpp"
#include "docker/layers.hpp"
#include "docker/sandbox_request.hpp"
#include "docker/supervised.hpp"

namespace testlooper::docker {

struct Sandbox : SupervisorLine {
  std::string key;
  std::string name;
  RunUser user;
  std::chrono::steady_clock::time_point idle_since;
};
using SandboxLease = std::shared_ptr<Sandbox>;

// What came of asking for one.
struct SandboxOffer {
  SandboxLease lease;                     // or…
  std::string reason;                     // …why there can be none here, or…
  std::vector<std::string> lost_volumes;  // …what docker lost of the job's mounts
};

class Sandboxes {
 public:
  Sandboxes(Host& host, Layers& layers) : host_(host), layers_(layers) {}

  // Waits while all slots are taken. Errors: as ContainerHost::run.
  Awaitable<Result<SandboxOffer>> acquire(const ContainerJob& job, CancelFlag cancelled);
  // One that is spent is removed.
  Awaitable<void> give_back(SandboxLease lease);
  // Why this host has none, whatever the image; empty where it has.
  Awaitable<std::string> try_host();
  // Removes those that by `now` were idle for limits::kSandboxIdleSeconds.
  Awaitable<void> expire(std::chrono::steady_clock::time_point now);
  // After docker was away: none of them is what it was, and what it refused may work now.
  void forget();

 private:
  Awaitable<Result<SandboxOffer>> make(const ContainerJob& job, std::string key,
                                       CancelFlag cancelled);
  Awaitable<Result<SandboxOffer>> fill(SandboxLease fresh, const ContainerJob& job,
                                       CancelFlag cancelled);
  Awaitable<Result<std::string>> create(SandboxLease fresh, const ContainerJob& job,
                                        CancelFlag cancelled);
  Awaitable<Result<void>> learn_user(SandboxLease fresh, std::string image);
  Awaitable<Result<std::string>> start(SandboxLease fresh);
  Awaitable<void> remove(SandboxLease lease);
  SandboxLease take_idle(const std::string& key);

  Host& host_;
  Layers& layers_;
  std::vector<SandboxLease> idle_;  // the longest idle first
  std::vector<std::weak_ptr<Sandbox>> leased_;
  std::map<std::string, std::string> refused_;  // key -> why
  std::chrono::steady_clock::time_point refused_since_;
  int made_ = 0;  // idle, leased and being made
};

}  // namespace testlooper::docker
