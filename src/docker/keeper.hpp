// Keeps in touch with docker: finds it, clears up what an earlier process left, says when it is
// ready, notices when it is gone, and begins again. Exec thread only.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "testlooper/ports/executor.hpp"

#include "docker/findings.hpp"
#include "docker/host.hpp"
#include "docker/pauses.hpp"
#include "docker/sandboxes.hpp"
#include "docker/spares.hpp"
#include "docker/supervisor_volume.hpp"

namespace testlooper::docker {

class Keeper {
 public:
  Keeper(Host& host, Pauses& pauses, Sandboxes& sandboxes, Spares& spares,
         SupervisorVolume& supervisor, std::function<void(ExecutorStatus)> status)
      : host_(host),
        pauses_(pauses),
        sandboxes_(sandboxes),
        spares_(spares),
        supervisor_(supervisor),
        status_(std::move(status)) {}

  // Returns when the host is stopping.
  Awaitable<void> keep();
  // A call failed: look after docker at once.
  void look();
  // Removes all containers with our label but those in use, and volumes that nobody knows of.
  Awaitable<Result<void>> reap();

 private:
  Awaitable<Result<void>> reap_volumes();
  Awaitable<Result<ExecutorStatus>> prepare();
  Awaitable<std::string> try_places();
  Awaitable<void> while_it_answers();
  Awaitable<void> rest(std::chrono::milliseconds time);
  void lose(const Error& error);

  Host& host_;
  Pauses& pauses_;
  Sandboxes& sandboxes_;
  Spares& spares_;
  SupervisorVolume& supervisor_;
  std::function<void(ExecutorStatus)> status_;
  bool look_now_ = false;
  std::chrono::steady_clock::time_point reap_at_;
  std::string told_;  // the reason that was told last
};

}  // namespace testlooper::docker
