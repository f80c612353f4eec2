// A first-in, first-out queue for several threads.
#pragma once

#include <deque>
#include <mutex>
#include <optional>

template <typename T>
class Queue {
 public:
  void push(T value) {
    const std::lock_guard lock(mutex_);
    values_.push_back(std::move(value));
  }
  std::optional<T> pop() {
    const std::lock_guard lock(mutex_);
    if (values_.empty()) return std::nullopt;
    T first = std::move(values_.front());
    values_.pop_front();
    return first;
  }
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return values_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::deque<T> values_;
};
