// Spare containers: started before anybody asks for them, each for one run, so that the run does
// not wait for docker to make and start one. A kind of run that came twice has some made for it
// once docker has a moment, and for a while (docs/decisions/0034-spare-containers.md). Exec thread
// only.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "testlooper/ports/container_host.hpp"

#include "docker/host.hpp"
#include "docker/pauses.hpp"
#include "docker/running.hpp"
#include "docker/supervisor_volume.hpp"

namespace testlooper::docker {

class Spares {
 public:
  Spares(Host& host, Pauses& pauses, SupervisorVolume& supervisor)
      : host_(host), pauses_(pauses), supervisor_(supervisor) {}

  // One that runs and waits for this very run; none: nullptr. Either way, more runs of its kind are
  // expected.
  RunningPtr take(const ContainerJob& job);
  // Runs of this kind can't be had in a spare container, so that none is made for them any more.
  void refuse(const ContainerJob& job);
  // Returns when the host is stopping.
  Awaitable<void> keep();
  // Makes one that is missing by now, or removes one that nobody is likely to take. False where
  // there was nothing to do.
  Awaitable<bool> step(std::chrono::steady_clock::time_point now);
  // After docker was away: none of them is what it was.
  void forget();

 private:
  using Time = std::chrono::steady_clock::time_point;
  // What runs must have in common to be taken by the same container.
  struct Kind {
    ContainerJob like;
    bool brings_files = false;  // the container has no commit's files, each run brings its own
    bool refused = false;
    int uses = 0;
    Time used;
    std::vector<RunningPtr> spares;
  };
  using KindPtr = std::shared_ptr<Kind>;

  Awaitable<void> make(KindPtr kind);
  Awaitable<Result<void>> fill(KindPtr kind, RunningPtr fresh);
  Awaitable<Result<bool>> can_take_files(std::string image);
  KindPtr next_kind(Time now) const;
  RunningPtr surplus(Time now);
  std::vector<KindPtr> by_use() const;  // the last used one first
  std::size_t count() const;
  void drop_oldest_kind();

  Host& host_;
  Pauses& pauses_;
  SupervisorVolume& supervisor_;
  std::map<std::string, KindPtr> kinds_;
};

}  // namespace testlooper::docker
