// Carries out attempts. It knows nothing of priorities, wishes or other tasks; it holds no state
// that a restart would miss.
#pragma once

#include <string>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/domain/assignment.hpp"

namespace testlooper {

struct ExecutorStatus {
  bool ready = false;
  std::string reason;     // why it is not ready, one sentence
  std::string version;    // "docker 20.10.24"
  bool low_disk = false;  // it is not ready because the disk is too full
  std::string places{};   // which places runs can have, and why no others; one sentence
};

// What an executor tells the engine. Calls may come from any thread; they only enqueue.
class ExecutorEvents {
 public:
  virtual ~ExecutorEvents() = default;
  virtual void executor_status(ExecutorStatus status) = 0;
  virtual void attempt_running(AttemptKey attempt) = 0;
  // Exactly once for each start().
  virtual void attempt_ended(AttemptResult result) = 0;
};

class Executor {
 public:
  virtual ~Executor() = default;
  // Returns at once. Starting the same attempt twice is harmless: it runs once.
  virtual void start(Assignment assignment) = 0;
  // Its containers are gone within limits::kKillGraceSeconds; attempt_ended follows.
  virtual void cancel(AttemptKey attempt, std::string why) = 0;
  // These artifacts' volumes are not needed any more. What can't be removed now is removed at the
  // next start.
  virtual void drop_volumes(std::vector<std::string> volumes) = 0;
  // What an attempt that a stop of the server interrupted has left of its log.
  virtual LogInfo left_log(AttemptKey attempt) = 0;
};

}  // namespace testlooper
