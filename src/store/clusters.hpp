// Failures that are one failure, by what their messages say: kept in the transaction that adds the
// run. Writes.
#pragma once

#include <string>

#include "testlooper/base/ids.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

// The failed run belongs to the cluster of its message; to none where the message is empty.
void add_to_cluster(Connection& db, RepoId repo, TestId test, RunId run,
                    const std::string& message);

// Of a store that a program without clusters wrote.
void cluster_all(Connection& db);

}  // namespace testlooper::store
