// A commit in a line: what it is, how far its testing is, and its state in one word. Costs some
// look-ups by key, whatever the number of its tests.
#pragma once

#include <cstdint>
#include <string>

#include "testlooper/domain/pages.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

pages::CommitSummary commit_summary(Connection& db, CommitId commit);

// The first failed step of preparation, and why, in one sentence; empty where none failed.
std::string failed_preparation(Connection& db, CommitId commit);
// What to say of runs that the machine failed for good.
std::string why_given_up(Connection& db, CommitId commit, std::int64_t runs);

}  // namespace testlooper::store
