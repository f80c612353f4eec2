#include "core/lineage.hpp"

namespace testlooper::core {

change::LineageFound record_lineage(const LineagePair& pair, const ListedApart& tests,
                                    const Result<std::vector<Continued>>& found) {
  change::LineageFound change;
  change.pair = pair;
  if (!found) {
    change.error = found.error().text();
    return change;
  }
  for (const auto& each : *found) {
    change.continued.push_back({tests.gone.at(each.from), tests.added.at(each.to), each.how});
  }
  return change;
}

}  // namespace testlooper::core
