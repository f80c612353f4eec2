// What became of each test between two commits. Pure; any thread.
#pragma once

#include <vector>

#include "testlooper/domain/compare_page.hpp"

namespace testlooper::lineage {

// The tests that only one of them lists. A suite that the other has not listed (yet) says nothing.
ListedApart listed_apart(const ListedPair& pair);

// `continued` is of listed_apart(pair). A test counts as
// - flaky where it has failures and successes at either commit: one success more proves no fix, and
//   one failure more no break;
// - newly failing, fixed, still failing, or the same, where all of its runs at each agree.
pages::ComparePage compared(const ListedPair& pair, const std::vector<Continued>& continued);

}  // namespace testlooper::lineage
