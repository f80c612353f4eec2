// Ranges of the commit graph, with what was measured there of one test. Any connection.
#pragma once

#include <string>
#include <vector>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/experiment.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

// `bad` and its ancestors, without `good` and its; and of those the parents of the others, which
// are no candidates. Parents before children; at most limits::kBisectCommits of the newest, or
// limits::kBisectCommitsUnnamed where `good` is "". Parents that are not stored are left out.
std::vector<RangeCommit> read_range(Connection& db, RepoId repo, const std::string& good,
                                    const std::string& bad);
// The first parents of `head` that have `oldest`, which may have come by a merge, oldest first, and
// itself in front: at most limits::kWatchedCommits of the newest. Nothing where `head` lacks it.
std::vector<RangeCommit> read_line_since(Connection& db, RepoId repo, const std::string& oldest,
                                         const std::string& head);

// What the commit lists and has measured of the test, by the first of these names that it lists;
// under a condition, what experiments have measured under that one.
void read_evidence(Connection& db, const std::vector<TestId>& names, const Condition& condition,
                   RangeCommit& commit);

// Whether `ancestor` is one of the commit's ancestors, or itself, as far as they are stored.
bool is_ancestor(Connection& db, RepoId repo, const std::string& ancestor, const std::string& sha);

}  // namespace testlooper::store
