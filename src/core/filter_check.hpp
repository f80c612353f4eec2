// Says what is wrong with a wish before it is stored. Pure.
#pragma once

#include "testlooper/base/result.hpp"
#include "testlooper/domain/commit_state.hpp"
#include "testlooper/domain/test.hpp"

namespace testlooper::core {

// Errors: invalid, naming the member and its range.
Result<void> check_counts(const RunCounts& counts);

// A suite, test, label or path that is named and that the commit does not have. Nothing is wrong as
// long as its tests are not all known. Errors: invalid, naming it.
Result<void> check_names(const TestFilter& filter, const CommitState& state);

// What a condition asks for and this host or this commit does not have. Errors: invalid.
Result<void> check_condition(const Condition& condition, const CommitState& state);

}  // namespace testlooper::core
