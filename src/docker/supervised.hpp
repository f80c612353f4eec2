// One run that a supervisor carries out at the other end of a container's attached stream: its
// output on the way to the log, what it left, and its end when somebody asks. Exec thread only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "testlooper/ports/container_host.hpp"

#include "docker/frames.hpp"
#include "docker/host.hpp"
#include "sandbox/messages.hpp"

namespace testlooper::docker {

// A supervisor's standard input and output, as far as they were read.
struct SupervisorLine {
  std::string id;  // of its container
  std::shared_ptr<Stream> stream;
  FrameReader output;  // docker's framing of it
  sandbox::FrameDecoder decoder;
  bool spent = false;  // not to be used again
};

struct SupervisedRun {
  Host& host;
  const ContainerJob& job;
  CancelFlag cancelled;
  const std::function<void()>& on_started;
  std::shared_ptr<LogSink> log;
  std::shared_ptr<SupervisorLine> line;
};

struct Supervised {
  ContainerEnd end;                         // without its log and what is kept as a whole; or…
  std::optional<sandbox::Trouble> trouble;  // …why it did not start
};

// Sends the request and returns when the supervisor says that nothing of the run is left. Errors:
// unavailable, where the supervisor or the log is lost; the line is spent then.
Awaitable<Result<Supervised>> carry_out_supervised(SupervisedRun run, sandbox::RunRequest request);

}  // namespace testlooper::docker
