// The token by which whoever owns the data folder is the server's admin: a file of the folder that
// nobody else can read. Called at the start, before anything else uses the store.
#pragma once

#include <filesystem>

#include "testlooper/base/result.hpp"
#include "testlooper/base/time.hpp"
#include "testlooper/domain/login.hpp"

#include "store/sqlite_store.hpp"
#include "store/sqlite_views.hpp"

namespace testlooper::app {

// The token in `file`; where there is no file, or its token does not stand, a new one, and the
// file. Errors: unavailable (the file can't be written, the store can't be read).
Result<KnownLogin> first_login(const std::filesystem::path& file, store::SqliteStore& store,
                               store::SqliteViews& views, WallTime now);

}  // namespace testlooper::app
