// The machine's clocks. Any thread.
#pragma once

#include <chrono>

#include "testlooper/ports/clock.hpp"

namespace testlooper::app {

class SystemClock : public Clock {
 public:
  WallTime wall() const override {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<Milliseconds>(since).count()};
  }
  std::chrono::steady_clock::time_point monotonic() const override {
    return std::chrono::steady_clock::now();
  }
};

}  // namespace testlooper::app
