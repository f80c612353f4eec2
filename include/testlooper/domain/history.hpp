// Commits that somebody needs stored, beside those that scans bring: a scan goes back only so far.
#pragma once

#include <string>
#include <vector>

namespace testlooper {

// `to` and its ancestors, without those of `from` but with `from` itself, the newest `limit` of
// them. Names as a person types them; a commit that is not there has none.
struct HistoryRange {
  std::string to;    // "": the head of the primary branch
  std::string from;  // "": all ancestors
  std::size_t limit = 1;
};

struct HistoryWish {
  std::string repo;  // "": the only one
  std::vector<HistoryRange> ranges;
};

}  // namespace testlooper
