// When a schedule is due: five fields as in cron (minute, hour, day of month, month, day of week),
// in UTC. Lists, ranges, steps and names ("1-5", "*/15", "mon,wed") as cron has them. Where both
// days are restricted, either one is enough, as in cron. Pure: time is a parameter.
#pragma once

#include <bitset>
#include <optional>
#include <string_view>

#include "testlooper/base/result.hpp"
#include "testlooper/base/time.hpp"

namespace testlooper::core {

struct Cron {
  std::bitset<60> minutes;
  std::bitset<24> hours;
  std::bitset<32> days;     // from 1
  std::bitset<13> months;   // from 1
  std::bitset<7> weekdays;  // 0 is Sunday
  bool any_day = true;      // the field begins with a star
  bool any_weekday = true;
};

// Errors: invalid, naming the field and what it may be. A day that never comes ("30 of February")
// is an error too.
Result<Cron> parse_cron(std::string_view text);

// The first due time after `time`, and the last at or before it; nothing within some years.
std::optional<WallTime> next_due(const Cron& cron, WallTime time);
std::optional<WallTime> last_due(const Cron& cron, WallTime time);

}  // namespace testlooper::core
