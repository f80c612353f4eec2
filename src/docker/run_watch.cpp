#include "docker/run_watch.hpp"

#include <utility>

#include "docker/frames.hpp"
#include "docker/responses.hpp"

namespace testlooper::docker {
namespace {

using std::chrono::steady_clock;
using Running = std::shared_ptr<RunningContainer>;

constexpr Seconds kForEver{0};
constexpr Seconds kLastOutput{10};  // of silence after the exit, before the output is given up
constexpr Seconds kGoneAfterKill{limits::kDockerCallSeconds};
constexpr std::size_t kAnswerBytes = 64u << 10;

Result<void> check_output(const RunningContainer& running) {
  if (running.log->error()) return std::unexpected(*running.log->error());
  if (running.output_error) return std::unexpected(*running.output_error);
  return {};
}

Awaitable<void> pump_output(Running running) {
  FrameReader frames;
  const auto to_log = [&](Output stream, std::string_view text) -> Result<void> {
    running->log->write(stream, text);
    return check_output(*running);
  };
  while (true) {
    const auto bytes = co_await running->output->read(kForEver);
    running->last_output = steady_clock::now();
    if (!bytes) running->output_error = bytes.error();
    if (!bytes || bytes->empty()) break;
    if (auto fed = frames.feed(*bytes, to_log); !fed) {
      running->output_error = fed.error();
      co_return;
    }
  }
  if (!running->output_error && !frames.at_boundary()) {
    running->output_error = Error{ErrorKind::unavailable, "docker cut the run's output", ""};
  }
}

Awaitable<void> send_signal(Host& host, Running running, std::string signal) {
  // That there is nothing to kill any more is no news here: the exit is waited for elsewhere.
  co_await host.client.call(post(running->target + "/kill?signal=" + signal));
}

Awaitable<bool> exits_by(Host& host, Running running, steady_clock::time_point deadline) {
  while (!running->exited && steady_clock::now() < deadline) {
    co_await host.changed.wait_until(deadline);
  }
  co_return running->exited;
}

bool may_go_on(const RunningContainer& running) {
  return !*running.cancelled && check_output(running) && steady_clock::now() < running.deadline;
}

Awaitable<void> watch(Host& host, Running running) {
  while (!running->exited && may_go_on(*running)) {
    co_await host.changed.wait_until(running->deadline);
  }
  if (running->exited) co_return;
  running->was_cancelled = *running->cancelled;
  running->timed_out = !running->was_cancelled && steady_clock::now() >= running->deadline;
  if (!host.stopping) {
    const auto grace = running->was_cancelled ? Milliseconds{limits::kCancelGraceMs}
                                              : Milliseconds{Seconds{limits::kKillGraceSeconds}};
    const auto grace_ends = steady_clock::now() + grace;
    co_await send_signal(host, running, "SIGTERM");
    if (co_await exits_by(host, running, grace_ends)) co_return;
  }
  co_await send_signal(host, running, "SIGKILL");
  if (co_await exits_by(host, running, steady_clock::now() + kGoneAfterKill)) co_return;
  running->exit->close();
}

Awaitable<Result<void>> wait_for_exit(Host& host, Running running) {
  const auto body = co_await running->exit->read_all(kAnswerBytes, kForEver);
  running->exited = true;
  running->last_output = steady_clock::now();
  host.changed.notify();
  if (!body) co_return std::unexpected(body.error());
  if (running->exit->status() != 200) {
    co_return unavailable("docker lost the run: " + parse_message(*body));
  }
  co_return Result<void>{};
}

Awaitable<void> wait_for_output(Host& host, Running running) {
  while (!running->drained) {
    const auto given_up = running->last_output + kLastOutput;
    if (steady_clock::now() >= given_up) {
      running->output->close();
      co_await host.changed.wait();
    } else {
      co_await host.changed.wait_until(given_up);
    }
  }
}

}  // namespace

Awaitable<Result<void>> see_it_through(Host& host, Running running) {
  running->last_output = steady_clock::now();
  spawn(host, pump_output(running), [running](std::exception_ptr e) {
    if (e) running->output_error = Error{ErrorKind::unavailable, text_of(e), "the run's output"};
    running->drained = true;
  });
  spawn(host, watch(host, running), [running](std::exception_ptr e) {
    if (e) running->exit->close();  // without a watch nobody would end it
  });
  const auto exited = co_await wait_for_exit(host, running);
  co_await wait_for_output(host, running);
  if (!exited) co_return exited;
  co_return check_output(*running);
}

}  // namespace testlooper::docker
