#include "store/read_pool.hpp"

#include <utility>

namespace testlooper::store {
namespace {

constexpr int kConnections = 3;  // each may keep some megabytes of pages

}  // namespace

ReadPool::ReadPool(std::filesystem::path file) : file_(std::move(file)) {}

ReadPool::Lease::Lease(ReadPool& pool, std::unique_ptr<Connection> connection)
    : pool_(pool), connection_(std::move(connection)) {}

ReadPool::Lease::~Lease() { pool_.give_back(std::move(connection_)); }

ReadPool::Lease ReadPool::take() {
  std::unique_ptr<Connection> connection;
  {
    std::unique_lock lock{mutex_};
    returned_.wait(lock, [&] { return taken_ < kConnections; });
    ++taken_;
    if (!idle_.empty()) {
      connection = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  try {
    if (!connection) connection = std::make_unique<Connection>(file_, Access::read);
  } catch (...) {
    give_back(nullptr);
    throw;
  }
  return Lease{*this, std::move(connection)};
}

void ReadPool::give_back(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock{mutex_};
    --taken_;
    if (connection) idle_.push_back(std::move(connection));
  }
  returned_.notify_one();
}

}  // namespace testlooper::store
