#include "codec/report.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "testlooper/base/limits.hpp"

#include "codec/report_formats.hpp"
#include "codec/utf8.hpp"

namespace testlooper::codec {

Microseconds microseconds_of(double seconds) {
  constexpr double kMostSeconds = 10.0 * 365 * 86'400;
  if (!(seconds > 0)) return Microseconds{0};
  return Microseconds{std::llround(std::min(seconds, kMostSeconds) * 1e6)};
}

Microseconds duration_in(std::string_view seconds) {
  std::string digits(seconds);
  std::erase(digits, ',');
  double number = 0;
  const auto end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, number);
  return error == std::errc() && stopped == end ? microseconds_of(number) : Microseconds{0};
}

Result<std::vector<ReportedTest>> parse_report(std::string_view bytes) {
  constexpr std::size_t kShownBytes = 40;
  if (bytes.size() > limits::kReportBytes) {
    return invalid(fmt::format("the report is larger than {} bytes", limits::kReportBytes));
  }
  std::string fixed;
  if (!is_valid_utf8(bytes)) bytes = fixed = valid_utf8(bytes);
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  const auto begin = bytes.find_first_not_of(" \t\r\n");
  if (begin == bytes.npos) return invalid("the report is empty");
  bytes.remove_prefix(begin);
  if (bytes.front() == '{' && is_go_report(bytes)) return parse_go_report(bytes);
  if (bytes.front() == '{') return parse_pytest_report(bytes);
  if (bytes.front() == '<') return parse_junit_report(bytes);
  return invalid(
      fmt::format("the report is of no known format: it begins with {}; "
                  "pytest-json-report, JUnit XML and go test -json are known",
                  quoted_for_people(bytes, kShownBytes)));
}

}  // namespace testlooper::codec
