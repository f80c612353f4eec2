#include "retention/housekeeper.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include <spdlog/spdlog.h>

#include "core/retention.hpp"

namespace testlooper::retention {
namespace {

constexpr int kStep = limits::kRetentionStep;
// Steps of one run; what is left goes with the next.
constexpr int kSteps = 10'000;
constexpr int kLookedAt = 10'000;  // of each shelf, for people
constexpr std::size_t kShown = 200;

std::string mb(std::uint64_t bytes) { return std::to_string(bytes >> 20) + " MB"; }

pages::RetentionItem shown(const GoingHolding& going) {
  pages::RetentionItem item;
  item.repo = going.holding.repo;
  item.kind = kept_kind_name(going.holding.kind);
  item.what = "attempt " + std::to_string(going.holding.attempt.number) + " of task " +
              std::to_string(going.holding.attempt.task.value);
  item.bytes = going.holding.bytes;
  item.since = going.holding.since;
  item.why = going.why;
  return item;
}

pages::RetentionItem shown(const GoingImage& going) {
  pages::RetentionItem item;
  item.kind = kept_kind_name(going.image.kind);
  item.what = going.image.reference;
  item.bytes = going.image.bytes;
  item.since = going.image.since;
  item.why = going.why;
  return item;
}

pages::RetentionItem shown(const GoingBuild& going) {
  pages::RetentionItem item;
  item.repo = going.build.repo_name;
  item.kind = kept_kind_name(KeptKind::builds);
  item.what = going.build.name.empty() ? going.build.artifact.key
                                       : "an output of build '" + going.build.name + "'";
  item.bytes = going.build.bytes;
  item.since = going.build.since;
  item.why = going.why;
  return item;
}

}  // namespace

Housekeeper::Housekeeper(HousekeeperOptions options, HousekeeperParts parts)
    : options_(std::move(options)), parts_(std::move(parts)) {}

Housekeeper::~Housekeeper() { stop(); }

void Housekeeper::start() {
  look_at_disk();
  thread_ = std::thread([this] { keep_house(); });
}

void Housekeeper::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Housekeeper::run_soon() {
  {
    const std::lock_guard lock(mutex_);
    run_wanted_ = true;
  }
  changed_.notify_all();
}

void Housekeeper::keep_house() {
  using std::chrono::steady_clock;
  const Seconds period{options_.config.period_s};
  // What a crash left, and what has become too old meanwhile, goes soon after the start.
  auto next_run = steady_clock::now() + std::min(period, Seconds{limits::kRetentionFirstSeconds});
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto next = std::min(next_run, steady_clock::now() + options_.disk_period);
    changed_.wait_until(lock, next, [this] { return stopping_ || run_wanted_; });
    if (stopping_) return;
    const bool run_now = std::exchange(run_wanted_, false) || steady_clock::now() >= next_run;
    lock.unlock();
    look_at_disk();
    if (run_now) {
      run();
      next_run = steady_clock::now() + period;
    }
    lock.lock();
  }
}

void Housekeeper::look_at_disk() {
  const auto room = parts_.disk_room();
  if (!room) {
    spdlog::warn("{}", room.error().text());
    return;
  }
  std::string why;
  bool changed = false;
  {
    const std::lock_guard lock(mutex_);
    room_ = *room;
    const bool was_low = !paused_.empty();
    const bool low = core::disk_is_low(was_low, room->free, options_.disk_reserve_bytes);
    changed = low != was_low;
    if (low) {
      why = "the disk has only " + mb(room->free) + " left, and the reserve is " +
            mb(options_.disk_reserve_bytes) + ": no new work is taken until there is room";
    }
    if (changed) paused_ = why;
    // Room may be made at once.
    if (changed && low) run_wanted_ = true;
  }
  if (!changed) return;
  if (why.empty()) {
    spdlog::info("the disk has {} left again: work goes on", mb(room->free));
  } else {
    spdlog::warn("{}", why);
  }
  parts_.pause_intake(why);
}

template <typename T>
Result<T> Housekeeper::wait_for(const std::function<void(std::function<void(Result<T>)>)>& ask) {
  // The answer may come after nobody waits for it any more.
  struct Answer {
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<Result<T>> result;
  };
  const auto answer = std::make_shared<Answer>();
  ask([answer](Result<T> result) {
    const std::lock_guard lock(answer->mutex);
    answer->result = std::move(result);
    answer->changed.notify_all();
  });
  constexpr Milliseconds kLookForStop{50};
  std::unique_lock lock(answer->mutex);
  while (
      !answer->changed.wait_for(lock, kLookForStop, [&] { return answer->result.has_value(); })) {
    const std::lock_guard own(mutex_);
    if (stopping_) return unavailable("the server is stopping");
  }
  return std::move(*answer->result);
}

Result<void> Housekeeper::record(Changes changes) {
  const auto recorded = wait_for<Revision>([&](std::function<void(Result<Revision>)> reply) {
    parts_.recorder.record(std::move(changes), std::move(reply));
  });
  if (!recorded) return std::unexpected(recorded.error());
  return {};
}

