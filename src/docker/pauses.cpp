#include "docker/pauses.hpp"

#include <algorithm>
#include <utility>

#include "testlooper/base/limits.hpp"

#include "docker/learn.hpp"
#include "docker/pause_image.hpp"
#include "docker/requests.hpp"
#include "docker/responses.hpp"
#include "docker/tar.hpp"

namespace testlooper::docker {
namespace {

constexpr Seconds kAnswerDeadline{5};
constexpr Seconds kSurplusKept{limits::kSurplusPauseSeconds};
constexpr int kTries = 3;
// Of a kernel that shows no packets of a bridge to docker's filter, as a rootless docker may have.
constexpr const char* kReachRefused = "inter-container communication";
constexpr std::size_t kAnswerBytes = 9;  // a frame's header and one byte

}  // namespace

Awaitable<Result<void>> Pauses::prepare() {
  auto made = co_await make_network();
  if (made) made = co_await make_image();
  co_return made;
}

Awaitable<Result<void>> Pauses::make_network() {
  if (host_.options.network == "none") co_return Result<void>{};
  const std::string name(kNetworkName);
  const auto there = co_await host_.client.call(get("/networks/" + name));
  if (!there) co_return std::unexpected(there.error());
  host_.tried.network.clear();
  if (there->ok()) {
    if (!parse_apart(there->body)) host_.tried.network = "the network was made so";
    co_return Result<void>{};
  }
  auto made = co_await host_.client.call(post("/networks/create", network_body(true)));
  if (made && !made->ok() && parse_message(made->body).find(kReachRefused) != std::string::npos) {
    host_.tried.network = parse_message(made->body);
    host_.warn_once("runs with a network may reach each other's: " + host_.tried.network);
    made = co_await host_.client.call(post("/networks/create", network_body(false)));
  }
  if (!made) co_return std::unexpected(made.error());
  // Another server on this docker may have been faster.
  if (made->ok() || made->status == 409) co_return Result<void>{};
  co_return unavailable("docker can't make the network " + name + ": " + parse_message(made->body));
}

Awaitable<Result<void>> Pauses::make_image() {
  const std::string tag = pause_image_tag();
  const auto there = co_await host_.client.call(get(image_target(tag)));
  if (!there) co_return std::unexpected(there.error());
  if (there->ok()) co_return Result<void>{};
  Request import = post(import_target(tag), tar_of_program("pause", pause_program()));
  import.content_type = "application/x-tar";
  const auto made =
      co_await body_of(host_, std::move(import), "docker can't import the image " + tag);
  if (!made) co_return std::unexpected(made.error());
  co_return Result<void>{};
}

Awaitable<Result<PauseLease>> Pauses::acquire(CancelFlag cancelled) {
  while (true) {
    if (*cancelled) co_return fail(ErrorKind::cancelled, "it was cancelled before it started");
    if (auto ready = host_.check_ready(); !ready) co_return std::unexpected(ready.error());
    if (!free_.empty()) {
      PauseLease lease = std::move(free_.back());
      free_.pop_back();
      leased_.push_back(lease);
      if (co_await restore(lease)) co_return lease;
      co_await discard(lease);
      continue;
    }
    if (made_ < most()) co_return co_await make();
    co_await host_.changed.wait();
  }
}

// A container that has ended keeps its network until docker has removed it, while the next begins.
int Pauses::most() const {
  return 2 * std::max(host_.options.slots, 1) + host_.options.spare_containers;
}

Awaitable<Result<PauseLease>> Pauses::make() {
  ++made_;
  auto pause = std::make_shared<Pause>();
  pause->name = pause_name(host_.options.instance_id, host_.next_number++);
  host_.in_use.insert(pause->name);
  leased_.push_back(pause);
  auto started = co_await start(pause);
  for (int tries = 1; !started && tries < kTries; ++tries) {
    // Where docker did not refuse anything, somebody may have removed what we made at the start.
    if (!learn(host_, started.error().message)) co_await prepare();
    co_await remove_container(host_, pause->name);
    started = co_await start(pause);
  }
  if (started) co_return pause;
  co_await discard(pause);
  co_return std::unexpected(started.error());
}

Awaitable<Result<void>> Pauses::start(PauseLease pause) {
  const std::string body = pause_body(pause->name, pause_image_tag(), host_.options.instance_id,
                                      host_.options.network, host_.facts);
  auto made = co_await body_of(host_, post("/containers/create?name=" + pause->name, body),
                               "no network for the run");
  if (!made) co_return std::unexpected(made.error());
  const std::string path = "/containers/" + pause->name;
  auto line = co_await host_.client.attach(path + "/attach?stream=1&stdin=1&stdout=1");
  if (!line) co_return std::unexpected(line.error());
  pause->line = std::move(*line);
  auto started = co_await body_of(host_, post(path + "/start"), "no network for the run");
  if (!started) co_return std::unexpected(started.error());
  // It answers once it has read what it is to keep.
  if (!co_await restore(pause))
    co_return unavailable("the container of the network did not answer");
  co_return Result<void>{};
}

Awaitable<bool> Pauses::restore(PauseLease pause) {
  const auto asked = co_await pause->line->write("r", kAnswerDeadline);
  std::size_t size = 0;
  while (asked && size < kAnswerBytes) {
    const auto piece = co_await pause->line->read(kAnswerDeadline);
    if (!piece || piece->empty()) co_return false;
    size += piece->size();
  }
  co_return asked.has_value();
}

Awaitable<void> Pauses::discard(PauseLease pause) {
  co_await remove_container(host_, pause->name);
  host_.in_use.erase(pause->name);
  std::erase_if(leased_, [&](const auto& each) { return each.lock() == pause; });
  --made_;
  host_.changed.notify();
}

Awaitable<void> Pauses::give_back(PauseLease lease) {
  if (lease->spent) {
    co_await discard(lease);
    co_return;
  }
  std::erase_if(leased_, [&](const auto& each) { return each.lock() == lease; });
  free_.push_back(std::move(lease));
  host_.changed.notify();
}

Awaitable<void> Pauses::shed(std::chrono::steady_clock::time_point now) {
  const auto kept = static_cast<std::size_t>(std::max(host_.options.slots, 1));
  while (free_.size() > kept && now - host_.asked_at >= kSurplusKept) {
    PauseLease surplus = std::move(free_.back());
    free_.pop_back();
    co_await discard(std::move(surplus));
  }
}

void Pauses::forget() {
  for (const auto& pause : free_) host_.in_use.erase(pause->name);
  made_ -= static_cast<int>(free_.size());
  free_.clear();
  for (const auto& each : leased_) {
    if (const auto pause = each.lock()) pause->spent = true;
  }
}

}  // namespace testlooper::docker
