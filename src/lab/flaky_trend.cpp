#include "lab/flaky_trend.hpp"

#include <algorithm>

namespace testlooper::lab {
namespace {}  // namespace

std::vector<std::int64_t> flaky_by_day(const std::vector<FlakySpan>& spans, WallTime now,
                                       int days) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(days) + 1);
  for (const auto& span : spans) {
    const auto oldest = std::max<std::int64_t>(0, now.ms - span.first.ms) / kMillisecondsPerDay;
    // What is fixed does not flake today, be its last failure a minute ago.
    std::int64_t newest = 0;
    if (span.last) {
      const auto since = now.ms - span.last->ms;
      newest = std::max<std::int64_t>(1, (since + kMillisecondsPerDay - 1) / kMillisecondsPerDay);
    }
    for (auto day = newest; day <= std::min<std::int64_t>(oldest, days); ++day) {
      ++counts[static_cast<std::size_t>(days - day)];
    }
  }
  return counts;
}

}  // namespace testlooper::lab
