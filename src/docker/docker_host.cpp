#include "docker/docker_host.hpp"

#include <optional>
#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include "docker/host.hpp"
#include "docker/images.hpp"
#include "docker/keeper.hpp"
#include "docker/layers.hpp"
#include "docker/machine.hpp"
#include "docker/pauses.hpp"
#include "docker/runs.hpp"
#include "docker/sandboxes.hpp"
#include "docker/spares.hpp"
#include "docker/stock.hpp"
#include "docker/supervisor_volume.hpp"

namespace testlooper::docker {
namespace {

namespace asio = boost::asio;

// stop() waits for work to end, then removes what is left, then goes whatever docker does.
constexpr Seconds kWorkEnds{15};
constexpr Seconds kAllEnds{25};

std::unexpected<Error> under_way() {
  return fail(ErrorKind::conflict, "this attempt is under way already");
}

}  // namespace

struct DockerHost::Parts {
  Parts(DockerOptions options, Clock& clock, LiveEvents& live,
        std::function<void(ExecutorStatus)> status)
      : host(std::move(options), clock, live),
        keeper(host, pauses, sandboxes, spares, supervisor, std::move(status)) {
    host.client.on_trouble([this] { keeper.look(); });
  }

  // True where nobody else has it in hand.
  bool admit(AttemptKey attempt, const CancelFlag& cancelled) {
    return host.attempts.emplace(attempt, cancelled).second;
  }

  void run(ContainerJob job, std::function<void()> on_started,
           std::function<void(Result<ContainerEnd>)> on_end);
  void make_image(ImageJob job, std::function<void()> on_started,
                  std::function<void(Result<ImageEnd>, LogInfo)> on_end);
  void cancel(AttemptKey attempt);
  Awaitable<void> wind_up();
  void stop();

