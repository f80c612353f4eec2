// Reports that other systems made, as evidence: runs of an attempt that no container made.
#pragma once

#include <vector>

#include "testlooper/domain/change.hpp"
#include "testlooper/domain/test.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

// See Store::import_problem.
std::optional<Error> import_problem(Connection& db, const change::ReportImported& change);
// Names that tests of the suite have, or had, at any commit. At most limits::kImportTests.
std::vector<TestName> names_in_suite(Connection& db, RepoId repo, const std::string& suite);

}  // namespace testlooper::store
