// The steps that bring a commit from "pushed" to "its tests are known", as its page shows them.
#pragma once

#include "testlooper/domain/pages.hpp"

#include "store/connection.hpp"
#include "store/view_parts.hpp"

namespace testlooper::store {

// Fills config, plan, image, command, warnings, environments, suites.
void read_preparation(Connection& db, const RepoRow& repo, CommitId commit,
                      pages::CommitPage& page);

}  // namespace testlooper::store
