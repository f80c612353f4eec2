// The volume that holds the supervisor, which every container of a run has as its first process.
// Filled once, when the first run needs it; removed with everything else of this instance. Exec
// thread only.
#pragma once

#include <optional>
#include <string>

#include "docker/host.hpp"

namespace testlooper::docker {

class SupervisorVolume {
 public:
  explicit SupervisorVolume(Host& host) : host_(host) {}

  // Its name, once it is filled. Errors: unavailable.
  Awaitable<Result<std::string>> ensure();
  // It may be gone: the next that needs it fills it anew.
  void forget() { filled_ = false; }

 private:
  Awaitable<void> fill(std::string name);
  Awaitable<Result<void>> fill_by(std::string name, std::string filler);

  Host& host_;
  bool filled_ = false;
  bool filling_ = false;
  std::optional<Error> error_;  // of the last try
};

}  // namespace testlooper::docker
