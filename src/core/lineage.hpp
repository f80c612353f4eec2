// What a comparison of a commit's tests with its parent's means for the store. Pure.
#pragma once

#include <vector>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/change.hpp"
#include "testlooper/domain/lineage.hpp"

namespace testlooper::core {

// `found` is of these tests. What could not be compared is over, too: its error is stored.
change::LineageFound record_lineage(const LineagePair& pair, const ListedApart& tests,
                                    const Result<std::vector<Continued>>& found);

}  // namespace testlooper::core
