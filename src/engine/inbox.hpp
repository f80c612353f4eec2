// The bounded queue in front of the engine's thread. Any thread puts; the engine's takes.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/events.hpp"

namespace testlooper::engine {

class Inbox {
 public:
  explicit Inbox(std::size_t capacity) : capacity_(capacity) {}

  // False where it is full: the sender tells its client to come back later.
  bool try_put(Event event);
  // For results of work that the engine itself started: bounded by that work, never refused.
  void put(Event event);
  void close();
  // All that is there, in order; waits until something is, or `until`, or close().
  std::vector<Event> take(std::optional<std::chrono::steady_clock::time_point> until);
  bool closed() const;

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Event> events_;
  bool closed_ = false;
};

}  // namespace testlooper::engine
