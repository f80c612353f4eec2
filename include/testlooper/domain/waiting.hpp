// Why tasks wait, and when they will about start: what the engine answers, of one moment. It is
// computed when somebody asks and never stored (docs/decisions/0016-why-tasks-wait.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/time.hpp"

namespace testlooper {

enum class WaitReason {
  starting,   // nothing any more
  pause,      // after a failure of the machine
  drained,    // somebody has the engine start nothing
  no_docker,  // no containers can run
  low_disk,   // no new work is taken
  too_big,    // it needs more than this server has
  slot,       // as many run as may run at once
  room,       // the cores or the memory that it needs are not free
  kept_room,  // there is room, and it is kept for a bigger task that has waited long
  behind,     // others start before it
};

struct WaitsFor {
  WaitReason reason = WaitReason::starting;
  std::string text;              // one sentence for people, without a full stop
  std::int64_t ahead = 0;        // tasks that start before it; behind: at least so many
  std::optional<TaskId> task{};  // kept_room: for this one
  bool operator==(const WaitsFor&) const = default;
};

struct WaitingTask {
  TaskId task;
  WaitsFor waits_for;
  // If nothing more came. Absent where it hangs on a task of which no duration is recorded, where
  // it is too far away to be foreseen, and where nothing starts as things are.
  std::optional<WallTime> starts_at{};
  bool operator==(const WaitingTask&) const = default;
};
using WaitingTasks = std::vector<WaitingTask>;

struct WaitingQuery {
  // These; one that is not known to wait has been started meanwhile. None: the next ones, in the
  // order in which they will start, at most limits::kQueueTasks.
  std::vector<TaskId> tasks;
};

}  // namespace testlooper
