// The matrix of a branch page: a row a test, a character a commit.
#pragma once

#include <string>
#include <vector>

#include "testlooper/domain/pages.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

// Rows by suite, path, name: those whose TestName::id() has the text.
std::vector<pages::MatrixRow> read_matrix(Connection& db, const std::vector<CommitId>& commits,
                                          const std::string& test_contains);

}  // namespace testlooper::store
