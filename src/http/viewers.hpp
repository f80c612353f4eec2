// Who is watching: event queues of open streams, and followers of logs. Lives on the http thread;
// takes news from the EventHub and hands them on. It never writes to a socket.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "http/coro.hpp"
#include "http/event_hub.hpp"

namespace testlooper::http {

// One open event stream. Events are shared between viewers; a queue that is full is emptied, and
// the viewer told to ask for everything again.
struct EventQueue {
  explicit EventQueue(const asio::any_io_executor& executor) : signal(executor) {}
  std::deque<std::shared_ptr<const std::string>> events;
  bool overflowed = false;
  Signal signal;
};

// One follower of an attempt's log.
struct LogFollower {
  explicit LogFollower(const asio::any_io_executor& executor) : signal(executor) {}
  Signal signal;
};

// What the followers of one log share, so that each piece of it is read once for all who have come
// as far as that; who is behind reads for itself.
struct LogShare {
  struct Piece {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::shared_ptr<const std::string> event;
  };
  // Nothing was there at this offset, when the log had grown so often.
  struct Nothing {
    std::uint64_t offset = 0;
    std::uint64_t grown = 0;
    bool all = false;
    bool operator==(const Nothing&) const = default;
  };
  std::uint64_t grown = 0;  // how often we were told of growth
  bool complete = false;
  std::optional<Piece> last;             // what was read last
  std::optional<Nothing> nothing;        // likewise
  std::optional<std::uint64_t> reading;  // the offset that one of them is reading at
};

class Viewers {
 public:
  Viewers(EventHub& hub, const asio::any_io_executor& executor, Milliseconds change_interval);

  // Hands on what the hub has. Changes go out at most once in an interval, merged; logs at once.
  void take_news();
  // Wakes everybody, for the end.
  void wake_all();
  // Wakes everybody, to look whether they may still watch.
  void wake_members();
  // The newest revision that was published; 0 before the first.
  Revision revision() const { return revision_; }
  // How many changes were published.
  std::uint64_t published() const { return published_; }

  // The same for all who follow this log now.
  std::shared_ptr<LogShare> share_of(AttemptKey attempt);
  // Followers of this log shall look at what they share.
  void wake_followers(AttemptKey attempt);

  // While it lives, the queue or the follower gets news.
  template <typename Set, typename Member>
  class Membership {
   public:
    Membership(Set& set, Member member) : set_(set), place_(set.insert(member)) {}
    ~Membership() { set_.erase(place_); }
    Membership(const Membership&) = delete;
    Membership& operator=(const Membership&) = delete;

   private:
    Set& set_;
    typename Set::iterator place_;
  };
  using Queues = std::multiset<EventQueue*>;
  using Followers = std::multimap<AttemptKey, LogFollower*>;
  [[nodiscard]] auto join(EventQueue& queue) {
    return Membership<Queues, Queues::value_type>(queues_, &queue);
  }
  [[nodiscard]] auto join(AttemptKey attempt, LogFollower& follower) {
    return Membership<Followers, Followers::value_type>(followers_, {attempt, &follower});
  }

 private:
  void publish();

  EventHub& hub_;
  Milliseconds change_interval_;
  asio::steady_timer pause_;  // runs while no change may go out
  bool pausing_ = false;
  std::optional<ChangeNotice> held_;
  Revision revision_ = 0;
  std::uint64_t published_ = 0;
  Queues queues_;
  Followers followers_;
  std::map<AttemptKey, std::weak_ptr<LogShare>> shares_;
};

}  // namespace testlooper::http
