#include "http/streams.hpp"

#include <utility>

#include "codec/api_json.hpp"
#include "http/log_reader.hpp"
#include "http/log_text.hpp"
#include "http/text.hpp"

namespace testlooper::http {
namespace {

std::string stream_head() {
  // A buffering proxy would hold events back.
  const Response response{200,
                          "text/event-stream",
                          {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}},
                          StaticBytes()};
  return head_text(response, /*keep_alive=*/false, /*with_length=*/false);
}

Result<Revision> stored_revision(Views& views) {
  const auto page = views.repos();
  if (!page) return std::unexpected(page.error());
  return page->revision;
}

// What is due to a viewer; empty where nothing is.
std::string due(EventQueue& queue) {
  if (std::exchange(queue.overflowed, false)) return sse_event("reload", "{}");
  std::string events;
  for (const auto& event : queue.events) events += *event;
  queue.events.clear();
  return events;
}

std::uint64_t resume_offset(const Route& route, const Head& head) {
  const auto* last = head.find("last-event-id");
  const auto from = to_number(last != nullptr ? *last : route.parameter("from"));
  return from.value_or(0);
}

// Sends what there is until the log is complete. False where the connection is to end first.
awaitable<bool> follow(Site& site, Wire& wire, LogFollower& follower, LogReader& reader) {
  while (!site.stopping) {
    const auto grown = follower.grown;
    // Asked before reading: what is read after the log was complete is all of it.
    const bool all = follower.complete || reader.complete();
    auto bytes = co_await on_pool(site.pool, [&reader, all] { return reader.next(all); });
    if (!bytes) co_return false;
    if (!bytes->empty()) {
      if (!co_await wire.write(sse_event("log", codec::log_json(*bytes), reader.offset()))) {
        co_return false;
      }
      continue;
    }
    if (all) co_return true;
    if (follower.grown != grown || site.stopping) continue;
    co_await follower.signal.wait(site.options.timeouts.heartbeat);
    if (follower.grown != grown || site.stopping) continue;
    // Nothing came for a while: the attempt may have ended without a word, at a restart.
    const auto looked = co_await on_pool(site.pool, [&reader] { return reader.look(); });
    if (!looked || !co_await wire.write(std::string(kSseHeartbeat))) co_return false;
  }
  co_return false;
}

}  // namespace

awaitable<void> stream_events(Site& site, Wire& wire) {
  EventQueue queue(site.executor);
  const auto membership = site.viewers.join(queue);
  auto revision = site.viewers.revision();
  if (revision == 0) {
    const auto stored =
        co_await on_pool(site.pool, [&site] { return stored_revision(site.views); });
    if (!stored) {
      co_await wire.write(error_response(stored.error()), true, false);
      co_return;
    }
    revision = *stored;
  }
  auto next = stream_head() + sse_event("snapshot", codec::snapshot_json(revision), revision);
  while (co_await wire.write(std::move(next)) && !site.stopping) {
    next = due(queue);
    if (!next.empty()) continue;
    co_await queue.signal.wait(site.options.timeouts.heartbeat);
    if (site.stopping) break;
    next = due(queue);
    if (next.empty()) next = kSseHeartbeat;
  }
}

awaitable<void> stream_log(Site& site, Wire& wire, Route route, Head head) {
  const AttemptKey attempt{TaskId{route.id}, route.attempt};
  LogFollower follower(site.executor);
  const auto membership = site.viewers.join(attempt, follower);
  LogReader reader(site.views, site.options.data_dir, attempt, resume_offset(route, head));
  const auto found = co_await on_pool(site.pool, [&reader] { return reader.look(); });
  if (!found) {
    co_await wire.write(error_response(found.error()), true, false);
    co_return;
  }
  if (!co_await wire.write(stream_head())) co_return;
  if (co_await follow(site, wire, follower, reader)) {
    co_await wire.write(sse_event("end", codec::log_end_json(reader.offset()), reader.offset()));
  }
}

}  // namespace testlooper::http
