// How long tests and steps of preparation take, as far as they were measured.
#pragma once

#include "testlooper/domain/commit_state.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

// Fills in KnownTest::duration; tests that were measured at neither commit keep none.
void read_durations(Connection& db, CommitState& state);

// Fills in CommitState::step_durations: from the start of the attempt to its end, of the newest
// limits::kRecordedSteps of each kind that went well.
void read_step_durations(Connection& db, CommitState& state);

}  // namespace testlooper::store
