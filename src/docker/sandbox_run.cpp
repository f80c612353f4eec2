#include "docker/sandbox_run.hpp"

#include <utility>

#include "docker/artifacts.hpp"
#include "docker/sandbox_request.hpp"
#include "docker/supervised.hpp"

namespace testlooper::docker {

Awaitable<Result<SandboxTry>> try_in_sandbox(Host& host, Sandboxes& sandboxes,
                                             const ContainerJob& job, CancelFlag cancelled,
                                             const std::function<void()>& on_started,
                                             std::shared_ptr<LogSink> log) {
  if (auto why = why_no_sandbox(job)) co_return SandboxTry{{}, std::move(*why)};
  auto offer = co_await sandboxes.acquire(job, cancelled);
  if (!offer) co_return std::unexpected(offer.error());
  if (!offer->lost_volumes.empty()) {
    ContainerEnd end;
    end.missing_volumes = std::move(offer->lost_volumes);
    co_return SandboxTry{std::move(end), ""};
  }
  if (!offer->lease) co_return SandboxTry{{}, std::move(offer->reason)};
  const auto request = sandbox_request(job, offer->lease->user,
                                       {host.options.network == "none", most_artifact_bytes(host)});
  auto tried = co_await carry_out_supervised(
      {host, job, std::move(cancelled), on_started, std::move(log), offer->lease}, request);
  co_await sandboxes.give_back(offer->lease);
  if (!tried) co_return std::unexpected(tried.error());
  if (tried->trouble) co_return SandboxTry{{}, sentence_of(*tried->trouble)};
  tried->end.place = Place::sandbox;
  co_return SandboxTry{std::move(tried->end), ""};
}

}  // namespace testlooper::docker
