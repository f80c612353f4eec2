#include "docker/running.hpp"

#include <utility>

#include "docker/requests.hpp"
#include "docker/responses.hpp"
#include "net/percent.hpp"

namespace testlooper::docker {
namespace {

constexpr Seconds kGoneAfterEnd{limits::kDockerCallSeconds};
constexpr Seconds kEndsByItself{5};
constexpr std::size_t kAnswerBytes = 64u << 10;

}  // namespace

Awaitable<RunningPtr> hold_name(Host& host, std::string name, PauseLease pause) {
  while (!host.in_use.insert(name).second) co_await host.changed.wait();
  co_return std::make_shared<Running>(Running{std::move(name), std::move(pause), {}, {}, false});
}

Awaitable<bool> rename(Host& host, RunningPtr running, std::string name) {
  while (!host.in_use.insert(name).second) co_await host.changed.wait();
  const auto reply = co_await host.client.call(
      post("/containers/" + running->line->id + "/rename?name=" + net::percent_encoded(name)));
  const bool done = reply && reply->ok();
  if (done) std::swap(running->name, name);
  host.in_use.erase(name);
  host.changed.notify();
  co_return done;
}

Awaitable<Result<Reply>> start_attached(Host& host, RunningPtr running, std::string id,
                                        CancelFlag cancelled) {
  Client& client = host.client;
  const std::string target = "/containers/" + id;
  running->line = std::make_shared<SupervisorLine>();
  running->line->id = std::move(id);
  auto line = co_await client.attach(target + "/attach?stream=1&stdin=1&stdout=1&stderr=1");
  if (!line) co_return std::unexpected(line.error());
  running->line->stream = *line;
  auto exit = co_await client.open(post(target + "/wait?condition=next-exit"));
  if (!exit) co_return std::unexpected(exit.error());
  running->exit = *exit;
  if (*cancelled) co_return fail(ErrorKind::cancelled, "it was cancelled");
  co_return co_await client.call(post(target + "/start"));
}

bool ended_well(const ContainerEnd& end) {
  return end.exit_code == 0 && !end.timed_out && !end.cancelled && !end.oom_killed;
}

Awaitable<Result<void>> learn_end(Host& host, RunningPtr running, ContainerEnd& end) {
  const auto exit = co_await running->exit->read_all(kAnswerBytes, kGoneAfterEnd);
  if (!exit) co_return std::unexpected(exit.error());
  const auto body = co_await body_of(host, get("/containers/" + running->line->id + "/json"),
                                     "the run's end is not known");
  if (!body) co_return std::unexpected(body.error());
  const auto facts = parse_container(*body);
  if (!facts) co_return std::unexpected(facts.error());
  end.oom_killed = end.oom_killed || facts->oom_killed;
  co_return Result<void>{};
}

Awaitable<void> dispose(Host& host, Pauses& pauses, RunningPtr running) {
  if (running->line && running->line->stream) running->line->stream->close();
  if (running->created && !co_await remove_container(host, running->name)) {
    running->pause->spent = true;
  }
  co_await pauses.give_back(running->pause);
  host.in_use.erase(running->name);
  host.changed.notify();
}

namespace {

// To remove what still ends has docker start one process more, to kill it.
Awaitable<void> dispose_ended(Host& host, Pauses& pauses, RunningPtr running) {
  (void)co_await running->exit->read_all(kAnswerBytes, kEndsByItself);
  co_await dispose(host, pauses, std::move(running));
}

void beside(Host& host, Awaitable<void> work) {
  spawn(host, std::move(work), [&host](std::exception_ptr e) {
    if (e) host.warn_once("a container could not be cleared away: " + text_of(e));
  });
}

}  // namespace

void dispose_beside(Host& host, Pauses& pauses, RunningPtr running) {
  beside(host, dispose(host, pauses, std::move(running)));
}

void dispose_ended_beside(Host& host, Pauses& pauses, RunningPtr running) {
  beside(host, dispose_ended(host, pauses, std::move(running)));
}

}  // namespace testlooper::docker
