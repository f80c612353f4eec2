#include "http/streams.hpp"

#include <chrono>
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

// One who follows a log, and what it shares with the others.
struct Following {
  Site& site;
  Wire& wire;
  AttemptKey attempt;
  LogFollower& follower;
  LogReader& reader;
  LogShare& share;
  Visitor& visitor;
};

// While it reads, the others wait.
awaitable<Result<std::string>> read_alone(Following& f, bool all) {
  struct Reading {
    LogShare& share;
    ~Reading() { share.reading.reset(); }
  };
  f.share.reading = f.reader.offset();
  const Reading reading{f.share};
  co_return co_await on_pool(f.site.pool, [&reader = f.reader, all] { return reader.next(all); });
}

// Reads the next piece for all who have come as far. False where it can't be read.
awaitable<bool> read_for_all(Following& f, bool all) {
  auto& [site, wire, attempt, follower, reader, share, visitor] = f;
  const auto begin = reader.offset();
  const auto grown = share.grown;
  const auto bytes = co_await read_alone(f, all);
  if (bytes && bytes->empty()) share.nothing = LogShare::Nothing{begin, grown, all};
  if (bytes && !bytes->empty()) {
    share.last = LogShare::Piece{begin, reader.offset(),
                                 std::make_shared<const std::string>(
                                     sse_event("log", codec::log_json(*bytes), reader.offset()))};
    reader.skip_to(begin);
  }
  site.viewers.wake_followers(attempt);
  co_return bytes.has_value();
}

// Until the log grows. False where the connection is to end.
awaitable<bool> wait_for_more(Following& f, std::uint64_t grown) {
  auto& [site, wire, attempt, follower, reader, share, visitor] = f;
  const auto until = std::chrono::steady_clock::now() + site.options.timeouts.heartbeat;
  const auto logins = site.logins.changes();
  while (share.grown == grown && !site.stopping && site.logins.changes() == logins) {
    const auto rest = std::chrono::ceil<Milliseconds>(until - std::chrono::steady_clock::now());
    if (rest <= Milliseconds{0}) break;
    co_await follower.signal.wait(rest);
  }
  if (share.grown != grown || site.stopping || site.logins.changes() != logins) co_return true;
  // Nothing came for a while: the attempt may have ended without a word, at a restart.
  const auto looked = co_await on_pool(site.pool, [&reader] { return reader.look(); });
  co_return looked&& co_await wire.write(std::string(kSseHeartbeat));
}

// Sends what there is until the log is complete. False where the connection is to end first.
awaitable<bool> follow(Following& f) {
  auto& [site, wire, attempt, follower, reader, share, visitor] = f;
  while (!site.stopping && co_await still_welcome(site, visitor)) {
    const auto grown = share.grown;
    // Asked before reading: what is read after the log was complete is all of it.
    const bool all = share.complete || reader.complete();
    if (share.last && share.last->begin == reader.offset()) {
      const auto piece = *share.last;
      reader.skip_to(piece.end);
      if (!co_await wire.write(std::string(*piece.event))) co_return false;
    } else if (share.nothing == LogShare::Nothing{reader.offset(), grown, all}) {
      if (all) co_return true;
      if (!co_await wait_for_more(f, grown)) co_return false;
    } else if (share.reading == reader.offset()) {
      co_await follower.signal.wait(site.options.timeouts.heartbeat);
    } else if (!co_await read_for_all(f, all)) {
      co_return false;
    }
  }
  co_return false;
}

}  // namespace

awaitable<void> stream_events(Site& site, Wire& wire, Visitor visitor) {
  EventQueue queue(site.executor);
  const auto membership = site.viewers.join(queue);
  auto revision = site.viewers.revision();
  if (revision == 0) {
    const auto stored = co_await on_pool(site.pool, [&site] { return site.views.revision(); });
    if (!stored) {
      co_await wire.write(error_response(stored.error()), true, false);
      co_return;
    }
    revision = *stored;
  }
  auto next = stream_head() + sse_event("snapshot", codec::snapshot_json(revision), revision);
  while (co_await wire.write(std::move(next)) && !site.stopping) {
    if (!co_await still_welcome(site, visitor)) break;
    next = due(queue);
    if (!next.empty()) continue;
    co_await queue.signal.wait(site.options.timeouts.heartbeat);
    if (site.stopping || !co_await still_welcome(site, visitor)) break;
    next = due(queue);
    if (next.empty()) next = kSseHeartbeat;
  }
}

awaitable<void> stream_log(Site& site, Wire& wire, Route route, Head head, Visitor visitor) {
  const AttemptKey attempt{TaskId{route.id}, route.attempt};
  LogFollower follower(site.executor);
  const auto membership = site.viewers.join(attempt, follower);
  const auto share = site.viewers.share_of(attempt);
  LogReader reader(site.views, site.options.data_dir, attempt, resume_offset(route, head));
  const auto found = co_await on_pool(site.pool, [&reader] { return reader.look(); });
  if (!found) {
    co_await wire.write(error_response(found.error()), true, false);
    co_return;
  }
  if (!co_await wire.write(stream_head())) co_return;
  Following following{site, wire, attempt, follower, reader, *share, visitor};
  if (co_await follow(following)) {
    co_await wire.write(sse_event("end", codec::log_end_json(reader.offset()), reader.offset()));
  }
}

}  // namespace testlooper::http
