// Forgets all that is stored of a repository, some rows at a time, so that nobody waits for long.
// Runs on the writer's connection, outside any transaction.
#pragma once

#include <string_view>

#include "testlooper/base/ids.hpp"
#include "testlooper/ports/store.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

// See Store::purge.
PurgeStep purge_repo(Connection& db, RepoId repo, int rows);

// Has retention remove its logs and artifacts: files go before the rows that tell of them.
void let_files_go(Connection& db, RepoId repo);
// True where the table has a step of its own.
bool is_purged(std::string_view table);

}  // namespace testlooper::store
