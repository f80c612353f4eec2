// Which waiting tasks start next, and when, if nothing more came: the schedule rehearses by its own
// rules, on a copy of that part of it which matters. The copy is as large as what is asked for,
// however much waits. Pure.
#pragma once

#include <optional>
#include <vector>

#include "core/schedule.hpp"

namespace testlooper::core {

// The counts are of tasks of its kind that start before it: those that need a container too, or
// those that need none.
struct ForeseenStart {
  TaskId task;
  std::optional<Milliseconds> in;  // absent where it hangs on a task of unknown length
  std::int64_t ahead = 0;
  std::int64_t more_urgent = 0;  // of them, of a higher priority
  std::int64_t own_flow = 0;     // of the rest, of its own branch or request
};

// In the order in which they start, at most so many. As if containers could run.
//
// A task takes as long as was expected; one that has taken longer goes on for as long as it is
// over. One of which nothing is recorded goes on for as long as anything else can end; what only
// its end lets start has no time.
std::vector<ForeseenStart> foresee(const Schedule& schedule, Schedule::Time now, std::size_t most);

}  // namespace testlooper::core