  Host host;
  Pauses pauses{host};
  Layers layers{host};
  Sandboxes sandboxes{host, layers};
  SupervisorVolume supervisor{host};
  Spares spares{host, pauses, supervisor};
  Keeper keeper;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> guard;
  std::thread thread;
  bool stopped = false;
};

namespace {

Awaitable<void> run_and_keep(RunParts parts, ContainerJob job, CancelFlag cancelled,
                             std::function<void()> on_started,
                             std::shared_ptr<Result<ContainerEnd>> end) {
  *end = co_await carry_out_run(parts, std::move(job), std::move(cancelled), std::move(on_started));
}

Awaitable<void> make_and_keep(Host& host, ImageJob job, CancelFlag cancelled,
                              std::function<void()> on_started,
                              std::shared_ptr<ImageOutcome> outcome) {
  *outcome =
      co_await carry_out_image(host, std::move(job), std::move(cancelled), std::move(on_started));
}

template <typename T>
Awaitable<void> keep(Awaitable<Result<T>> work, std::shared_ptr<Result<T>> result) {
  *result = co_await std::move(work);
}

// Docker is asked on the exec thread, where it is ready; `done` is called once.
template <typename T>
void ask_docker(Host& host, const std::function<Awaitable<Result<T>>()>& work,
                std::function<void(Result<T>)> done) {
  if (auto ready = host.check_ready(); !ready) return done(std::unexpected(ready.error()));
  auto result = std::make_shared<Result<T>>();
  spawn(host, keep(work(), result), [result, done = std::move(done)](std::exception_ptr e) {
    if (e) *result = unavailable(text_of(e));
    done(std::move(*result));
  });
}

}  // namespace

void DockerHost::Parts::run(ContainerJob job, std::function<void()> on_started,
                            std::function<void(Result<ContainerEnd>)> on_end) {
  const AttemptKey attempt = job.attempt;
  auto cancelled = std::make_shared<bool>(false);
  if (!admit(attempt, cancelled)) return on_end(under_way());
  host.asked_at = std::chrono::steady_clock::now();
  auto end = std::make_shared<Result<ContainerEnd>>();
  spawn(host,
        run_and_keep({host, pauses, layers, sandboxes, spares, supervisor}, std::move(job),
                     cancelled, std::move(on_started), end),
        [this, attempt, end, on_end = std::move(on_end)](std::exception_ptr e) {
          host.attempts.erase(attempt);
          if (e) *end = unavailable(text_of(e));
          on_end(std::move(*end));
        });
}

void DockerHost::Parts::make_image(ImageJob job, std::function<void()> on_started,
                                   std::function<void(Result<ImageEnd>, LogInfo)> on_end) {
  const AttemptKey attempt = job.attempt;
  auto cancelled = std::make_shared<bool>(false);
  if (!admit(attempt, cancelled)) return on_end(under_way(), {});
  host.asked_at = std::chrono::steady_clock::now();
  auto outcome = std::make_shared<ImageOutcome>();
  spawn(host, make_and_keep(host, std::move(job), cancelled, std::move(on_started), outcome),
        [this, attempt, outcome, on_end = std::move(on_end)](std::exception_ptr e) {
          host.attempts.erase(attempt);
          if (e) outcome->end = unavailable(text_of(e));
          on_end(std::move(outcome->end), outcome->log);
        });
}

void DockerHost::Parts::cancel(AttemptKey attempt) {
  const auto found = host.attempts.find(attempt);
  if (found == host.attempts.end()) return;
  *found->second = true;
  host.changed.notify();
}

// All that is under way ends as if cancelled, but without a grace; then nothing of ours is left.
Awaitable<void> DockerHost::Parts::wind_up() {
  host.stopping = true;
  for (auto& [attempt, cancelled] : host.attempts) *cancelled = true;
  host.changed.notify();
  const auto work_ends = std::chrono::steady_clock::now() + kWorkEnds;
  // This coroutine is not counted.
  while (host.working > 0 && std::chrono::steady_clock::now() < work_ends) {
    co_await host.changed.wait_until(work_ends);
  }
  spares.forget();
  pauses.forget();
  sandboxes.forget();
  supervisor.forget();
  host.in_use.clear();
  if (host.ready) co_await keeper.reap();
}

void DockerHost::Parts::stop() {
  if (std::exchange(stopped, true) || !thread.joinable()) return;
  asio::steady_timer late(host.io);
  asio::post(host.io, [this, &late] {
    late.expires_after(kAllEnds);
    late.async_wait([this](const boost::system::error_code& code) {
      if (!code) host.io.stop();
    });
    asio::co_spawn(host.io, wind_up(), [this](std::exception_ptr) { host.io.stop(); });
  });
  thread.join();
  host.pool.join();
}

DockerHost::DockerHost(DockerOptions options, Clock& clock, LiveEvents& live,
                       std::function<void(ExecutorStatus)> status)
    : parts_(std::make_unique<Parts>(std::move(options), clock, live, std::move(status))) {}

DockerHost::~DockerHost() { stop(); }

void DockerHost::start() {
  Parts& parts = *parts_;
  parts.guard.emplace(parts.host.io.get_executor());
  spawn(parts.host, parts.keeper.keep(), [](std::exception_ptr e) {
    if (e) spdlog::critical("docker is not looked after any more: {}", text_of(e));
  });
  spawn(parts.host, parts.spares.keep(), [](std::exception_ptr e) {
    if (e) spdlog::error("no spare containers any more: {}", text_of(e));
  });
  parts.thread = std::thread([&io = parts.host.io] { io.run(); });
}

void DockerHost::stop() { parts_->stop(); }

void DockerHost::run(ContainerJob job, std::function<void()> on_started,
                     std::function<void(Result<ContainerEnd>)> on_end) {
  asio::post(parts_->host.io,
             [parts = parts_.get(), job = std::move(job), on_started = std::move(on_started),
              on_end = std::move(on_end)]() mutable {
               parts->run(std::move(job), std::move(on_started), std::move(on_end));
             });
}

void DockerHost::make_image(ImageJob job, std::function<void()> on_started,
                            std::function<void(Result<ImageEnd>, LogInfo)> on_end) {
  asio::post(parts_->host.io,
             [parts = parts_.get(), job = std::move(job), on_started = std::move(on_started),
              on_end = std::move(on_end)]() mutable {
               parts->make_image(std::move(job), std::move(on_started), std::move(on_end));
             });
}

void DockerHost::cancel(AttemptKey attempt) {
  asio::post(parts_->host.io, [parts = parts_.get(), attempt] { parts->cancel(attempt); });
}

void DockerHost::examine(std::function<void(std::vector<Finding>)> done) {
  asio::post(parts_->host.io, [&host = parts_->host, done = std::move(done)] {
    const auto machine = look_at_machine(host.options.socket, host.docker.root_folder);
    done(host.ready ? with_docker(machine, host.docker, host.tried)
                    : without_docker(machine, host.not_ready_reason));
  });
}

void DockerHost::list_images(std::function<void(Result<std::vector<KeptImage>>)> done) {
  asio::post(parts_->host.io, [&host = parts_->host, done = std::move(done)]() mutable {
    ask_docker<std::vector<KeptImage>>(
        host, [&host] { return list_our_images(host); }, std::move(done));
  });
}

void DockerHost::remove_image(std::string reference, std::function<void(Result<void>)> done) {
  asio::post(parts_->host.io, [&host = parts_->host, reference = std::move(reference),
                               done = std::move(done)]() mutable {
    ask_docker<void>(
        host, [&] { return remove_our_image(host, std::move(reference)); }, std::move(done));
  });
}

void DockerHost::remove_volumes(std::vector<std::string> volumes) {
  asio::post(parts_->host.io, [parts = parts_.get(), volumes = std::move(volumes)] {
    for (const auto& volume : volumes) parts->host.kept_volumes.erase(volume);
    parts->host.reap_wanted = true;
    parts->keeper.look();
  });
}

}  // namespace testlooper::docker
