// The one place where a task changes state. Pure: the caller stores what is returned and then acts.
//
//   waiting ──due──► ready ──dispatched──► starting ──started──► running
//      ▲                ▲                      │                    │
//      │                └──── interrupted ─────┴────────────────────┤
//      └──────────── failed by the machine, attempts left ──────────┤
//   waiting, ready ──dropped──► finished                            │
//                                                finished ◄── ended ┘
#pragma once

#include "testlooper/domain/change.hpp"
#include "testlooper/domain/task.hpp"

namespace testlooper::core {

// The pause before attempt number `infra_attempts + 1` of a task the machine failed so often.
Milliseconds infra_backoff(int infra_attempts);

// A waiting task whose time has come.
change::TaskMoved due(const Task& task);
// A free slot was found; the attempt's number is the returned `attempts`.
change::TaskMoved dispatched(const Task& task);
// The executor has started it.
change::TaskMoved started(const Task& task);
// An attempt ended. Only `infra` leads to another attempt: at once where we interrupted it
// ourselves, after a growing pause where the machine failed, limits::kInfraAttempts in all.
change::TaskMoved ended(const Task& task, const AttemptEnd& end, WallTime now);

// A task that has not started is no longer wanted.
change::TaskMoved dropped(const Task& task, std::string why);
// Somebody asked to stop it: at once where it has not started; else the intent is noted, and the
// attempt's end finishes it, whatever becomes of the process in between.
change::TaskMoved cancelled(const Task& task, CancelScope scope, std::string why);

}  // namespace testlooper::core
