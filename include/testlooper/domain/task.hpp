// Tasks and their attempts: the engine's rows. Every change of a task's state goes through
// core::transition (src/core/task_state.hpp).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/time.hpp"
#include "testlooper/domain/config.hpp"
#include "testlooper/domain/outcome.hpp"
#include "testlooper/domain/test.hpp"

namespace testlooper {

// Names the content that an image is made of: the same key, the same image, at any commit.
using ImageKey = std::string;

enum class Priority { interactive = 0, primary_branch = 1, branch = 2, background = 3 };

// A task as a reactor asks for it. `key` is unique among unfinished tasks, so the same wish can't
// be queued twice.
struct NewTask {
  std::string key;
  TaskKind kind = TaskKind::read_config;
  RepoId repo;
  CommitId commit;
  Priority priority = Priority::branch;
  ImageKey image;                    // the image it builds, or runs in
  std::optional<SuiteId> suite;      // list_tests, run_tests
  std::optional<DesiredId> desired;  // run_tests: the wish it serves
  std::vector<TestId> tests;         // run_tests: each once
  bool all_tests = false;            // run_tests: the tests are all of the suite
  bool operator==(const NewTask&) const = default;
};

struct Task {
  TaskId id;
  NewTask spec;
  TaskState state = TaskState::ready;
  Outcome outcome = Outcome::passed;  // of a finished task
  std::string cause;                  // one sentence: why it ended so, or why it waits
  int attempts = 0;                   // made so far
  int infra_attempts = 0;             // of them, failed by the machine (a restart does not count)
  WallTime created_at;
  WallTime not_before;  // the next attempt is due then
  bool operator==(const Task&) const = default;
};

struct LogInfo {
  std::string path;           // relative to the data folder; "" where there is no log
  std::uint64_t bytes = 0;    // on disk
  std::uint64_t dropped = 0;  // left out in the middle by the cap
  bool operator==(const LogInfo&) const = default;
};

// Where the log of an attempt is from its start on, relative to the data folder.
inline std::string attempt_log_path(AttemptKey attempt) {
  constexpr std::int64_t kTasksPerFolder = 1000;
  const auto task = attempt.task.value;
  return "logs/" + std::to_string(task / kTasksPerFolder) + "/" + std::to_string(task) + "-" +
         std::to_string(attempt.number) + ".log";
}

// How one attempt ended, for the attempt as a whole.
struct AttemptEnd {
  Outcome outcome = Outcome::passed;
  std::string cause;  // one sentence; empty where all went well
  std::optional<int> exit_code;
  bool oom_killed = false;     // may go with any exit code
  bool interrupted = false;    // infra: our own restart; does not use up the attempts
  bool image_missing = false;  // infra: docker no longer has the image; it is to be made again
  Milliseconds duration{0};
  LogInfo log;
  bool operator==(const AttemptEnd&) const = default;
};

}  // namespace testlooper
