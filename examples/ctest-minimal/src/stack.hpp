// Last in, first out.
#pragma once

#include <utility>
#include <vector>

template <typename T>
class Stack {
 public:
  void push(T value) { values_.push_back(std::move(value)); }
  T pop() {
    T last = std::move(values_.back());
    values_.pop_back();
    return last;
  }
  bool empty() const { return values_.empty(); }

 private:
  std::vector<T> values_;
};
