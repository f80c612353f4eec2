// Finds the test that a person means. Any connection.
#pragma once

#include <string>

#include "testlooper/base/result.hpp"

#include "store/view_parts.hpp"

namespace testlooper::store {

// By its number, path::name, or suite/path::name. Errors: not_found.
Result<TestId> test_named(Connection& db, const RepoRow& repo, const std::string& name);

}  // namespace testlooper::store
