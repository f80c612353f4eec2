// A few read-only connections, opened when they are first needed. A caller waits where all of them
// are taken. Any thread.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "store/connection.hpp"

namespace testlooper::store {

class ReadPool {
 public:
  explicit ReadPool(std::filesystem::path file);

  // A connection for the life of the lease. One that met a fault is not used again.
  class Lease {
   public:
    Lease(ReadPool& pool, std::unique_ptr<Connection> connection);
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Connection& connection() { return *connection_; }
    void discard() { connection_.reset(); }

   private:
    ReadPool& pool_;
    std::unique_ptr<Connection> connection_;
  };
  Lease take();

 private:
  void give_back(std::unique_ptr<Connection> connection);

  const std::filesystem::path file_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;
  int taken_ = 0;
};

}  // namespace testlooper::store
