#include "docker/sandboxes.hpp"

#include <algorithm>
#include <utility>

#include "testlooper/base/limits.hpp"

#include "docker/archive.hpp"
#include "docker/learn.hpp"
#include "docker/outputs.hpp"
#include "docker/pause_image.hpp"
#include "docker/requests.hpp"
#include "docker/responses.hpp"
#include "docker/tar.hpp"
#include "sandbox/program.hpp"

namespace testlooper::docker {
namespace {

using std::chrono::steady_clock;

constexpr Seconds kKeptIdle{limits::kSandboxIdleSeconds};
constexpr Seconds kRefused{limits::kSandboxRefusedSeconds};
constexpr Seconds kHelloDeadline{20};
constexpr int kTries = 4;
constexpr std::size_t kPasswdBytes = 1u << 20;
constexpr std::size_t kRefusals = 100;  // remembered

}  // namespace

SandboxLease Sandboxes::take_idle(const std::string& key) {
  const auto found =
      std::ranges::find_if(idle_, [&](const auto& each) { return each->key == key; });
  if (found == idle_.end()) return nullptr;
  auto lease = *found;
  idle_.erase(found);
  return lease;
}

Awaitable<Result<SandboxOffer>> Sandboxes::acquire(const ContainerJob& job, CancelFlag cancelled) {
  const auto key = warm_key(job);
  while (true) {
    if (*cancelled) co_return fail(ErrorKind::cancelled, "it was cancelled before it started");
    if (auto ready = host_.check_ready(); !ready) co_return std::unexpected(ready.error());
    if (const auto refused = refused_.find(key); refused != refused_.end()) {
      co_return SandboxOffer{nullptr, refused->second, {}};
    }
    if (auto lease = take_idle(key)) {
      leased_.push_back(lease);
      co_return SandboxOffer{std::move(lease), "", {}};
    }
    if (made_ < std::max(host_.options.slots, 1) + host_.options.spare_sandboxes) {
      co_return co_await make(job, key, cancelled);
    }
    if (!idle_.empty()) {
      auto oldest = idle_.front();
      idle_.erase(idle_.begin());
      co_await remove(oldest);
      continue;
    }
    co_await host_.changed.wait();
  }
}

Awaitable<Result<SandboxOffer>> Sandboxes::make(const ContainerJob& job, std::string key,
                                                CancelFlag cancelled) {
  ++made_;
  auto fresh = std::make_shared<Sandbox>();
  fresh->key = std::move(key);
  fresh->name = warm_name(host_.options.instance_id, host_.next_number++);
  host_.in_use.insert(fresh->name);
  leased_.push_back(fresh);
  auto offer = co_await fill(fresh, job, cancelled);
  for (int tries = 1; tries < kTries && offer && learn(host_, offer->reason); ++tries) {
    co_await remove_container(host_, fresh->name);
    offer = co_await fill(fresh, job, cancelled);
  }
  if (offer && offer->lease) co_return offer;
  co_await remove(fresh);
  if (offer && !offer->reason.empty() && refused_.size() < kRefusals) {
    if (refused_.empty()) refused_since_ = steady_clock::now();
    refused_[fresh->key] = offer->reason;
    host_.warn_once("no sandboxes: " + offer->reason);
  }
  co_return offer;
}

Awaitable<Result<SandboxOffer>> Sandboxes::fill(SandboxLease fresh, const ContainerJob& job,
                                                CancelFlag cancelled) {
  auto created = co_await create(fresh, job, std::move(cancelled));
  if (!created) co_return std::unexpected(created.error());
  if (!created->empty()) co_return SandboxOffer{nullptr, std::move(*created), {}};
  auto lost = co_await find_lost(host_, job.mounts);
  if (!lost) co_return std::unexpected(lost.error());
  if (!lost->empty()) co_return SandboxOffer{nullptr, "", std::move(*lost)};
  auto known = co_await learn_user(fresh, job.source.tag.empty() ? job.image : job.source.tag);
  if (!known) co_return std::unexpected(known.error());
  auto refused = co_await start(fresh);
  if (!refused) co_return SandboxOffer{nullptr, refused.error().text(), {}};
  if (!refused->empty()) co_return SandboxOffer{nullptr, std::move(*refused), {}};
  co_return SandboxOffer{fresh, "", {}};
}

Awaitable<std::string> Sandboxes::try_host() {
  ContainerJob job;
  job.image = pause_image_tag();
  auto fresh = std::make_shared<Sandbox>();
  fresh->name = warm_name(host_.options.instance_id, host_.next_number++);
  host_.in_use.insert(fresh->name);
  const auto wanted = std::make_shared<bool>(false);
  auto offer = co_await fill(fresh, job, wanted);
  for (int tries = 1; tries < kTries && offer && learn(host_, offer->reason); ++tries) {
    co_await remove_container(host_, fresh->name);
    offer = co_await fill(fresh, job, wanted);
  }
  if (fresh->stream) fresh->stream->close();
  co_await remove_container(host_, fresh->name);
  host_.in_use.erase(fresh->name);
  co_return offer ? offer->reason : offer.error().text();
}

// Why docker will not have such a container; empty where it is there.
Awaitable<Result<std::string>> Sandboxes::create(SandboxLease fresh, const ContainerJob& job,
                                                 CancelFlag cancelled) {
  if (!job.source.tag.empty()) {
    auto layer = co_await layers_.ensure(job.image, job.source, std::move(cancelled));
    if (!layer) co_return std::unexpected(layer.error());
  }
  const RunPlace place{host_.options.instance_id,
                       job.source.tag.empty() ? job.image : job.source.tag, "", "", ""};
  const auto body = warm_body(job, place, host_.options.network, host_.facts);
  const auto reply =
      co_await host_.client.call(post("/containers/create?name=" + fresh->name, body));
  if (!reply) co_return std::unexpected(reply.error());
  if (reply->status == 404) co_return not_found("docker has no image " + place.image);
  if (!reply->ok()) co_return "no warm container: " + parse_message(reply->body);
  auto id = parse_id(reply->body);
  if (!id) co_return std::unexpected(id.error());
  fresh->id = std::move(*id);
  Request program;
  program.body = tar_of_program(kSupervisorName, sandbox::supervisor_program());
  const auto put = co_await put_archive(host_, fresh->id, std::move(program));
  if (!put) co_return std::unexpected(put.error());
  co_return std::string{};
}

Awaitable<Result<void>> Sandboxes::learn_user(SandboxLease fresh, std::string image) {
  const auto body = co_await body_of(host_, get(image_target(image)), "the image's user");
  if (!body) co_return std::unexpected(body.error());
  const auto user = parse_image_user(*body);
  if (!user) co_return std::unexpected(user.error());
  const auto passwd = co_await fetch_file(host_, fresh->id, "/etc/passwd", kPasswdBytes);
  if (!passwd) co_return std::unexpected(passwd.error());
  const auto group = co_await fetch_file(host_, fresh->id, "/etc/group", kPasswdBytes);
  if (!group) co_return std::unexpected(group.error());
  const auto users = passwd->content.value_or("");
  const auto groups = group->content.value_or("");
  auto& known = fresh->user;
  if (!user->empty()) {
    const auto owner = resolve_user(*user, users, groups);
    if (!owner) co_return std::unexpected(owner.error());
    known.owner = *owner;
  }
  known.groups = {static_cast<std::uint32_t>(known.owner.gid)};
  for (const auto each : more_groups(*user, users, groups)) known.groups.push_back(each);
  known.home = home_of(*user, users);
  known.variables = parse_image_variables(*body);
  co_return Result<void>{};
}

// Why no run can be had there; empty where one can.
Awaitable<Result<std::string>> Sandboxes::start(SandboxLease fresh) {
  const std::string path = "/containers/" + fresh->id;
  auto line = co_await host_.client.attach(path + "/attach?stream=1&stdin=1&stdout=1");
  if (!line) co_return std::unexpected(line.error());
  fresh->stream = std::move(*line);
  auto started = co_await body_of(host_, post(path + "/start"), "no warm container");
  if (!started) co_return std::unexpected(started.error());
  const auto take = [&](Output stream, std::string_view bytes) -> Result<void> {
    if (stream == Output::out) fresh->decoder.feed(bytes);
    return {};
  };
  while (true) {
    if (const auto frame = fresh->decoder.next()) {
      const auto hello = frame->kind == sandbox::Kind::hello ? sandbox::decode_hello(frame->payload)
                                                             : std::nullopt;
      if (!hello || hello->version != sandbox::kProtocolVersion) break;
      co_return hello->reason;
    }
    const auto bytes = co_await fresh->stream->read(kHelloDeadline);
    if (!bytes) co_return std::unexpected(bytes.error());
    if (bytes->empty() || !fresh->output.feed(*bytes, take)) break;
  }
  co_return std::string("the supervisor of the warm container did not say hello");
}

Awaitable<void> Sandboxes::remove(SandboxLease lease) {
  if (lease->stream) lease->stream->close();
  co_await remove_container(host_, lease->name);
  host_.in_use.erase(lease->name);
  std::erase_if(leased_, [&](const auto& each) { return each.lock() == lease; });
  --made_;
  host_.changed.notify();
}

Awaitable<void> Sandboxes::give_back(SandboxLease lease) {
  if (lease->spent || host_.stopping) {
    co_await remove(lease);
    co_return;
  }
  std::erase_if(leased_, [&](const auto& each) { return each.lock() == lease; });
  lease->idle_since = steady_clock::now();
  idle_.push_back(std::move(lease));
  host_.changed.notify();
}

Awaitable<void> Sandboxes::expire(steady_clock::time_point now) {
  if (now - refused_since_ > kRefused) refused_.clear();
  const auto oldest = now - kKeptIdle;
  while (!idle_.empty() && idle_.front()->idle_since < oldest) {
    auto lease = idle_.front();
    idle_.erase(idle_.begin());
    co_await remove(std::move(lease));
  }
}

void Sandboxes::forget() {
  for (const auto& each : idle_) host_.in_use.erase(each->name);
  made_ -= static_cast<int>(idle_.size());
  idle_.clear();
  refused_.clear();
  for (const auto& each : leased_) {
    if (const auto lease = each.lock()) lease->spent = true;
  }
}

}  // namespace testlooper::docker
