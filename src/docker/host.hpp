// What all work on the exec thread shares: the connection to docker, what is known of it, and the
// few calls that everything needs. Exec thread only, but for `pool`.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include "testlooper/ports/clock.hpp"
#include "testlooper/ports/live.hpp"

#include "docker/client.hpp"
#include "docker/docker_host.hpp"
#include "docker/findings.hpp"
#include "docker/log_sink.hpp"
#include "docker/requests.hpp"
#include "docker/signal.hpp"

namespace testlooper::docker {

// True once somebody asked to stop the work that looks at it.
using CancelFlag = std::shared_ptr<bool>;

struct Host {
  Host(DockerOptions wanted, Clock& clock_, LiveEvents& live_);

  // First made, last destroyed: coroutines that never ended go with it.
  boost::asio::io_context io{1};
  boost::asio::thread_pool pool{2};
  DockerOptions options;
  Clock& clock;
  LiveEvents& live;
  Client client;
  Signal changed;  // anything below, or in what works with it, has changed
  HostFacts facts;
  DockerInfo docker;  // when it became ready last
  Trial tried;        // likewise

  bool ready = false;
  std::string not_ready_reason = "docker was not looked for yet";
  bool stopping = false;
  std::chrono::steady_clock::time_point asked_at;  // for a run or an image, last
  bool reap_wanted = false;                        // something of ours could not be removed
  std::set<std::string> in_use;        // names of containers and volumes of work under way
  std::set<std::string> kept_volumes;  // what finished builds left, and somebody knows of
  std::map<AttemptKey, CancelFlag> attempts;
  int working = 0;                 // coroutines that spawn() began and that have not ended
  std::set<std::string> warnings;  // each is logged once
  std::uint64_t next_number = 1;   // for names

  // Errors: unavailable, with the reason.
  Result<void> check_ready() const;
  void warn_once(const std::string& what);
  Result<std::shared_ptr<LogSink>> open_log(AttemptKey attempt, const std::string& path,
                                            bool continues = false);
};

// Runs `work` beside its caller. `done` gets the exception that ended it, or nothing.
void spawn(Host& host, Awaitable<void> work, std::function<void(std::exception_ptr)> done);

// Calls `work` on a thread that may block.
Awaitable<Result<std::string>> on_pool(Host& host, std::function<Result<std::string>()> work);

Request get(std::string target);
Request post(std::string target, std::string body = {});

// The body of a call that must succeed. Errors: unavailable with docker's message, and `what`.
Awaitable<Result<std::string>> body_of(Host& host, Request request, std::string what);
// Removes a container by name or id, running or not. False where docker would not: then it is
// noted, and the container is removed later.
Awaitable<bool> remove_container(Host& host, std::string name);

// Likewise a volume, by its name.
Awaitable<bool> remove_volume(Host& host, std::string name);

std::string text_of(std::exception_ptr exception);

}  // namespace testlooper::docker
