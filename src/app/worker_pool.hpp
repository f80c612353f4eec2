// Threads for what blocks: git, parsing. Any thread posts.
#pragma once

#include <functional>
#include <memory>

namespace testlooper::app {

class WorkerPool {
 public:
  explicit WorkerPool(int threads);
  ~WorkerPool();  // stops

  void post(std::function<void()> work);
  // Finishes what has begun, forgets the rest, and ends the threads.
  void stop();

 private:
  struct Threads;
  std::unique_ptr<Threads> threads_;
};

}  // namespace testlooper::app
