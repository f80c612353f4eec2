#include "docker/keeper.hpp"

#include <algorithm>
#include <utility>

#include "docker/requests.hpp"
#include "docker/responses.hpp"
#include "docker/trials.hpp"

namespace testlooper::docker {
namespace {

constexpr Seconds kFirstBackoff{1};
constexpr Seconds kLongestBackoff{15};
constexpr Seconds kPingPeriod{5};
constexpr Seconds kPingDeadline{20};
constexpr Seconds kReapPeriod{60};
constexpr const char* kQuickRuntime = "crun";
// The one that docker loads, where AppArmor is there.
constexpr const char* kContainerProfile = "docker-default";

}  // namespace

void Keeper::look() {
  look_now_ = true;
  host_.changed.notify();
}

Awaitable<void> Keeper::rest(std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (!host_.stopping && !look_now_ && std::chrono::steady_clock::now() < end) {
    co_await host_.changed.wait_until(end);
  }
}

Awaitable<void> Keeper::keep() {
  Seconds backoff = kFirstBackoff;
  while (!host_.stopping) {
    auto status = co_await prepare();
    look_now_ = false;
    if (!status) {
      lose(status.error());
      co_await rest(backoff);
      // Trouble of others in the meantime is no reason to ask sooner.
      look_now_ = false;
      backoff = std::min(backoff * 2, kLongestBackoff);
      continue;
    }
    backoff = kFirstBackoff;
    host_.ready = true;
    told_.clear();
    status_(*status);
    host_.changed.notify();
    // Nobody waits for it: what a place lacks, each run finds out by itself.
    if (host_.options.try_places) status->places = co_await try_places();
    if (!status->places.empty() && !host_.stopping) status_(*status);
    co_await while_it_answers();
  }
}

void Keeper::lose(const Error& error) {
  host_.ready = false;
  host_.not_ready_reason = error.text();
  host_.client.close_idle();
  spares_.forget();
  pauses_.forget();
  sandboxes_.forget();
  supervisor_.forget();
  host_.changed.notify();
  if (host_.not_ready_reason == told_) return;
  told_ = host_.not_ready_reason;
  status_({false, told_, ""});
}

Awaitable<void> Keeper::while_it_answers() {
  while (!host_.stopping) {
    co_await rest(kPingPeriod);
    look_now_ = false;
    if (host_.stopping) co_return;
    Request ping = get("/_ping");
    ping.deadline = kPingDeadline;
    const auto answer = co_await body_of(host_, std::move(ping), "docker is not well");
    if (!answer) {
      lose(answer.error());
      co_return;
    }
    co_await sandboxes_.expire(std::chrono::steady_clock::now());
    co_await pauses_.shed(std::chrono::steady_clock::now());
    // What docker was asked for on a connection that broke may appear after it was looked for.
    if (host_.reap_wanted || std::chrono::steady_clock::now() >= reap_at_) co_await reap();
  }
}

Awaitable<Result<ExecutorStatus>> Keeper::prepare() {
  const auto told = co_await body_of(host_, get("/version"), "docker does not tell its version");
  if (!told) co_return std::unexpected(told.error());
  const auto version = parse_version(*told);
  if (!version) co_return std::unexpected(version.error());
  host_.client.speak(version->api);
  const auto answer = co_await body_of(host_, get("/info"), "docker does not tell what it is");
  if (!answer) co_return std::unexpected(answer.error());
  host_.facts = HostFacts{.cpus = parse_cpus(*answer).value_or(1)};
  if (auto reaped = co_await reap(); !reaped) co_return std::unexpected(reaped.error());
  if (auto made = co_await pauses_.prepare(); !made) co_return std::unexpected(made.error());
  host_.docker = parse_info(*answer, *told);
  if (host_.docker.apparmor) host_.facts.profile = kContainerProfile;
  co_return ExecutorStatus{.ready = true, .reason = "", .version = "docker " + version->docker};
}

// A runtime that starts containers quicker is used where it works; docker's own settings stay.
Awaitable<std::string> Keeper::try_places() {
  const auto& docker = host_.docker;
  Trial trial;
  trial.network = host_.tried.network;
  std::string runtime = docker.default_runtime;
  const bool offered = std::ranges::find(docker.runtimes, kQuickRuntime) != docker.runtimes.end();
  if (offered && runtime != kQuickRuntime) {
    trial.crun = co_await try_runtime(host_, kQuickRuntime);
    if (trial.crun.empty()) runtime = host_.facts.runtime = kQuickRuntime;
  }
  trial.sandbox = co_await sandboxes_.try_host();
  host_.tried = trial;
  co_return places_text(runtime, trial);
}

Awaitable<Result<void>> Keeper::reap() {
  host_.reap_wanted = false;
  reap_at_ = std::chrono::steady_clock::now() + kReapPeriod;
  const auto answer = co_await body_of(host_, get(reap_target(host_.options.instance_id)),
                                       "docker does not list its containers");
  if (!answer) co_return std::unexpected(answer.error());
  const auto found = parse_containers(*answer);
  if (!found) co_return std::unexpected(found.error());
  for (const auto& [id, name] : *found) {
    if (!host_.in_use.contains(name)) co_await remove_container(host_, id);
  }
  co_return co_await reap_volumes();
}

// After the containers, which hold them.
Awaitable<Result<void>> Keeper::reap_volumes() {
  const auto answer = co_await body_of(host_, get(reap_volumes_target(host_.options.instance_id)),
                                       "docker does not list its volumes");
  if (!answer) co_return std::unexpected(answer.error());
  const auto found = parse_volumes(*answer);
  if (!found) co_return std::unexpected(found.error());
  for (const auto& [name, kind] : *found) {
    const bool known = kind == kArtifactKind && host_.kept_volumes.contains(name);
    if (!known && !host_.in_use.contains(name)) co_await remove_volume(host_, name);
  }
  co_return Result<void>{};
}

}  // namespace testlooper::docker
