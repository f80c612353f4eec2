// Small pure helpers on the text of HTTP, which is ASCII whatever the locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace testlooper::http {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alnum(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string to_lower(std::string_view text);
std::string_view trimmed(std::string_view text);  // of blanks and tabs
std::vector<std::string_view> split(std::string_view text, char separator);
// nullopt where a % is not followed by two hex digits.
std::optional<std::string> percent_decoded(std::string_view text);
// Digits only, without a sign; nullopt where it is anything else or too large.
std::optional<std::uint64_t> to_number(std::string_view text);

}  // namespace testlooper::http
