// Tests that are quarantined. Any connection.
#pragma once

#include <vector>

#include "testlooper/domain/flaky_page.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

// Those that stand, by their names, then those that have expired.
std::vector<pages::Quarantine> quarantined_tests(Connection& db, RepoId repo, WallTime now);

}  // namespace testlooper::store
