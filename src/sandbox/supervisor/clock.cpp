#include "sandbox/supervisor/clock.hpp"

#include <ctime>

namespace testlooper::sandbox {

std::uint64_t now_ms() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1000 +
         static_cast<std::uint64_t>(now.tv_nsec) / 1'000'000;
}

int ms_until(std::uint64_t deadline, std::uint64_t now) {
  constexpr std::uint64_t kLongWhile = 1'000'000;
  if (deadline <= now) return 0;
  const auto left = deadline - now;
  return static_cast<int>(left > kLongWhile ? kLongWhile : left + 1);
}

}  // namespace testlooper::sandbox
