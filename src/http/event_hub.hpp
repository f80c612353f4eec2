// Where the engine and the executor leave news for viewers. Any thread may leave some; the http
// thread takes them. News that nobody took yet are merged, so the hub holds at most one change and
// one flag for each log that grows, however slow the taker is. It knows nothing of connections.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>

#include "testlooper/ports/live.hpp"

namespace testlooper::http {

// Adds what `newer` says to `notice`.
void merge(ChangeNotice& notice, const ChangeNotice& newer);

class EventHub final : public LiveEvents {
 public:
  void published(const ChangeNotice& notice) override;
  void log_grew(AttemptKey attempt, std::uint64_t bytes, bool complete) override;

  struct News {
    std::optional<ChangeNotice> change;
    std::map<AttemptKey, bool> logs;  // those that grew, and whether they are complete
  };
  News take();
  // `wake` is called, from whichever thread brings the first news after a take(), and must only
  // enqueue. An empty function ends that; no call of the old one is under way afterwards.
  void on_news(std::function<void()> wake);

 private:
  void wake_if(bool first_news);

  std::mutex mutex_;
  News news_;
  std::function<void()> wake_;
};

}  // namespace testlooper::http
