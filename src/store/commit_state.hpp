// Reads everything that the reactors look at, for one commit.
#pragma once

#include "testlooper/domain/commit_state.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

CommitState read_commit_state(Connection& db, CommitId commit);

}  // namespace testlooper::store
