// The matrix of a branch page: a row a test, a character a commit.
#pragma once

#include <string>
#include <vector>

#include "testlooper/domain/outcome.hpp"
#include "testlooper/domain/pages.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

// What a cell shows for these runs. '~' only for a flaky test; of several kinds of failure (or of
// success) the most frequent, the first of the enum where they are equal.
char cell_of(const OutcomeCounts& counts);

// Rows by suite, path, name: those whose TestName::id() has the text.
std::vector<pages::MatrixRow> read_matrix(Connection& db, const std::vector<CommitId>& commits,
                                          const std::string& test_contains);

}  // namespace testlooper::store
