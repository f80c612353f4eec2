#include "http/event_hub.hpp"

#include <algorithm>
#include <utility>

namespace testlooper::http {

namespace {

template <typename Id>
void add(std::vector<Id>& ids, const std::vector<Id>& more) {
  ids.insert(ids.end(), more.begin(), more.end());
  std::ranges::sort(ids);
  const auto repeated = std::ranges::unique(ids);
  ids.erase(repeated.begin(), repeated.end());
}

}  // namespace

void merge(ChangeNotice& notice, const ChangeNotice& newer) {
  notice.revision = std::max(notice.revision, newer.revision);
  add(notice.commits, newer.commits);
  add(notice.experiments, newer.experiments);
  notice.refs = notice.refs || newer.refs;
  notice.engine = notice.engine || newer.engine;
}

void EventHub::published(const ChangeNotice& notice) {
  const std::lock_guard lock(mutex_);
  const bool was_empty = !news_.change && news_.logs.empty();
  if (!news_.change) news_.change.emplace();
  merge(*news_.change, notice);
  wake_if(was_empty);
}

void EventHub::log_grew(AttemptKey attempt, std::uint64_t /*bytes*/, bool complete) {
  const std::lock_guard lock(mutex_);
  const bool was_empty = !news_.change && news_.logs.empty();
  auto& is_complete = news_.logs[attempt];
  is_complete = is_complete || complete;
  wake_if(was_empty);
}

EventHub::News EventHub::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(news_, {});
}

void EventHub::on_news(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
  wake_if(news_.change || !news_.logs.empty());
}

void EventHub::wake_if(bool first_news) {
  if (first_news && wake_) wake_();
}

}  // namespace testlooper::http
