// How long tests take, as far as this commit or a recent one has measured them.
#pragma once

#include "testlooper/domain/commit_state.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

// Fills in KnownTest::duration; tests that were measured at neither commit keep none.
void read_durations(Connection& db, CommitState& state);

}  // namespace testlooper::store
