// A container of ours that was started with a supervisor as its first process: what it holds, how
// it is begun, and how all of it is given back. Exec thread only.
#pragma once

#include <memory>
#include <string>

#include "testlooper/ports/container_host.hpp"

#include "docker/host.hpp"
#include "docker/pauses.hpp"
#include "docker/supervised.hpp"

namespace testlooper::docker {

struct Running {
  std::string name;
  PauseLease pause;                      // whose network it is in
  std::shared_ptr<SupervisorLine> line;  // from start_attached() on
  std::shared_ptr<Stream> exit;          // docker's answer to "wait"
  bool created = false;                  // it is there, as far as we know
};
using RunningPtr = std::shared_ptr<Running>;

// Of a name that nothing else in this process uses: waits while something does.
Awaitable<RunningPtr> hold_name(Host& host, std::string name, PauseLease pause);
// Gives a container another name, likewise. False where docker would not.
Awaitable<bool> rename(Host& host, RunningPtr running, std::string name);

// Starts the container `id`, attached first, so that no output is lost. Docker's answer to "start",
// whatever it is. Errors: unavailable, cancelled (before it was started).
Awaitable<Result<Reply>> start_attached(Host& host, RunningPtr running, std::string id,
                                        CancelFlag cancelled);

// A command that ended well has its supervisor's word, and nobody waits for its container to go. Of
// another, docker may know that the memory ran out; and who ended a run wants it gone.
bool ended_well(const ContainerEnd& end);
// Waits until docker, too, says that it is over; adds what docker alone knows. Errors: unavailable.
Awaitable<Result<void>> learn_end(Host& host, RunningPtr running, ContainerEnd& end);

// The container goes, running or not, and what it held is free. What can't be removed is removed
// later, and so is its network, which it may still use.
Awaitable<void> dispose(Host& host, Pauses& pauses, RunningPtr running);
// Likewise, while its caller goes on.
void dispose_beside(Host& host, Pauses& pauses, RunningPtr running);
// Likewise, of one whose supervisor has said that all is over: it ends by itself.
void dispose_ended_beside(Host& host, Pauses& pauses, RunningPtr running);

}  // namespace testlooper::docker