Result<Stock> Housekeeper::take_stock(int limit, bool with_images) {
  Stock stock;
  auto holdings = parts_.reader.holdings(limit);
  if (!holdings) return std::unexpected(holdings.error());
  stock.holdings = std::move(*holdings);
  auto builds = parts_.reader.kept_builds();
  if (!builds) return std::unexpected(builds.error());
  stock.builds = std::move(*builds);
  if (!with_images) return stock;
  auto images = wait_for<std::vector<KeptImage>>(
      [&](std::function<void(Result<std::vector<KeptImage>>)> done) {
        parts_.images.list_images(std::move(done));
      });
  if (!images) return std::unexpected(images.error());
  stock.images = std::move(*images);
  const auto needed = parts_.reader.needed_images();
  if (!needed) return std::unexpected(needed.error());
  stock.needed_images = parts_.references_of(*needed);
  return stock;
}

Result<pages::RetentionPage> Housekeeper::preview() {
  auto stock = take_stock(kLookedAt, true);
  std::string trouble;
  if (!stock) {
    // Docker may be away; the store has its say all the same.
    trouble = stock.error().text();
    stock = take_stock(kLookedAt, false);
  }
  if (!stock) return std::unexpected(stock.error());
  const auto plan = make_plan(*stock, options_.config, parts_.clock.wall());
  pages::RetentionPage page;
  page.revision = stock->holdings.revision;
  page.period_s = options_.config.period_s;
  page.disk_reserve_bytes = options_.disk_reserve_bytes;
  page.store_bytes = parts_.store_bytes();
  page.error = trouble;
  page.uses = plan.uses;
  for (const auto& each : plan.images) page.going.push_back(shown(each));
  for (const auto& each : plan.builds) page.going.push_back(shown(each));
  for (const auto& each : plan.holdings) {
    if (page.going.size() < kShown) page.going.push_back(shown(each));
  }
  const std::lock_guard lock(mutex_);
  page.disk_free_bytes = room_.free;
  page.disk_total_bytes = room_.total;
  page.paused = paused_;
  page.last_run = last_run_;
  return page;
}

pages::RetentionRun Housekeeper::run() {
  pages::RetentionRun done;
  done.at = parts_.clock.wall();
  Run run{done, {}};
  auto result = remove_holdings(run);
  if (result) result = remove_builds(run);
  if (result) result = remove_images(run);
  if (!result) done.error = result.error().text();
  if (!done.error.empty()) spdlog::warn("retention: {}", done.error);
  if (done.removed > 0)
    spdlog::info("retention: removed {} items, {}", done.removed, mb(done.bytes));
  const std::lock_guard lock(mutex_);
  last_run_ = done;
  return done;
}

Result<void> Housekeeper::remove_holdings(Run& run) {
  for (int i = 0; i < kSteps; ++i) {
    auto stock = take_stock(kStep, false);
    if (!stock) return std::unexpected(stock.error());
    auto& going = stock->holdings.going;
    std::erase_if(going, [&](const Holding& each) { return run.stuck.contains(each.id); });
    if (!going.empty()) {
      if (auto removed = remove_going(going, run); !removed) return removed;
      continue;
    }
    const auto plan = make_plan(*stock, options_.config, parts_.clock.wall());
    if (plan.holdings.empty()) return {};
    change::HoldingsGoing intent;
    for (const auto& each : plan.holdings) intent.holdings.push_back({each.holding.id, each.why});
    if (auto recorded = record({std::move(intent)}); !recorded) return recorded;
  }
  return {};
}

// What can't be removed stays as going, and is tried again by the next run.
Result<void> Housekeeper::remove_going(const std::vector<Holding>& going, Run& run) {
  change::HoldingsGone gone;
  for (const auto& holding : going) {
    if (auto removed = remove_files(options_.data_dir, holding); !removed) {
      run.stuck.insert(holding.id);
      run.done.error = removed.error().text();
      continue;
    }
    gone.holdings.push_back(holding.id);
    ++run.done.removed;
    run.done.bytes += holding.bytes;
  }
  if (gone.holdings.empty()) return {};
  return record({std::move(gone)});
}

// The engine has docker remove the volumes that the store no longer names; what a crash leaves of
// them goes at the next start.
Result<void> Housekeeper::remove_builds(Run& run) {
  const auto stock = take_stock(0, false);
  if (!stock) return std::unexpected(stock.error());
  change::BuildsForgotten forgotten;
  std::uint64_t bytes = 0;
  for (const auto& [build, why] : make_plan(*stock, options_.config, parts_.clock.wall()).builds) {
    forgotten.outputs.push_back({build.repo, build.artifact});
    bytes += build.bytes;
  }
  const auto count = std::ssize(forgotten.outputs);
  if (count == 0) return {};
  if (auto recorded = record({std::move(forgotten)}); !recorded) return recorded;
  run.done.removed += count;
  run.done.bytes += bytes;
  return {};
}

// Docker lists what is there, so there is no intent to store: it only has to be forgotten before it
// goes, so that whoever needs it makes it again.
Result<void> Housekeeper::remove_images(Run& run) {
  const auto stock = take_stock(0, true);
  if (!stock) return std::unexpected(stock.error());
  const auto plan = make_plan(*stock, options_.config, parts_.clock.wall());
  if (plan.images.empty()) return {};
  change::ImagesForgotten forgotten;
  for (const auto& each : plan.images) forgotten.references.push_back(each.image.reference);
  if (auto recorded = record({std::move(forgotten)}); !recorded) return recorded;
  for (const auto& each : plan.images) {
    const auto removed = wait_for<void>([&](std::function<void(Result<void>)> reply) {
      parts_.images.remove_image(each.image.reference, std::move(reply));
    });
    if (!removed) return removed;
    ++run.done.removed;
    run.done.bytes += each.image.bytes;
  }
  return {};
}

}  // namespace testlooper::retention
