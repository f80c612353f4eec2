#include "codec/condition_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "testlooper/base/limits.hpp"

#include "codec/utf8.hpp"

namespace testlooper::codec {
namespace {

constexpr std::size_t kMostShownBytes = 100;
constexpr std::string_view kVariablePrefix = "env:";
constexpr std::string_view kFactors =
    "cpus, memory, network, order, after, clock, seed, stress, copies, repeat, a variable's NAME, "
    "or env:NAME";
// Of ours: who changes these breaks the suite's command.
constexpr std::array<std::string_view, 4> kOurs{"REPO_ROOT", "TEST_INPUT", "TEST_OUTPUT",
                                                "TEST_ARTIFACTS"};

struct Word {
  std::string_view whole, factor, value;
};

std::unexpected<Error> wrong(const Word& word, const std::string& why) {
  return invalid(why, "condition " + quoted_for_people(word.whole, kMostShownBytes));
}

template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end || text.empty()) return std::nullopt;
  return value;
}

Result<void> read_whole(const Word& word, int least, int most, int& target) {
  const auto value = number<int>(word.value);
  if (!value || *value < least || *value > most) {
    return wrong(word, fmt::format("must be a whole number from {} to {}", least, most));
  }
  target = *value;
  return {};
}

Result<void> read_cpus(const Word& word, Condition& condition) {
  const auto value = number<double>(word.value);
  const bool fits = value && std::isfinite(*value) && *value >= limits::kConditionLeastCpus &&
                    *value <= limits::kMaxCores;
  if (!fits) {
    return wrong(word, fmt::format("must be cores, from {} to {}: cpus=0.5",
                                   limits::kConditionLeastCpus, limits::kMaxCores));
  }
  condition.cpus = std::round(*value * 1000) / 1000;
  return {};
}

Result<void> read_memory(const Word& word, Condition& condition) {
  const auto unit = word.value.empty() ? ' ' : word.value.back();
  const auto value = number<std::int64_t>(word.value.substr(0, word.value.size() - 1));
  const std::int64_t megabytes = unit == 'g' ? 1024 : 1;
  constexpr std::int64_t kMost = std::int64_t{limits::kMaxRamGb} * 1024;
  const bool fits = value && (unit == 'm' || unit == 'g') && *value <= kMost &&
                    *value * megabytes >= limits::kConditionLeastMemoryMb &&
                    *value * megabytes <= kMost;
  if (!fits) {
    return wrong(word, fmt::format("must be memory with its unit, m or g, at least {}m: "
                                   "memory=256m",
                                   limits::kConditionLeastMemoryMb));
  }
  condition.memory_mb = *value * megabytes;
  return {};
}

Result<void> read_order(const Word& word, Condition& condition) {
  auto& order = condition.order;
  constexpr std::string_view kShuffle = "shuffle:";
  if (word.value == "alone") {
    order.kind = OrderKind::alone;
  } else if (word.value == "original") {
    order.kind = OrderKind::original;
  } else if (word.value == "reverse") {
    order.kind = OrderKind::reverse;
  } else if (word.value.starts_with(kShuffle)) {
    const auto seed = number<std::uint64_t>(word.value.substr(kShuffle.size()));
    if (!seed) return wrong(word, "the seed must be a whole number: order=shuffle:7");
    order.kind = OrderKind::shuffle;
    order.seed = *seed;
  } else {
    return wrong(word, "must be alone, original, reverse or shuffle:SEED");
  }
  return {};
}

Result<void> read_after(const Word& word, Condition& condition) {
  const bool printable = std::ranges::none_of(
      word.value, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (word.value.empty() || !printable || word.value.size() > limits::kTestIdBytes) {
    return wrong(word, "must be a test's path::name: after=tests/a.py::test_x");
  }
  condition.order.kind = OrderKind::after;
  condition.order.before.emplace_back(word.value);
  return {};
}

// "2028-02-29T23:59:50"
bool is_date(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd";
  if (text.size() != kForm.size()) return false;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == 'd' ? !digit : text[i] != kForm[i]) return false;
  }
  const auto part = [&](std::size_t at) { return number<int>(text.substr(at, 2)).value_or(0); };
  return part(5) >= 1 && part(5) <= 12 && part(8) >= 1 && part(8) <= 31 && part(11) < 24 &&
         part(14) < 60 && part(17) < 60;
}

// "+30d", "-12h"
bool is_shift(std::string_view text) {
  constexpr int kDigits = 6;
  if (text.size() < 3 || text.size() > kDigits + 2) return false;
  const bool sign = text.front() == '+' || text.front() == '-';
  return sign && std::string_view("smhdy").contains(text.back()) &&
         std::ranges::all_of(text.substr(1, text.size() - 2),
                             [](char c) { return c >= '0' && c <= '9'; });
}

Result<void> read_clock(const Word& word, Condition& condition) {
  if (!is_date(word.value) && !is_shift(word.value)) {
    return wrong(word,
                 "must be a shift by s, m, h, d or y, or a time: clock=+30d, "
                 "clock=2028-02-29T23:59:50");
  }
  condition.clock = word.value;
  return {};
}

Result<void> read_seed(const Word& word, Condition& condition) {
  condition.seed = number<std::uint32_t>(word.value);
  if (!condition.seed) return wrong(word, "must be a whole number below 4294967296");
  return {};
}

