#include "lab/cluster.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>

#include "testlooper/base/limits.hpp"

#include "digest/sha256.hpp"

namespace testlooper::lab {
namespace {

constexpr std::size_t kBase64 = 10;  // characters before the "="
constexpr std::size_t kHex = 8;      // characters of an id, an address

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool is_hex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }
bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

template <typename Is>
std::size_t run_of(std::string_view text, std::size_t from, Is is) {
  auto end = from;
  while (end < text.size() && is(text[end])) ++end;
  return end - from;
}

// "/tmp/pytest-of-root/pytest-3/x.py": what a temporary folder is called tells nothing; the rest of
// the path, after its last slash, may.
std::size_t temporary_path(std::string_view text) {
  for (const std::string_view prefix :
       {"/tmp/", "/var/tmp/", "/dev/shm/", "/private/var/folders/"}) {
    if (!text.starts_with(prefix)) continue;
    const auto length = run_of(text, 0, [](char c) {
      return !is_space(c) && c != '"' && c != '\'' && c != ':' && c != ')' && c != ',';
    });
    const auto slash = text.substr(0, length).rfind('/');
    return std::max(slash + 1, prefix.size());
  }
  return 0;
}

std::size_t base64_like(std::string_view text) {
  const auto length = run_of(text, 0, [](char c) { return is_word(c) || c == '/' || c == '+'; });
  if (length < kBase64) return 0;
  const auto padding = run_of(text, length, [](char c) { return c == '='; });
  return padding == 0 ? 0 : length + padding;
}

// Long ones are ids whatever they consist of; shorter ones where they have a digit, so that words
// stay.
std::size_t hex_like(std::string_view text) {
  const auto skip = text.starts_with("0x") ? std::size_t{2} : std::size_t{0};
  const auto length = run_of(text, skip, is_hex);
  const auto digits = std::ranges::count_if(text.substr(skip, length), is_digit);
  if (skip + length < text.size() && is_word(text[skip + length])) return 0;
  const bool id = length >= 2 * kHex || (length >= kHex && digits > 0) || (skip > 0 && length > 0);
  return id ? skip + length : 0;
}

// Digits with what dates, times and versions have between them: "2025-11-26T10:00:00.123Z", "3.5".
std::size_t number_like(std::string_view text) {
  std::size_t end = 0;
  while (true) {
    const auto digits = run_of(text, end, is_digit);
    if (digits == 0) break;
    end += digits;
    if (end + 1 >= text.size() || !is_digit(text[end + 1])) break;
    if (std::string_view{"-:.,/T_ "}.find(text[end]) == std::string_view::npos) break;
    if (text[end] == ' ' && !(text.size() > end + 3 && text[end + 3] == ':')) break;
    ++end;
  }
  if (end > 0 && end < text.size() && text[end] == 'Z') ++end;
  return end;
}

std::size_t variable_part(std::string_view text, bool word_begins) {
  if (const auto length = temporary_path(text)) return length;
  if (word_begins) {
    if (const auto length = base64_like(text)) return length;
    if (const auto length = hex_like(text)) return length;
  }
  return number_like(text);
}

double together(const FailedIn& a, const FailedIn& b, std::size_t least) {
  std::vector<std::size_t> both;
  std::ranges::set_intersection(a.attempts, b.attempts, std::back_inserter(both));
  if (both.size() < least) return 0;
  return static_cast<double>(both.size()) /
         static_cast<double>(a.attempts.size() + b.attempts.size() - both.size());
}

}  // namespace

std::string normalised(std::string_view message) {
  message = message.substr(0, limits::kMessageBytes);
  std::string text;
  for (std::size_t i = 0; i < message.size();) {
    if (is_space(message[i])) {
      if (!text.empty() && text.back() != ' ') text += ' ';
      ++i;
      continue;
    }
    const bool word_begins = i == 0 || !is_word(message[i - 1]);
    if (const auto length = variable_part(message.substr(i), word_begins)) {
      if (!text.ends_with('%')) text += '%';
      i += length;
      continue;
    }
    text += message[i++];
  }
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

std::string cluster_key(std::string_view message) { return sha256_hex(normalised(message)); }

std::vector<std::vector<std::size_t>> failing_together(const std::vector<FailedIn>& tests,
                                                       double share, std::size_t least) {
  std::vector<std::vector<double>> likeness(tests.size(), std::vector<double>(tests.size(), 0));
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    groups.push_back({i});
    for (std::size_t j = 0; j < i; ++j) {
      likeness[i][j] = likeness[j][i] = together(tests[i], tests[j], least);
    }
  }
  // The two most alike become one, whose likeness to others is the mean over its members.
  while (true) {
    std::size_t a = 0;
    std::size_t b = 0;
    double most = 0;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      for (std::size_t j = i + 1; j < groups.size(); ++j) {
        if (likeness[i][j] <= most) continue;
        most = likeness[i][j];
        a = i;
        b = j;
      }
    }
    if (most < share || most <= 0) break;
    const auto of_a = static_cast<double>(groups[a].size());
    const auto of_b = static_cast<double>(groups[b].size());
    for (std::size_t i = 0; i < groups.size(); ++i) {
      likeness[a][i] = likeness[i][a] =
          (likeness[a][i] * of_a + likeness[b][i] * of_b) / (of_a + of_b);
    }
    groups[a].insert(groups[a].end(), groups[b].begin(), groups[b].end());
    const auto gone = static_cast<std::ptrdiff_t>(b);
    groups.erase(groups.begin() + gone);
    likeness.erase(likeness.begin() + gone);
    for (auto& row : likeness) row.erase(row.begin() + gone);
  }
  std::erase_if(groups, [](const auto& group) { return group.size() < 2; });
  for (auto& group : groups) std::ranges::sort(group);
  return groups;
}

}  // namespace testlooper::lab
