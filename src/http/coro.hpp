// The few coroutine tools of this layer. All of them resume on the http thread.
#pragma once

#include <type_traits>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "testlooper/base/time.hpp"

namespace testlooper::http {

namespace asio = boost::asio;
using asio::awaitable;
inline constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

template <typename Work>
awaitable<std::invoke_result_t<Work>> carry_out(Work work) {
  co_return work();
}

// Blocking work on a pool thread. The result must be default-constructible.
template <typename Work>
awaitable<std::invoke_result_t<Work>> on_pool(asio::thread_pool& pool, Work work) {
  co_return co_await asio::co_spawn(pool, carry_out(std::move(work)), asio::use_awaitable);
}

// Something to wait for on one thread: the waiter looks at its condition, then waits; whoever
// changes the condition raises the signal.
class Signal {
 public:
  explicit Signal(const asio::any_io_executor& executor) : timer_(executor) {}
  // Until it is raised, or for so long. May wake early.
  awaitable<void> wait(Milliseconds most) {
    timer_.expires_after(most);
    co_await timer_.async_wait(kAsTuple);
  }
  void raise() { timer_.cancel(); }

 private:
  asio::steady_timer timer_;
};

}  // namespace testlooper::http
