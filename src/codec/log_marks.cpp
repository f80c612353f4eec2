#include "codec/log_marks.hpp"

#include <algorithm>
#include <utility>

#include "testlooper/base/limits.hpp"

namespace testlooper::codec {
namespace {

constexpr std::size_t kLineBytes = limits::kTestIdBytes + 100;

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// A line may begin with a change of colour, and have more of them.
std::string without_colours(std::string_view line) {
  std::string plain;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (!line.substr(i).starts_with("\x1b[")) {
      plain += line[i];
      continue;
    }
    i = std::min(line.find('m', i), line.size() - 1);
  }
  return plain;
}

std::string_view without_time(std::string_view name) {
  const auto time = name.rfind(" (");
  return time != name.npos && name.ends_with(')') ? name.substr(0, time) : name;
}

bool is_part_of(std::string_view name, std::string_view whole) {
  return name.size() > whole.size() && name.starts_with(whole) && name[whole.size()] == '/';
}

}  // namespace

void LogMarks::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto newline = bytes.find('\n');
    const bool whole = newline != bytes.npos;
    const auto piece = bytes.substr(0, newline);
    line_ += piece.substr(0, kLineBytes - line_.size());
    position_ += piece.size() + (whole ? 1 : 0);
    bytes.remove_prefix(piece.size() + (whole ? 1 : 0));
    if (whole) take_line();
  }
}

std::vector<MarkedPart> LogMarks::finish() {
  if (!line_.empty()) take_line();
  close_all(std::nullopt, position_);
  std::ranges::sort(parts_, {},
                    [](const MarkedPart& part) { return std::pair(part.begin, part.end); });
  return std::move(parts_);
}

void LogMarks::take_line() {
  if (line_.ends_with('\r')) line_.pop_back();
  const char first = line_.empty() ? 'x' : line_.front();
  if (first == '#') {
    take_own(line_);
  } else if (first == '[' || first == '\x1b') {
    take_gtest(without_colours(line_));
  } else if (first == '=' || first == '-') {
    take_go(line_);
  }
  line_begin_ = position_;
  line_.clear();
}

void LogMarks::open(Style style, std::string_view name) {
  if (name.empty() || open_.size() >= limits::kOpenMarks) return;
  open_.push_back({style, std::string(name), line_begin_});
}

void LogMarks::close(std::size_t index, std::uint64_t end) {
  auto& open = open_[index];
  if (parts_.size() < limits::kTestsPerSuite) {
    parts_.push_back({std::move(open.name), open.begin, end});
  }
  open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(index));
  after_gap_.reset();
}

void LogMarks::close_all(std::optional<Style> style, std::uint64_t end) {
  for (auto i = open_.size(); i-- > 0;) {
    if (!style || open_[i].style == *style) close(i, end);
  }
}

void LogMarks::take_own(std::string_view line) {
  if (!take_prefix(line, "##testlooper[") || !line.ends_with(']')) return;
  line.remove_suffix(1);
  if (take_prefix(line, "start ")) return open(Style::own, line);
  if (!take_prefix(line, "end ")) return;
  const auto found = std::ranges::find_if(
      open_, [&](const Open& each) { return each.style == Style::own && each.name == line; });
  if (found != open_.end()) {
    close(static_cast<std::size_t>(found - open_.begin()), position_);
  } else if (after_gap_ && !line.empty()) {
    open_.push_back({Style::own, std::string(line), *after_gap_});
    close(open_.size() - 1, position_);
  }
}

void LogMarks::take_gtest(std::string_view line) {
  if (line.starts_with("[testlooper: ") && line.ends_with(" bytes left out]")) {
    close_all(std::nullopt, position_);
    after_gap_ = line_begin_;
    return;
  }
  if (take_prefix(line, "[ RUN      ] ")) {
    close_all(Style::gtest, line_begin_);
    return open(Style::gtest, line);
  }
  const bool ended = take_prefix(line, "[       OK ] ") || take_prefix(line, "[  FAILED  ] ") ||
                     take_prefix(line, "[  SKIPPED ] ");
  if (!ended || open_.empty() || open_.back().style != Style::gtest) return;
  // "Suite.Test (3 ms)", "Suite.Test/0, where GetParam() = 5 (3 ms)"
  if (!take_prefix(line, open_.back().name)) return;
  if (line.empty() || line.front() == ' ' || line.front() == ',') {
    close(open_.size() - 1, position_);
  }
}

void LogMarks::take_go(std::string_view line) {
  const auto name_after_blanks = [&] {
    return line.substr(std::min(line.find_first_not_of(' '), line.size()));
  };
  if (take_prefix(line, "=== RUN ")) {
    const auto name = name_after_blanks();
    // What runs now is a part of those above it; others have ended.
    while (!open_.empty() && open_.back().style == Style::go &&
           !is_part_of(name, open_.back().name)) {
      close(open_.size() - 1, line_begin_);
    }
    return open(Style::go, name);
  }
  if (take_prefix(line, "=== PAUSE ")) {
    paused_.emplace(name_after_blanks());
    std::erase_if(open_, [&](const Open& each) {
      return each.style == Style::go && paused_.contains(each.name);
    });
    return;
  }
  const bool ended = take_prefix(line, "--- PASS: ") || take_prefix(line, "--- FAIL: ") ||
                     take_prefix(line, "--- SKIP: ");
  if (!ended) return;
  const auto name = without_time(line);
  const auto found = std::ranges::find_if(
      open_, [&](const Open& each) { return each.style == Style::go && each.name == name; });
  if (found == open_.end()) return;
  const auto index = static_cast<std::size_t>(found - open_.begin());
  while (open_.size() > index + 1) close(open_.size() - 1, line_begin_);
  close(index, position_);
}

}  // namespace testlooper::codec
