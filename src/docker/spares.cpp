#include "docker/spares.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

#include "testlooper/base/limits.hpp"

#include "docker/learn.hpp"
#include "docker/requests.hpp"
#include "docker/responses.hpp"
#include "docker/users.hpp"

namespace testlooper::docker {
namespace {

using std::chrono::steady_clock;

constexpr Seconds kKept{limits::kSpareContainerSeconds};
constexpr Seconds kLook{10};
constexpr int kUsesBefore = 2;       // of a kind, until containers are made for it
constexpr std::size_t kKinds = 16;   // remembered
constexpr std::size_t kOfAKind = 3;  // a plan, a list, and the first run of a push

// No other run may find what these leave or hold.
bool suits(const ContainerJob& job) {
  return !job.with_docker && job.keep_as.empty() && job.output_bytes == 0 && job.mounts.empty();
}

std::string key_of(const ContainerJob& job) {
  return job.image + "\n" + std::to_string(job.memory_bytes) + "\n" + std::to_string(job.cpus) +
         (job.no_network ? "\nalone" : "") + (job.source.tag.empty() ? "" : "\nfiles");
}

ContainerJob like(const ContainerJob& job) {
  ContainerJob kind;
  kind.image = job.image;
  kind.memory_bytes = job.memory_bytes;
  kind.cpus = job.cpus;
  kind.no_network = job.no_network;
  return kind;
}

}  // namespace

RunningPtr Spares::take(const ContainerJob& job) {
  if (host_.options.spare_containers == 0 || !suits(job)) return nullptr;
  auto& kind = kinds_[key_of(job)];
  if (!kind) {
    kind = std::make_shared<Kind>();
    kind->like = like(job);
    kind->brings_files = !job.source.tag.empty();
  }
  ++kind->uses;
  kind->used = steady_clock::now();
  RunningPtr taken;
  if (!kind->spares.empty()) {
    taken = kind->spares.front();
    kind->spares.erase(kind->spares.begin());
  }
  if (kinds_.size() > kKinds) drop_oldest_kind();
  host_.changed.notify();
  return taken;
}

void Spares::refuse(const ContainerJob& job) {
  const auto found = kinds_.find(key_of(job));
  if (found != kinds_.end()) found->second->refused = true;
}

void Spares::drop_oldest_kind() {
  const auto oldest =
      std::ranges::min_element(kinds_, {}, [](const auto& each) { return each.second->used; });
  for (auto& spare : oldest->second->spares) dispose_beside(host_, pauses_, spare);
  kinds_.erase(oldest);
}

std::vector<Spares::KindPtr> Spares::by_use() const {
  std::vector<KindPtr> kinds;
  for (const auto& [key, kind] : kinds_) kinds.push_back(kind);
  std::ranges::sort(kinds, std::greater{}, &Kind::used);
  return kinds;
}

std::size_t Spares::count() const {
  std::size_t count = 0;
  for (const auto& [key, kind] : kinds_) count += kind->spares.size();
  return count;
}

// Runs that wait for docker go first.
Spares::KindPtr Spares::next_kind(Time now) const {
  if (!host_.ready || host_.stopping || now - host_.asked_at < host_.options.spare_calm) return {};
  for (const auto& kind : by_use()) {
    const bool wanted = !kind->refused && kind->uses >= kUsesBefore && now - kind->used < kKept;
    if (wanted && kind->spares.size() < kOfAKind) return kind;
  }
  return {};
}

// One that nobody is likely to take, or that is in the way of one that is wanted more.
RunningPtr Spares::surplus(Time now) {
  const auto kinds = by_use();
  const auto wanted = next_kind(now);
  const auto most = static_cast<std::size_t>(host_.options.spare_containers);
  for (const auto& kind : kinds | std::views::reverse) {
    auto& spares = kind->spares;
    const bool old = kind->refused || now - kind->used >= kKept;
    const bool in_the_way = wanted && count() >= most && kind->used < wanted->used;
    if (spares.empty() || (!old && !in_the_way)) continue;
    auto spare = spares.back();
    spares.pop_back();
    return spare;
  }
  return nullptr;
}

Awaitable<bool> Spares::step(Time now) {
  if (auto spare = surplus(now)) {
    co_await dispose(host_, pauses_, std::move(spare));
    co_return true;
  }
  const auto kind = next_kind(now);
  if (!kind || count() >= static_cast<std::size_t>(host_.options.spare_containers)) co_return false;
  co_await make(kind);
  co_return true;
}

Awaitable<void> Spares::keep() {
  while (!host_.stopping) {
    const auto now = steady_clock::now();
    if (co_await step(now)) continue;
    const auto calm = host_.asked_at + host_.options.spare_calm;
    co_await host_.changed.wait_until(calm > now ? calm : now + kLook);
  }
  for (auto& [key, kind] : std::exchange(kinds_, {})) {
    for (auto& spare : kind->spares) co_await dispose(host_, pauses_, spare);
  }
}

Awaitable<void> Spares::make(KindPtr kind) {
  auto pause = co_await pauses_.acquire(std::make_shared<bool>(false));
  if (!pause) {
    kind->refused = true;
    co_return;
  }
  auto fresh = co_await hold_name(host_, spare_name(host_.options.instance_id, host_.next_number++),
                                  std::move(*pause));
  const auto filled = co_await fill(kind, fresh);
  if (filled && !host_.stopping) {
    kind->spares.push_back(fresh);
    co_return;
  }
  // The next run of its kind finds out what the matter is, and says so.
  if (!filled && !learn(host_, filled.error().message)) kind->refused = true;
  co_await dispose(host_, pauses_, std::move(fresh));
}

Awaitable<Result<void>> Spares::fill(KindPtr kind, RunningPtr fresh) {
  if (kind->brings_files) {
    const auto fit = co_await can_take_files(kind->like.image);
    if (!fit) co_return std::unexpected(fit.error());
    if (!*fit) co_return invalid("its user can't write the commit's files");
  }
  auto supervisor = co_await supervisor_.ensure();
  if (!supervisor) co_return std::unexpected(supervisor.error());
  const RunPlace place{host_.options.instance_id, kind->like.image, fresh->pause->name, "",
                       std::move(*supervisor)};
  const auto made = co_await body_of(
      host_,
      post("/containers/create?name=" + fresh->name, spare_body(kind->like, place, host_.facts)),
      "no spare container");
  fresh->created = true;
  if (!made) co_return std::unexpected(made.error());
  const auto id = parse_id(*made);
  if (!id) co_return std::unexpected(id.error());
  const auto reply =
      co_await start_attached(host_, fresh, *id, std::make_shared<bool>(host_.stopping));
  if (!reply) co_return std::unexpected(reply.error());
  if (!reply->ok()) co_return unavailable(parse_message(reply->body));
  co_return Result<void>{};
}

// The supervisor unpacks them as the image's user.
Awaitable<Result<bool>> Spares::can_take_files(std::string image) {
  const auto body = co_await body_of(host_, get(image_target(image)), "the image's user");
  if (!body) co_return std::unexpected(body.error());
  const auto user = parse_image_user(*body);
  if (!user) co_return std::unexpected(user.error());
  co_return is_root(*user);
}

void Spares::forget() {
  for (auto& [key, kind] : kinds_) {
    for (auto& spare : kind->spares) dispose_beside(host_, pauses_, spare);
  }
  kinds_.clear();
}

}  // namespace testlooper::docker
