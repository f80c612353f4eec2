// The only way to learn what time it is. The simulator has its own.
#pragma once

#include <chrono>

#include "testlooper/base/time.hpp"

namespace testlooper {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime wall() const = 0;
  // Never goes backwards; for deadlines.
  virtual std::chrono::steady_clock::time_point monotonic() const = 0;
};

}  // namespace testlooper
