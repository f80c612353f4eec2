#include "lineage/test_body.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <unordered_map>

namespace testlooper::lineage {
namespace {

constexpr std::string_view kPlaceholder = "\x01";

bool is_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || byte >= 0x80;
}

std::string_view trimmed(std::string_view line) {
  const auto begin = line.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
}

std::size_t margin_of(std::string_view line) {
  const auto begin = line.find_first_not_of(" \t\r");
  return begin == std::string_view::npos ? std::string_view::npos : begin;
}

// A closing line belongs to what it closes.
bool closes(std::string_view line) {
  const auto text = trimmed(line);
  return text.starts_with('}') || text.starts_with(')') || text.starts_with(']') || text == "end";
}

std::optional<std::size_t> find_word(std::string_view line, std::string_view word) {
  for (auto at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
    const auto end = at + word.size();
    const bool begins = at == 0 || !is_word(line[at - 1]) || !is_word(word.front());
    const bool ends = end == line.size() || !is_word(line[end]) || !is_word(word.back());
    if (begins && ends) return at;
  }
  return std::nullopt;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

bool is_definition(std::string_view line, std::size_t end_of_word) {
  const auto rest = trimmed(line.substr(end_of_word));
  return !rest.empty() && std::string_view("(),:{\"'`").contains(rest.front());
}

std::string without(std::string_view line, std::string_view word) {
  std::string text(trimmed(line));
  while (const auto at = find_word(text, word)) text.replace(*at, word.size(), kPlaceholder);
  return text;
}

std::size_t common_lines(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::unordered_map<std::string_view, std::size_t> left;
  for (const auto& line : a) ++left[line];
  std::size_t common = 0;
  for (const auto& line : b) {
    const auto found = left.find(line);
    if (found == left.end() || found->second == 0) continue;
    --found->second;
    ++common;
  }
  return common;
}

struct SplitName {
  std::string_view groups;  // with the names of all of them
  std::string_view leaf;
};

SplitName split_name(std::string_view test_name) {
  const auto parameters = parameters_of(test_name).size();
  const auto whole = test_name.substr(0, test_name.size() - parameters);
  std::size_t end = 0;
  std::size_t begin = 0;
  for (const std::string_view separator : {"::", " > ", " › "}) {
    const auto at = whole.rfind(separator);
    if (at == std::string_view::npos || at + separator.size() < begin) continue;
    end = at;
    begin = at + separator.size();
  }
  // Dots and slashes are punctuation in a phrase.
  if (!whole.substr(begin).contains(' ')) {
    const auto at = whole.find_last_of("./");
    if (at != std::string_view::npos && at >= begin && at + 1 < whole.size()) {
      end = at;
      begin = at + 1;
    }
  }
  return {whole.substr(0, end), whole.substr(begin)};
}

// How surely a line is where a test begins; 0 where it does not name it.
int rank_of(std::string_view line, std::string_view leaf, std::string_view group,
            bool below_group) {
  const auto at = find_word(line, leaf);
  if (!at) return 0;
  if (!is_definition(line, *at + leaf.size())) return 1;
  if (group.empty() || !below_group) return 2;
  return find_word(line, group) ? 4 : 3;
}

std::optional<std::size_t> find_opening(const std::vector<std::string_view>& lines,
                                        std::string_view leaf, std::string_view group) {
  std::optional<std::size_t> best;
  int best_rank = 0;
  bool below_group = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    below_group = below_group || (!group.empty() && find_word(lines[i], group).has_value());
    const auto rank = rank_of(lines[i], leaf, group, below_group);
    if (rank <= best_rank) continue;
    best = i;
    best_rank = rank;
  }
  return best;
}

}  // namespace

std::string_view parameters_of(std::string_view test_name) {
  const auto at = test_name.find_first_of("[(");
  if (at != std::string_view::npos && at > 0) return test_name.substr(at);
  const auto slash = test_name.rfind('/');
  if (slash == std::string_view::npos || slash + 1 == test_name.size()) return {};
  const auto number = test_name.substr(slash + 1);
  const bool counted =
      std::ranges::all_of(number, [](unsigned char c) { return std::isdigit(c) != 0; });
  return counted ? test_name.substr(slash) : std::string_view{};
}

std::string_view leaf_of(std::string_view test_name) { return trimmed(split_name(test_name).leaf); }

std::string_view group_of(std::string_view test_name) {
  return leaf_of(split_name(test_name).groups);
}

std::optional<Body> body_of(std::string_view text, std::string_view test_name) {
  const auto leaf = leaf_of(test_name);
  if (leaf.empty() || !text.contains(leaf)) return std::nullopt;
  const auto lines = lines_of(text);
  const auto opening = find_opening(lines, leaf, group_of(test_name));
  if (!opening) return std::nullopt;
  Body body{without(lines[*opening], leaf), {}};
  const auto margin = margin_of(lines[*opening]);
  for (auto i = *opening + 1; i < lines.size(); ++i) {
    const auto own = margin_of(lines[i]);
    if (own == std::string_view::npos) continue;
    if (own <= margin && !closes(lines[i])) break;
    body.lines.push_back(without(lines[i], leaf));
  }
  return body;
}

double similarity(const Body& a, const Body& b) {
  const auto lines = a.lines.size() + b.lines.size();
  if (lines == 0) return a.opening == b.opening ? 1 : 0;
  return 2.0 * static_cast<double>(common_lines(a.lines, b.lines)) / static_cast<double>(lines);
}

}  // namespace testlooper::lineage
