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
#include "testlooper/domain/place.hpp"
#include "testlooper/domain/resources.hpp"
#include "testlooper/domain/test.hpp"

namespace testlooper {

// Names the content that an image is made of: the same key, the same image, at any commit.
// That of a set-up layer names the image below it, the files, the script and the variables.
using ImageKey = std::string;
// Names what a build's output is made of: its command, its environment, the files that it sees, and
// the keys of what it depends on. The same key, the same output, at any commit.
using ArtifactKey = std::string;

// Where docker keeps an artifact.
struct KeptArtifact {
  ArtifactKey key;
  std::string volume;  // empty where it is not there (any more)
  bool operator==(const KeptArtifact&) const = default;
};

enum class Priority { interactive = 0, primary_branch = 1, branch = 2, background = 3 };

// A task as a reactor asks for it. `key` is unique among unfinished tasks, so the same wish can't
// be queued twice.
struct NewTask {
  std::string key;
  TaskKind kind = TaskKind::read_config;
  RepoId repo;
  CommitId commit;
  Priority priority = Priority::branch;
  ImageKey image;                    // the image it builds, or runs in: it may be a set-up layer
  std::string product;               // what it makes: a set-up layer's key, an artifact's key
  std::optional<SuiteId> suite;      // list_tests, run_tests
  std::optional<DesiredId> desired;  // run_tests: the wish it serves
  std::vector<TestId> tests;         // run_tests: each once
  bool all_tests = false;            // run_tests: the tests are all of the suite
  bool series = false;               // run_tests: each repeat in turn in a fresh place; else…
  int repeats = 1;                   // …of its only test, in one execution
  Resources needs;                   // reserved while it runs
  std::string flow;                  // what it shares fairly as: "push to main", "request 12"
  bool first_result = false;         // run_tests: the wish has no run before it
  Milliseconds expected{0};          // how long it may take; an estimate
  bool measured = false;             // the estimate is from recorded durations
  bool operator==(const NewTask&) const = default;
};

// Somebody asked to stop a task that is under way: it alone, and then what it was for is given up;
// or as part of a wish that is stopped, and may be wanted again.
enum class CancelScope { task, wish };

struct Task {
  TaskId id;
  NewTask spec;
  TaskState state = TaskState::ready;
  Outcome outcome = Outcome::passed;  // of a finished task
  std::string cause;                  // one sentence: why it ended so, or why it waits
  int attempts = 0;                   // made so far
  int infra_attempts = 0;             // of them, failed by the machine (a restart does not count)
  WallTime created_at;
  WallTime not_before;                    // the next attempt is due then
  std::optional<CancelScope> cancelling;  // of one that is under way; `cause` says why
  bool operator==(const Task&) const = default;
};

// A ready task as the scheduler sees it.
struct ReadyTask {
  TaskId id;
  TaskKind kind = TaskKind::read_config;
  RepoId repo;
  Priority priority = Priority::branch;
  std::int64_t generation = 0;  // of its commit, which is newer than one with a lower number
  WallTime committed_at;        // likewise, where the generations are the same
  Resources needs;
  std::string flow;
  std::string person;  // whose request or experiment it is for; "": nobody's, as a branch's
  bool first_result = false;
  Milliseconds expected{0};
  bool measured = false;
};

struct LogInfo {
  std::string path;           // relative to the data folder; "" where there is no log
  std::uint64_t bytes = 0;    // on disk
  std::uint64_t dropped = 0;  // left out in the middle by the cap
  bool operator==(const LogInfo&) const = default;
};

// A place of the attempt's own below `folder`, relative to the data folder.
inline std::string attempt_place(const std::string& folder, AttemptKey attempt) {
  constexpr std::int64_t kTasksPerFolder = 1000;
  const auto task = attempt.task.value;
  return folder + "/" + std::to_string(task / kTasksPerFolder) + "/" + std::to_string(task) + "-" +
         std::to_string(attempt.number);
}
// Where the log of an attempt is from its start on.
inline std::string attempt_log_path(AttemptKey attempt) {
  return attempt_place("logs", attempt) + ".log";
}
// Where the output of single runs is, as far as the report told it: one text after the other.
inline std::string attempt_run_logs_path(AttemptKey attempt) {
  return attempt_place("logs", attempt) + ".runs";
}
// The folder of the files that its command left in TEST_ARTIFACTS.
inline std::string attempt_artifacts_path(AttemptKey attempt) {
  return attempt_place("artifacts", attempt);
}

// A file that is kept of those in TEST_ARTIFACTS.
struct Artifact {
  std::string path;  // below the attempt's folder; checked: no link and no way out of it
  std::uint64_t bytes = 0;
  bool operator==(const Artifact&) const = default;
};
struct ArtifactsInfo {
  std::vector<Artifact> files;        // sorted by path
  std::vector<std::string> warnings;  // what was not kept, and why: a sentence for each
  bool operator==(const ArtifactsInfo&) const = default;
};

// How one attempt ended, for the attempt as a whole.
struct AttemptEnd {
  Outcome outcome = Outcome::passed;
  std::string cause;  // one sentence; empty where all went well
  std::optional<int> exit_code;
  bool oom_killed = false;     // may go with any exit code
  bool interrupted = false;    // infra: our own restart; does not use up the attempts
  bool image_missing = false;  // infra: docker no longer has the image; it is to be made again
  std::vector<KeptArtifact> missing_artifacts;  // infra: likewise
  Milliseconds duration{0};
  LogInfo log;
  std::uint64_t run_log_bytes = 0;  // at attempt_run_logs_path
  ArtifactsInfo artifacts;
  std::optional<Place> place;  // absent where nothing ran
  std::string place_reason;    // why there, one sentence; of runs of tests
  bool operator==(const AttemptEnd&) const = default;
};

// Docker lost something that the task stands on, so it can't be tried again before that is made.
inline bool lost_something(const AttemptEnd& end) {
  return end.image_missing || !end.missing_artifacts.empty();
}

}  // namespace testlooper
