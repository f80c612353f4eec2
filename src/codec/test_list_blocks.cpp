#include "codec/test_list_blocks.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace testlooper::codec {
namespace {

enum class Looks { blank, indented, entry, flow, closing, other };

constexpr std::array<std::string_view, 6> kValueBegins = {": {", ": [",    ": &",
                                                          ": *", ": null", ": ~"};

bool ends_flow(std::string_view line) {
  const auto end = line.find_last_not_of(" \t\r\n");
  return end != line.npos && (line[end] == '}' || line[end] == ']');
}

Looks looks_of(std::string_view line) {
  const auto end = line.find_last_not_of(" \t\r");
  if (end == line.npos || line.starts_with('#')) return Looks::blank;
  if (line.starts_with(' ') || line.starts_with('\t')) return Looks::indented;
  line = line.substr(0, end + 1);
  if (line.find_first_not_of("[{ ") == line.npos) return Looks::flow;
  if (line.find_first_not_of("]} ") == line.npos) return Looks::closing;
  // Not "[INFO] something", which goes on as text.
  if (line.starts_with('{') || line.starts_with('[')) {
    return ends_flow(line) ? Looks::flow : Looks::other;
  }
  for (const std::string_view mark : {"- ", "? ", ": "}) {
    if (line.starts_with(mark) || line == mark.substr(0, 1)) return Looks::entry;
  }
  if (line.ends_with(':')) return Looks::entry;
  const bool has_value = std::ranges::any_of(
      kValueBegins, [line](std::string_view begin) { return line.contains(begin); });
  return has_value ? Looks::entry : Looks::other;
}

class BlockFinder {
 public:
  explicit BlockFinder(std::string_view text) : text_(text) {}

  std::vector<TextBlock> find() {
    while (next_ < text_.size()) {
      begin_ = next_;
      const auto newline = text_.find('\n', begin_);
      next_ = newline == text_.npos ? text_.size() : newline + 1;
      ++line_;
      take(text_.substr(begin_, next_ - begin_));
    }
    begin_ = text_.size();
    close();
    return std::move(blocks_);
  }

 private:
  void take(std::string_view line) {
    const auto looks = looks_of(line.substr(0, line.find('\n')));
    if (in_flow_) {
      if (looks == Looks::closing) in_flow_ = false;
      return extend();
    }
    switch (looks) {
      case Looks::blank:
        return;
      case Looks::indented:
        if (open_) extend();
        return;
      case Looks::entry:
        if (open_ && flow_block_) close();
        if (!open_) open(false);
        if (entries_++ == 1) block_.second_entry = begin_ - block_begin_;
        return extend();
      case Looks::flow:
        close();
        open(true);
        in_flow_ = !ends_flow(line);
        return extend();
      case Looks::closing:
      case Looks::other:
        return close();
    }
  }

  void open(bool flow) {
    open_ = true;
    flow_block_ = flow;
    entries_ = 0;
    block_begin_ = begin_;
    block_ = {.text = {}, .first_line = line_, .lines = 0, .second_entry = 0};
  }
  void extend() {
    block_.text = text_.substr(block_begin_, next_ - block_begin_);
    block_.lines = line_ - block_.first_line + 1;
  }
  void close() {
    if (!open_) return;
    if (entries_ < 2) block_.second_entry = block_.text.size();
    blocks_.push_back(block_);
    open_ = false;
    in_flow_ = false;
  }

  std::string_view text_;
  std::size_t begin_ = 0, next_ = 0;  // of the current line
  int line_ = 0;
  bool open_ = false;
  bool flow_block_ = false;  // the block is in braces or brackets
  bool in_flow_ = false;     // …and they are not closed yet
  int entries_ = 0;
  std::size_t block_begin_ = 0;
  TextBlock block_;
  std::vector<TextBlock> blocks_;
};

}  // namespace

std::vector<TextBlock> list_blocks(std::string_view text) { return BlockFinder(text).find(); }

}  // namespace testlooper::codec
