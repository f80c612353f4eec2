#include "codec/yaml_fields.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "codec/utf8.hpp"

namespace testlooper::codec {
namespace {

constexpr std::size_t kShownBytes = 60;

std::string with_dashes(std::string_view key) {
  std::string same(key);
  std::ranges::replace(same, '_', '-');
  return same;
}

// Levenshtein's distance, row by row.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0u);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

}  // namespace

void Findings::error(int line, std::string message) {
  if (!error_)
    error_ = {ErrorKind::invalid, std::move(message), fmt::format("{}:{}", where_, line)};
}

void Findings::warn(int line, std::string message) {
  if (keeps_warnings()) {
    warnings_.push_back({line, std::move(message)});
  } else {
    ++dropped_warnings_;
  }
}

std::vector<Warning> Findings::take_warnings() {
  if (dropped_warnings_ > 0) {
    warnings_.push_back({0, fmt::format("{} more warnings", dropped_warnings_)});
  }
  std::ranges::sort(warnings_, {}, [](const Warning& w) {
    return std::pair(w.line == 0 ? std::numeric_limits<int>::max() : w.line, w.message);
  });
  return std::move(warnings_);
}

std::string read_text(const YamlNode& node, std::string_view what, Findings& findings) {
  if (!node.is_scalar()) {
    findings.error(node.line(), fmt::format("'{}' must be text, and is {}", what, node.describe()));
  }
  return std::string(node.text());
}

bool read_flag(const YamlNode& node, std::string_view what, Findings& findings) {
  std::string text(node.text());
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  if (text == "true" || text == "yes" || text == "on") return true;
  if (text != "false" && text != "no" && text != "off") {
    findings.error(node.line(),
                   fmt::format("'{}' must be true or false, and is {}", what, node.describe()));
  }
  return false;
}

double read_number(const YamlNode& node, std::string_view what, double min, double max,
                   Findings& findings) {
  const auto number = parse_number<double>(node.text());
  if (number && *number >= min && *number <= max) return *number;
  findings.error(node.line(), fmt::format("'{}' must be a number from {} to {}, and is {}", what,
                                          min, max, node.describe()));
  return min;
}

std::int64_t read_whole_number(const YamlNode& node, std::string_view what, std::int64_t min,
                               std::int64_t max, Findings& findings) {
  const auto number = parse_number<std::int64_t>(node.text());
  if (number && *number >= min && *number <= max) return *number;
  findings.error(node.line(), fmt::format("'{}' must be a whole number from {} to {}, and is {}",
                                          what, min, max, node.describe()));
  return min;
}

std::vector<std::string> read_texts(const YamlNode& node, std::string_view what,
                                    Findings& findings) {
  if (!node.is_list()) return {read_text(node, what, findings)};
  std::vector<std::string> texts;
  for (const auto& item : node.items()) texts.push_back(read_text(item, what, findings));
  return texts;
}

Fields::Fields(const YamlNode& map, std::string path, std::initializer_list<KnownKey> known,
               Findings& findings)
    : path_(std::move(path)), line_(map.line()), findings_(findings) {
  for (const auto& key : known) slots_.push_back({key, std::nullopt});
  if (!map.is_map()) {
    const auto name = path_.empty() ? std::string("the top") : fmt::format("'{}'", path_);
    findings_.error(line_, fmt::format("{} must be a map, and is {}", name, map.describe()));
  }
  for (const auto& entry : map.entries()) take(entry);
}

void Fields::take(const YamlNode::Entry& entry) {
  const auto written = entry.key.text();
  if (written.starts_with("x-")) return;
  auto* slot = slot_of(written, entry.key.line());
  if (slot == nullptr) return warn_unknown(written, entry.key.line());
  if (slot->value) {
    findings_.error(entry.key.line(),
                    fmt::format("'{}' is there twice, spelt in two ways", path_of(slot->key.name)));
  }
  slot->value = entry.value;
}

Fields::Slot* Fields::slot_of(std::string_view written, int line) {
  for (auto& slot : slots_) {
    if (slot.key.name == written) return &slot;
  }
  for (auto& slot : slots_) {
    const bool older =
        !slot.key.older.empty() && with_dashes(slot.key.older) == with_dashes(written);
    if (older || with_dashes(slot.key.name) == with_dashes(written)) {
      findings_.warn(line, fmt::format("'{}' is read as '{}'; please write it so", path_of(written),
                                       slot.key.name));
      return &slot;
    }
  }
  return nullptr;
}

void Fields::warn_unknown(std::string_view written, int line) {
  auto message =
      fmt::format("unknown key {} is ignored", quoted_for_people(path_of(written), kShownBytes));
  // Guessing takes a while: not for what nobody will read.
  if (written.size() <= kShownBytes && findings_.keeps_warnings()) {
    const auto far = [&](const Slot& slot) {
      return distance(with_dashes(slot.key.name), with_dashes(written));
    };
    const auto nearest = std::ranges::min_element(slots_, {}, far);
    if (nearest != slots_.end() && far(*nearest) <= std::max<std::size_t>(1, written.size() / 3)) {
      message += fmt::format("; did you mean '{}'?", nearest->key.name);
    }
  }
  findings_.warn(line, std::move(message));
}

std::optional<YamlNode> Fields::get(std::string_view name) const {
  for (const auto& slot : slots_) {
    if (slot.key.name != name) continue;
    return slot.value && !slot.value->is_null() ? slot.value : std::nullopt;
  }
  return std::nullopt;
}

std::optional<YamlNode> Fields::require(std::string_view name) {
  auto value = get(name);
  if (value) return value;
  const auto slot = std::ranges::find_if(slots_, [&](const Slot& s) { return s.key.name == name; });
  if (slot != slots_.end() && slot->value) {
    findings_.error(slot->value->line(), fmt::format("'{}' has no value", path_of(name)));
  } else {
    findings_.error(line_, fmt::format("'{}' is missing", path_of(name)));
  }
  return std::nullopt;
}

std::string Fields::text(std::string_view name) {
  const auto value = get(name);
  return value ? read_text(*value, path_of(name), findings_) : std::string();
}

std::string Fields::required_text(std::string_view name) {
  const auto value = require(name);
  if (!value) return {};
  auto text = read_text(*value, path_of(name), findings_);
  if (text.find_first_not_of(" \t\r\n") == text.npos) {
    findings_.error(value->line(), fmt::format("'{}' is empty", path_of(name)));
  }
  return text;
}

std::string Fields::path_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
}

}  // namespace testlooper::codec
