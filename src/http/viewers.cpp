#include "http/viewers.hpp"

#include "testlooper/base/limits.hpp"

#include "codec/api_json.hpp"
#include "http/log_text.hpp"

namespace testlooper::http {
namespace {

void push(EventQueue& queue, const std::shared_ptr<const std::string>& event) {
  if (queue.events.size() >= limits::kEventQueuePerViewer) {
    queue.events.clear();
    queue.overflowed = true;
  }
  // After an overflow, a viewer asks for everything, so single events say nothing new to it.
  if (!queue.overflowed) queue.events.push_back(event);
  queue.signal.raise();
}

}  // namespace

Viewers::Viewers(EventHub& hub, const asio::any_io_executor& executor, Milliseconds change_interval)
    : hub_(hub), change_interval_(change_interval), pause_(executor) {}

void Viewers::take_news() {
  const auto news = hub_.take();
  for (const auto& [attempt, complete] : news.logs) {
    const auto found = shares_.find(attempt);
    const auto share = found == shares_.end() ? nullptr : found->second.lock();
    if (!share) continue;
    ++share->grown;
    share->complete = share->complete || complete;
    wake_followers(attempt);
  }
  if (!news.change) return;
  if (!held_) held_.emplace();
  merge(*held_, *news.change);
  if (!pausing_) publish();
}

std::shared_ptr<LogShare> Viewers::share_of(AttemptKey attempt) {
  std::erase_if(shares_, [](const auto& each) { return each.second.expired(); });
  auto& known = shares_[attempt];
  auto share = known.lock();
  if (!share) known = share = std::make_shared<LogShare>();
  return share;
}

void Viewers::wake_followers(AttemptKey attempt) {
  const auto [begin, end] = followers_.equal_range(attempt);
  for (auto it = begin; it != end; ++it) it->second->signal.raise();
}

void Viewers::publish() {
  revision_ = std::max(revision_, held_->revision);
  ++published_;
  const auto event = std::make_shared<const std::string>(
      sse_event("change", codec::api_json(*held_), held_->revision));
  held_.reset();
  for (auto* queue : queues_) push(*queue, event);
  pausing_ = true;
  pause_.expires_after(change_interval_);
  pause_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    pausing_ = false;
    if (held_) publish();
  });
}

void Viewers::wake_all() {
  pause_.cancel();
  wake_members();
}

void Viewers::wake_members() {
  for (auto* queue : queues_) queue->signal.raise();
  for (const auto& [attempt, follower] : followers_) follower->signal.raise();
}

}  // namespace testlooper::http
