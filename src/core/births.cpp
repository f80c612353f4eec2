#include "core/births.hpp"

#include <algorithm>

namespace testlooper::core {

std::vector<int> births(const std::vector<RangeCommit>& range) {
  std::vector<int> found;
  std::vector<char> never_had(range.size(), 0);  // neither it nor an ancestor has the test
  for (std::size_t place = 0; place < range.size(); ++place) {
    const auto& commit = range[place];
    const bool is_first = std::ranges::all_of(commit.parents, [&](int parent) {
      return never_had[static_cast<std::size_t>(parent)] != 0;
    });
    if (commit.lacks && is_first) never_had[place] = 1;
    if (commit.listed == StepState::ok && is_first && !commit.parents.empty()) {
      found.push_back(static_cast<int>(place));
    }
  }
  return found;
}

}  // namespace testlooper::core
