// A condition variable for the coroutines of one thread: who waits looks at its own condition again
// each time something has changed. One thread means that nothing is missed between look and wait.
#pragma once

#include <chrono>
#include <set>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

namespace testlooper::docker {

class Signal {
 public:
  explicit Signal(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

  // Wakes all that wait now.
  void notify();
  boost::asio::awaitable<void> wait();
  // Returns by then at the latest.
  boost::asio::awaitable<void> wait_until(std::chrono::steady_clock::time_point deadline);

 private:
  boost::asio::any_io_executor executor_;
  std::set<boost::asio::steady_timer*> waiting_;
};

}  // namespace testlooper::docker
