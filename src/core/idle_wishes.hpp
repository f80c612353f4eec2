// What branch rules let idle room be used for, as wishes of the heads. Pure.
#pragma once

#include "testlooper/domain/change.hpp"
#include "testlooper/ports/store.hpp"

namespace testlooper::core {

// Brings the idle wishes to what the rules say, where they differ: each head of a branch whose rule
// allows idle runs has one, and what is no longer such a head is allowed no more. Where several
// branches have one head, the first whose rule allows them counts, the primary branch before
// others. A head of which nobody wants anything, or whose wish somebody stopped, is left alone.
Changes apply_idle_rules(const RepoState& state);

}  // namespace testlooper::core
