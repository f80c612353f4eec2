#include "core/cron.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <chrono>
#include <span>
#include <string>
#include <vector>

namespace testlooper::core {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;
using Instant = std::chrono::sys_time<Milliseconds>;
using Words = std::span<const std::string_view>;

// The longest pause between two 29ths of February is 8 years.
constexpr int kSearchedDays = 9 * 366;
constexpr int kMinutesPerDay = 1440;

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdays{"sun", "mon", "tue", "wed",
                                                    "thu", "fri", "sat"};

struct Field {
  std::string_view name;
  int least, most;
  Words words = {};  // the first is `least`
};

std::unexpected<Error> wrong(const Field& field, std::string_view text) {
  return invalid("'" + std::string(text) + "' is no " + std::string(field.name) + ": " +
                     std::to_string(field.least) + " to " + std::to_string(field.most) +
                     ", *, lists, ranges and steps",
                 "schedule");
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size() && !text.empty();
  return whole && text[0] != '-' ? std::optional{value} : std::nullopt;
}

std::optional<int> value_of(const Field& field, std::string_view text) {
  std::string lower{text};
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto word = std::ranges::find(field.words, lower);
  if (word != field.words.end()) {
    return field.least + static_cast<int>(word - field.words.begin());
  }
  const auto value = number(text);
  return value && *value >= field.least && *value <= field.most ? value : std::nullopt;
}

struct Range {
  int first, last, step;
};

// "*", "5", "mon-fri", "*/15", "10-40/10"; "5/15" goes on to the end of the field.
std::optional<Range> range_of(const Field& field, std::string_view text) {
  Range range{field.least, field.most, 1};
  const auto slash = text.find('/');
  if (slash != text.npos) {
    const auto step = number(text.substr(slash + 1));
    if (!step || *step < 1) return std::nullopt;
    range.step = *step;
    text = text.substr(0, slash);
  }
  if (text == "*") return range;
  const auto dash = text.find('-');
  const auto first = value_of(field, text.substr(0, dash));
  if (!first) return std::nullopt;
  range.first = *first;
  if (dash == text.npos) {
    if (slash == text.npos) range.last = *first;
    return range;
  }
  const auto last = value_of(field, text.substr(dash + 1));
  if (!last || *last < *first) return std::nullopt;
  range.last = *last;
  return range;
}

template <std::size_t size>
Result<void> read_field(const Field& field, std::string_view text, std::bitset<size>& values) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto comma = std::min(text.find(',', begin), text.size());
    const auto range = range_of(field, text.substr(begin, comma - begin));
    if (!range) return wrong(field, text);
    for (int value = range->first; value <= range->last; value += range->step) {
      values.set(static_cast<std::size_t>(value) % size);  // Sunday is 0 and 7
    }
    begin = comma + 1;
  }
  return {};
}

std::vector<std::string_view> fields_of(std::string_view text) {
  std::vector<std::string_view> fields;
  for (std::size_t at = text.find_first_not_of(" \t"); at < text.size();) {
    const auto end = std::min(text.find_first_of(" \t", at), text.size());
    fields.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(" \t", end);
  }
  return fields;
}

bool is_day(const Cron& cron, sys_days day) {
  const std::chrono::year_month_day date{day};
  if (!cron.months[static_cast<unsigned>(date.month())]) return false;
  const bool of_month = cron.days[static_cast<unsigned>(date.day())];
  const bool of_week = cron.weekdays[std::chrono::weekday{day}.c_encoding()];
  if (cron.any_day || cron.any_weekday) return of_month && of_week;
  return of_month || of_week;
}

bool is_minute(const Cron& cron, int minute) {
  return cron.hours[static_cast<std::size_t>(minute / 60)] &&
         cron.minutes[static_cast<std::size_t>(minute % 60)];
}

WallTime at(sys_days day, int minute) {
  return {Milliseconds{day.time_since_epoch()}.count() +
          Milliseconds{std::chrono::minutes{minute}}.count()};
}

}  // namespace

Result<Cron> parse_cron(std::string_view text) {
  const auto fields = fields_of(text);
  if (fields.size() != 5) {
    return invalid(
        "must be five fields (minute, hour, day of month, month, day of week), and has " +
            std::to_string(fields.size()),
        "schedule");
  }
  Cron cron;
  for (auto read : {read_field({"minute", 0, 59}, fields[0], cron.minutes),
                    read_field({"hour", 0, 23}, fields[1], cron.hours),
                    read_field({"day of the month", 1, 31}, fields[2], cron.days),
                    read_field({"month", 1, 12, kMonths}, fields[3], cron.months),
                    read_field({"day of the week", 0, 7, kWeekdays}, fields[4], cron.weekdays)}) {
    if (!read) return std::unexpected(read.error());
  }
  cron.any_day = fields[2].starts_with('*');
  cron.any_weekday = fields[4].starts_with('*');
  if (!next_due(cron, {})) return invalid("'" + std::string(text) + "' is never due", "schedule");
  return cron;
}

std::optional<WallTime> next_due(const Cron& cron, WallTime time) {
  const auto today = floor<days>(Instant{Milliseconds{time.ms}});
  for (int ahead = 0; ahead < kSearchedDays; ++ahead) {
    const auto day = today + days{ahead};
    if (!is_day(cron, day)) continue;
    for (int minute = 0; minute < kMinutesPerDay; ++minute) {
      if (is_minute(cron, minute) && at(day, minute) > time) return at(day, minute);
    }
  }
  return std::nullopt;
}

std::optional<WallTime> last_due(const Cron& cron, WallTime time) {
  const auto today = floor<days>(Instant{Milliseconds{time.ms}});
  for (int back = 0; back < kSearchedDays; ++back) {
    const auto day = today - days{back};
    if (!is_day(cron, day)) continue;
    for (int minute = kMinutesPerDay - 1; minute >= 0; --minute) {
      if (is_minute(cron, minute) && at(day, minute) <= time) return at(day, minute);
    }
  }
  return std::nullopt;
}

}  // namespace testlooper::core
