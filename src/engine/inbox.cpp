#include "engine/inbox.hpp"

#include <iterator>
#include <utility>

namespace testlooper::engine {

bool Inbox::try_put(Event event) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_ || events_.size() >= capacity_) return false;
    events_.push_back(std::move(event));
  }
  changed_.notify_one();
  return true;
}

void Inbox::put(Event event) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    events_.push_back(std::move(event));
  }
  changed_.notify_one();
}

void Inbox::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_one();
}

std::vector<Event> Inbox::take(std::optional<std::chrono::steady_clock::time_point> until) {
  std::unique_lock lock(mutex_);
  const auto awake = [this] { return closed_ || !events_.empty(); };
  if (until) {
    changed_.wait_until(lock, *until, awake);
  } else {
    changed_.wait(lock, awake);
  }
  std::vector<Event> taken(std::make_move_iterator(events_.begin()),
                           std::make_move_iterator(events_.end()));
  events_.clear();
  return taken;
}

bool Inbox::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

}  // namespace testlooper::engine
