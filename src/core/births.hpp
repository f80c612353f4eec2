// Where in a range of commits a test began. Pure.
#pragma once

#include <vector>

#include "testlooper/domain/experiment.hpp"

namespace testlooper::core {

// The places of commits that have the test while none of their ancestors in the range does, of
// which there is one at least. Ascending. Empty as long as it is not known of all of these
// ancestors.
std::vector<int> births(const std::vector<RangeCommit>& range);

}  // namespace testlooper::core
