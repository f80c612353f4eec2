// A container that runs: its output on the way to the log, its time limit, and its exit. Exec
// thread only.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "testlooper/ports/container_host.hpp"

#include "docker/host.hpp"

namespace testlooper::docker {

// What the coroutines of one run share.
struct RunningContainer {
  std::string target;  // of calls about it: /containers/ID
  CancelFlag cancelled;
  std::shared_ptr<LogSink> log;
  std::shared_ptr<Stream> output;  // attached
  std::shared_ptr<Stream> exit;    // docker's answer to "wait"
  std::chrono::steady_clock::time_point deadline;
  std::chrono::steady_clock::time_point last_output;
  bool exited = false;
  bool drained = false;  // there is no more output
  std::optional<Error> output_error;
  bool was_cancelled = false;
  bool timed_out = false;
};

// Returns when the container has ended and all its output is in the log, or docker lost it. Ends it
// at its deadline, when somebody asks, and when its output is lost: TERM, a grace, KILL. Errors:
// unavailable.
Awaitable<Result<void>> see_it_through(Host& host, std::shared_ptr<RunningContainer> running);

}  // namespace testlooper::docker
