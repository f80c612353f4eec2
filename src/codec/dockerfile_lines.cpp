#include "codec/dockerfile_lines.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <ranges>

namespace testlooper::codec {
namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string upper(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return std::toupper(c); });
  return result;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (const auto line : std::views::split(text, '\n')) lines.emplace_back(line);
  for (auto& line : lines) {
    if (line.ends_with('\r')) line.remove_suffix(1);
  }
  return lines;
}

struct Heredoc {
  std::string name;
  bool strip_tabs = false;
};

// "<<EOF", "<<-'EOF'", "3<<EOF"; an empty name where the word begins none.
Heredoc heredoc_in(std::string_view word) {
  while (!word.empty() && std::isdigit(static_cast<unsigned char>(word.front())) != 0) {
    word.remove_prefix(1);
  }
  if (!word.starts_with("<<")) return {};
  word.remove_prefix(2);
  Heredoc found;
  if (word.starts_with('-')) {
    found.strip_tabs = true;
    word.remove_prefix(1);
  }
  for (const char quote : {'\'', '"'}) {
    if (word.size() > 2 && word.front() == quote && word.back() == quote) {
      word = word.substr(1, word.size() - 2);
    }
  }
  if (word.find_first_of("<>'\"();&|") == word.npos) found.name = word;
  return found;
}

class Splitter {
 public:
  explicit Splitter(std::string_view text) : lines_(lines_of(text)) {}

  DockerfileLines split() {
    while (at_ < lines_.size() && take_directive(lines_[at_])) ++at_;
    while (at_ < lines_.size()) {
      const auto line = trimmed(lines_[at_]);
      if (line.empty() || line.starts_with('#')) {
        ++at_;
      } else {
        take_instruction();
      }
    }
    return std::move(found_);
  }

 private:
  // Directives are comments above everything else: "# escape=`".
  bool take_directive(std::string_view line) {
    line = trimmed(line);
    const auto equals = line.find('=');
    if (!line.starts_with('#') || equals == line.npos) return false;
    const auto name = upper(trimmed(line.substr(1, equals - 1)));
    const auto value = trimmed(line.substr(equals + 1));
    if (name == "SYNTAX") {
      found_.syntax = value;
    } else if (name == "ESCAPE") {
      if (value == "`") escape_ = '`';
    } else if (name != "CHECK") {
      return false;
    }
    return true;
  }

  void take_instruction() {
    DockerInstruction instruction;
    instruction.line = static_cast<int>(at_) + 1;
    const std::string text = joined_lines();
    std::string_view rest = trimmed(text);
    instruction.keyword = upper(take_word(rest));
    while (rest.starts_with("--")) instruction.flags.emplace_back(take_word(rest));
    instruction.arguments = rest;
    const auto& keyword = instruction.keyword;
    if (keyword == "RUN" || keyword == "COPY" || keyword == "ADD") take_heredocs(instruction);
    found_.instructions.push_back(std::move(instruction));
  }

  std::string joined_lines() {
    std::string text;
    bool more = true;
    for (bool first = true; more && at_ < lines_.size(); ++at_) {
      auto line = lines_[at_];
      const auto shown = trimmed(line);
      if (!first && (shown.empty() || shown.starts_with('#'))) continue;
      first = false;
      more = shown.ends_with(escape_);
      if (more) line = line.substr(0, line.find_last_of(escape_));
      text += line;
    }
    return text;
  }

  static std::string_view take_word(std::string_view& rest) {
    const auto word = rest.substr(0, rest.find_first_of(kBlanks));
    rest.remove_prefix(word.size());
    rest = trimmed(rest);
    return word;
  }

  void take_heredocs(DockerInstruction& instruction) {
    for (const auto& word : split_words(instruction.arguments, escape_)) {
      const auto heredoc = heredoc_in(word);
      if (heredoc.name.empty()) continue;
      // Without an end it is none, and the lines below are instructions.
      const auto end = end_of(heredoc);
      if (end == lines_.size()) continue;
      at_ = end + 1;
      instruction.heredocs.push_back(heredoc.name);
    }
  }

  // The next line that is nothing but the name. The index is made once: a text that opens a
  // here-document on each line must not be searched to its end each time.
  std::size_t end_of(const Heredoc& heredoc) {
    if (places_.empty()) {
      for (std::size_t i = 0; i < lines_.size(); ++i) {
        places_[lines_[i]].push_back(i);
        const auto bare =
            lines_[i].substr(std::min(lines_[i].find_first_not_of('\t'), lines_[i].size()));
        if (bare != lines_[i]) tabbed_places_[bare].push_back(i);
      }
    }
    auto end = next_in(places_, heredoc.name);
    if (heredoc.strip_tabs) end = std::min(end, next_in(tabbed_places_, heredoc.name));
    return end;
  }

  using Places = std::map<std::string_view, std::vector<std::size_t>>;
  std::size_t next_in(const Places& places, std::string_view name) const {
    const auto found = places.find(name);
    if (found == places.end()) return lines_.size();
    const auto next = std::ranges::lower_bound(found->second, at_);
    return next == found->second.end() ? lines_.size() : *next;
  }

  std::vector<std::string_view> lines_;
  Places places_;         // of each line's text
  Places tabbed_places_;  // of lines that begin with tabs, by the text behind them
  std::size_t at_ = 0;
  char escape_ = '\\';
  DockerfileLines found_;
};

}  // namespace

DockerfileLines split_dockerfile(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return Splitter(text).split();
}

std::vector<std::string> split_words(std::string_view text, char escape) {
  std::vector<std::string> words;
  std::string word;
  char quote = '\0';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote == '\0' && kBlanks.contains(c)) {
      if (!word.empty()) words.push_back(std::move(word));
      word.clear();
      continue;
    }
    word += c;
    if (c == escape && i + 1 < text.size()) {
      word += text[++i];
    } else if (quote == c) {
      quote = '\0';
    } else if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

}  // namespace testlooper::codec
