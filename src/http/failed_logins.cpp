#include "http/failed_logins.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "testlooper/base/limits.hpp"

namespace testlooper::http {
namespace {

constexpr Seconds kWindow{limits::kFailedLoginSeconds};

// A clock that was set back makes a failure old, too.
bool is_over(WallTime failure, WallTime now) { return failure + kWindow <= now || failure > now; }

}  // namespace

void FailedLogins::add(const std::string& address, WallTime now) {
  // Nobody has so many but who means ill; to look for the old ones each time would serve them.
  if (failures_.size() >= limits::kFailedLoginAddresses) failures_.clear();
  auto& times = failures_[address];
  times.push_back(now);
  if (std::cmp_greater(times.size(), limits::kFailedLogins)) times.pop_front();
}

Seconds FailedLogins::wait(const std::string& address, WallTime now) {
  const auto found = failures_.find(address);
  if (found == failures_.end()) return Seconds{0};
  std::erase_if(found->second, [&](WallTime time) { return is_over(time, now); });
  if (std::cmp_less(found->second.size(), limits::kFailedLogins)) return Seconds{0};
  return std::chrono::ceil<Seconds>(found->second.front() + kWindow - now);
}

}  // namespace testlooper::http
