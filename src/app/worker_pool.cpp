#include "app/worker_pool.hpp"

#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

namespace testlooper::app {

struct WorkerPool::Threads {
  explicit Threads(int count) : pool(static_cast<std::size_t>(count)) {}
  boost::asio::thread_pool pool;
};

WorkerPool::WorkerPool(int threads) : threads_(std::make_unique<Threads>(threads)) {}
WorkerPool::~WorkerPool() { stop(); }

void WorkerPool::post(std::function<void()> work) {
  boost::asio::post(threads_->pool, std::move(work));
}

void WorkerPool::stop() {
  threads_->pool.stop();
  threads_->pool.join();
}

}  // namespace testlooper::app