bool is_variable_name(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

bool has_capital(std::string_view name) {
  return std::ranges::any_of(name, [](char c) { return c >= 'A' && c <= 'Z'; });
}

Result<void> read_variable(const Word& word, Condition& condition) {
  auto name = word.factor;
  const bool prefixed = name.starts_with(kVariablePrefix);
  if (prefixed) name.remove_prefix(kVariablePrefix.size());
  if (!is_variable_name(name) || (!prefixed && !has_capital(name))) {
    return wrong(word, "there is no such factor: " + std::string(kFactors));
  }
  if (std::ranges::find(kOurs, name) != kOurs.end()) {
    return wrong(word, std::string(name) + " is TestLooper's own");
  }
  if (word.value.find('\0') != word.value.npos || word.value.find('\n') != word.value.npos) {
    return wrong(word, "a value has one line");
  }
  condition.variables[std::string(name)] = word.value;
  return {};
}

Result<void> read_word(const Word& word, Condition& condition) {
  if (word.factor == "cpus") return read_cpus(word, condition);
  if (word.factor == "memory") return read_memory(word, condition);
  if (word.factor == "order") return read_order(word, condition);
  if (word.factor == "after") return read_after(word, condition);
  if (word.factor == "clock") return read_clock(word, condition);
  if (word.factor == "seed") return read_seed(word, condition);
  if (word.factor == "stress") {
    return read_whole(word, 1, limits::kConditionStress, condition.stress);
  }
  if (word.factor == "copies") {
    return read_whole(word, 2, limits::kConditionCopies, condition.copies);
  }
  if (word.factor == "repeat") {
    return read_whole(word, 2, limits::kConditionRepeats, condition.repeats);
  }
  if (word.factor == "network") {
    if (word.value != "none") return wrong(word, "must be none");
    condition.no_network = true;
    return {};
  }
  return read_variable(word, condition);
}

std::string variable_word(const std::string& name, const std::string& value) {
  return (has_capital(name) ? "" : std::string(kVariablePrefix)) + name + "=" + value;
}

void add_order(const RunOrder& order, std::vector<std::string>& words) {
  switch (order.kind) {
    case OrderKind::usual:
      return;
    case OrderKind::alone:
      words.emplace_back("order=alone");
      return;
    case OrderKind::original:
      words.emplace_back("order=original");
      return;
    case OrderKind::reverse:
      words.emplace_back("order=reverse");
      return;
    case OrderKind::shuffle:
      words.push_back(fmt::format("order=shuffle:{}", order.seed));
      return;
    case OrderKind::after:
      for (const auto& test : order.before) words.push_back("after=" + test);
  }
}

}  // namespace

Result<Condition> parse_condition(const std::vector<std::string>& words) {
  if (words.size() > limits::kConditionParts) {
    return invalid(fmt::format("has more than {} words", limits::kConditionParts), "condition");
  }
  Condition condition;
  std::size_t bytes = 0;
  std::vector<std::string_view> seen;
  for (const auto& text : words) {
    bytes += text.size();
    const auto equals = text.find('=');
    const Word word{text, std::string_view(text).substr(0, equals),
                    equals == text.npos ? "" : std::string_view(text).substr(equals + 1)};
    if (equals == text.npos) return wrong(word, "must be FACTOR=VALUE: " + std::string(kFactors));
    if (word.factor != "after" && std::ranges::find(seen, word.factor) != seen.end()) {
      return wrong(word, std::string(word.factor) + " is there twice");
    }
    if (word.factor != "after") seen.push_back(word.factor);
    if (auto read = read_word(word, condition); !read) return std::unexpected(read.error());
  }
  if (bytes > limits::kConditionBytes) {
    return invalid(fmt::format("is larger than {} KB", limits::kConditionBytes >> 10), "condition");
  }
  const bool both =
      std::ranges::find(seen, "order") != seen.end() && !condition.order.before.empty();
  if (both) return invalid("order and after exclude each other", "condition");
  return condition;
}

std::vector<std::string> condition_words(const Condition& condition) {
  std::vector<std::string> words;
  if (condition.cpus > 0) words.push_back(fmt::format("cpus={}", condition.cpus));
  if (condition.memory_mb > 0) words.push_back(fmt::format("memory={}m", condition.memory_mb));
  if (condition.no_network) words.emplace_back("network=none");
  add_order(condition.order, words);
  if (!condition.clock.empty()) words.push_back("clock=" + condition.clock);
  if (condition.seed) words.push_back(fmt::format("seed={}", *condition.seed));
  if (condition.stress > 0) words.push_back(fmt::format("stress={}", condition.stress));
  if (condition.copies > 1) words.push_back(fmt::format("copies={}", condition.copies));
  if (condition.repeats > 1) words.push_back(fmt::format("repeat={}", condition.repeats));
  for (const auto& [name, value] : condition.variables) {
    words.push_back(variable_word(name, value));
  }
  return words;
}

std::string condition_text(const Condition& condition) {
  std::string text;
  for (const auto& word : condition_words(condition)) {
    if (!text.empty()) text += '\n';
    text += word;
  }
  return text;
}

Result<Condition> parse_condition_text(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parse_condition(words);
}

}  // namespace testlooper::codec
