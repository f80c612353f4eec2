// What somebody wants to be stopped, and what that comes to.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/domain/task.hpp"

namespace testlooper {

struct CancelTask {
  TaskId task;
};
struct CancelRequest {
  DesiredId request;
};
// All that is wanted of the commit.
struct CancelCommit {
  std::string repo, sha;  // a full id of a stored commit
};
// What pushes to the branch want, and all that is wanted of its head.
struct CancelBranch {
  std::string repo, branch;
};
using CancelOrder = std::variant<CancelTask, CancelRequest, CancelCommit, CancelBranch>;

// Wishes that are still wanted, and unfinished tasks that nobody needs once they are stopped. A
// task that others need, such as an image that two commits share, is not among them.
struct CancelPlan {
  std::vector<DesiredId> wishes;
  std::vector<Task> tasks;
};

}  // namespace testlooper
