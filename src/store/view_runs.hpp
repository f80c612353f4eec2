// Runs in a line each.
#pragma once

#include <optional>
#include <vector>

#include "testlooper/domain/pages.hpp"

#include "store/conditions.hpp"
#include "store/connection.hpp"

namespace testlooper::store {

// Failures first, then in the order of the report.
std::vector<pages::TaskRun> runs_of_task(Connection& db, TaskId task);
// Of a test at a commit under a condition, newest first.
std::vector<pages::RunSummary> runs_of_test(Connection& db, CommitId commit, TestId test,
                                            const std::optional<ConditionId>& condition);
// Of the same.
pages::Counts counts_of_test(Connection& db, CommitId commit, TestId test,
                             const std::optional<ConditionId>& condition);
// The runs that served a wish: how they ended, and the newest failures.
struct WishRuns {
  pages::Counts counts;
  std::int64_t in_sandboxes = 0;
};
WishRuns runs_of_wish(Connection& db, DesiredId desired);
std::vector<pages::TaskRun> failures_of_wish(Connection& db, DesiredId desired);

}  // namespace testlooper::store
