// Why a task waits, and when it will about start. The rules are the schedule's
// (docs/scheduling.md): each reason here is a reason for which it does not start a task. Pure.
#pragma once

#include <string>
#include <vector>

#include "testlooper/domain/waiting.hpp"
#include "testlooper/ports/executor.hpp"

#include "core/forecast.hpp"
#include "core/schedule.hpp"

namespace testlooper::core {

// What holds for all tasks alike.
struct Circumstances {
  bool draining = false;
  ExecutorStatus executor;
  HostCapacity capacity;
  Resources in_use;
  int containers = 0;  // that run
  int readers = 0;     // likewise
  std::optional<Schedule::Blocked> blocked;
};

struct WaitingFacts {
  TaskId task;
  Schedule::Need need;
  std::optional<ForeseenStart> start;  // absent where it is too far away
  std::int64_t at_least = 0;           // then: so many tasks start before it
};

WaitsFor why_it_waits(const Circumstances& circumstances, const WaitingFacts& facts);

// A task that is not ready: the machine failed it.
struct PausedTask {
  TaskId task;
  int infra_attempts = 0;
  std::string cause;  // of the last one, one sentence
  WallTime until;
};
WaitsFor why_it_pauses(const PausedTask& task);

struct ExplainAt {
  WallTime wall;
  Schedule::Time monotonic;
};
// `circumstances` as far as the schedule does not know them itself. Right once nothing that could
// start is left: after the last take().
class Explainer {
 public:
  Explainer(const Schedule& schedule, bool draining, ExecutorStatus executor,
            std::vector<PausedTask> paused, ExplainAt now);
  WaitingTasks answer(const WaitingQuery& query) const;

 private:
  WaitingTask explain(TaskId task, Schedule::Need need, const ForeseenStart* start) const;
  WaitingTask explain(const PausedTask& paused) const;
  WaitingTask explain(TaskId task) const;
  WaitingTasks next() const;
  std::int64_t foreseen(bool containers) const;

  const Schedule& schedule_;
  Circumstances circumstances_;
  std::vector<PausedTask> paused_;  // by time
  ExplainAt now_;
  std::vector<ForeseenStart> starts_;
};

}  // namespace testlooper::core
