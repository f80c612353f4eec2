// Brings a store's file to the schema of this program: numbered steps, each in a transaction of its
// own, the number kept in user_version. Called by the writer when it opens the file.
#pragma once

#include "store/connection.hpp"

namespace testlooper::store {

// Throws StoreFault where the file is newer than this program, or is not a store.
void migrate(Connection& connection);

// The version that migrate() leads to.
int newest_schema();

}  // namespace testlooper::store
