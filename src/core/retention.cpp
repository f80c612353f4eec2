#include "core/retention.hpp"

namespace testlooper::core {
namespace {

// Empty where the rule lets it stay.
std::string why_it_goes(const Kept& kept, std::int64_t count, std::uint64_t bytes,
                        const KeepRule& rule, WallTime now) {
  if (rule.days > 0 && (now - kept.since).count() > rule.days * kMillisecondsPerDay) {
    return "older than " + std::to_string(rule.days) + " days";
  }
  if (rule.count > 0 && count > rule.count) {
    return "the oldest of more than " + std::to_string(rule.count);
  }
  if (rule.mb > 0 && bytes > static_cast<std::uint64_t>(rule.mb) << 20) {
    return "the oldest of more than " + std::to_string(rule.mb) + " MB";
  }
  return {};
}

}  // namespace

std::vector<Going> what_goes(const std::vector<Kept>& oldest, std::int64_t count,
                             std::uint64_t bytes, const KeepRule& rule, WallTime now) {
  std::vector<Going> going;
  for (std::size_t i = 0; i < oldest.size(); ++i) {
    if (oldest[i].needed) continue;
    auto why = why_it_goes(oldest[i], count, bytes, rule, now);
    if (why.empty()) break;  // what follows is younger, and no more has to go
    going.push_back({i, std::move(why)});
    --count;
    bytes -= oldest[i].bytes;
  }
  return going;
}

bool disk_is_low(bool was_low, std::uint64_t free_bytes, std::uint64_t reserve_bytes) {
  return free_bytes < reserve_bytes + (was_low ? reserve_bytes / 10 : 0);
}

}  // namespace testlooper::core
