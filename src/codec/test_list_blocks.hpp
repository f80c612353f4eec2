// Finds the parts of a command's output that may be a list of tests. Pure; any thread.
#pragma once

#include <string_view>
#include <vector>

namespace testlooper::codec {

// Whole lines that belong together by their looks: keys, items, and what is indented below them.
struct TextBlock {
  std::string_view text;
  int first_line = 1;
  int lines = 0;
  // Offset of the second key or item; the text's size where there is none.
  std::size_t second_entry = 0;
};

// In the order of the text; they do not overlap.
std::vector<TextBlock> list_blocks(std::string_view text);

}  // namespace testlooper::codec
