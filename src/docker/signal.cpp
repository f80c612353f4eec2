#include "docker/signal.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace testlooper::docker {

namespace asio = boost::asio;

void Signal::notify() {
  for (asio::steady_timer* timer : waiting_) timer->cancel();
}

asio::awaitable<void> Signal::wait() {
  return wait_until(std::chrono::steady_clock::time_point::max());
}

asio::awaitable<void> Signal::wait_until(std::chrono::steady_clock::time_point deadline) {
  asio::steady_timer timer(executor_, deadline);
  waiting_.insert(&timer);
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  waiting_.erase(&timer);
}

}  // namespace testlooper::docker
