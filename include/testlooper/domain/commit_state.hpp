// Everything that is known and wanted of one commit: what the reactors look at. It is a snapshot;
// nobody changes it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/limits.hpp"
#include "testlooper/base/time.hpp"
#include "testlooper/domain/assignment.hpp"
#include "testlooper/domain/config.hpp"
#include "testlooper/domain/resources.hpp"
#include "testlooper/domain/task.hpp"
#include "testlooper/domain/test.hpp"

namespace testlooper {

// A step of preparation: not done yet, done well, or done badly. A stored error is visible to
// people and stops what depends on it, until somebody asks for a retry.
enum class StepState { missing, ok, failed };

struct EnvironmentState {
  std::string name;
  KeyedImage image;
  ImageKey set_up;        // of the layer with its custom-setup; empty where it has none
  double min_cores = 0;   // 0: no wish
  double min_ram_gb = 0;  // 0: no wish
};

struct BuildState {
  std::string name;
  std::string environment;
  std::vector<std::string> dependencies;  // builds whose output it mounts
  ArtifactKey artifact;
  ImageKey set_up;  // of its environment, with the files that this build sees
};

// How a test's runs at the commit ended, whatever they were made for.
struct KnownRuns {
  std::int64_t failures = 0;
  std::int64_t successes = 0;
  std::int64_t skipped = 0;
};

struct KnownTest {
  TestId id;
  TestName test;
  std::vector<std::string> labels;
  TestTraits traits{};
  std::optional<Microseconds> duration{};  // mean of a run, here or at a recent commit
  KnownRuns runs{};
};

struct SuiteState {
  SuiteId id;
  std::string name;
  std::string environment;
  std::vector<std::string> dependencies;  // builds it waits for
  bool repeats = false;                   // it has a command that runs one test many times
  std::optional<Isolation> isolation{};   // what it wants
  StepState listed = StepState::missing;
  std::vector<KnownTest> tests;  // in the order they were listed
};

// Of an image, a set-up layer or an artifact.
struct ProductState {
  StepState built = StepState::missing;
  std::string error;  // why it can't be made, one sentence
};

// Runs a wish has already had, for one test.
struct Tally {
  std::int64_t done = 0;       // measured
  std::int64_t given_up = 0;   // the machine failed too often; visible, and not tried again
  std::int64_t in_flight = 0;  // in unfinished tasks
};

struct DesiredState {
  DesiredId id;
  DesiredTesting wish;
  bool stopped = false;               // nothing more is wanted, whatever the wish says
  std::map<TestId, Tally> tallies;    // tests without any are absent
  std::vector<Task> not_started;      // its run_tests tasks that are ready or waiting, by id
  std::map<SuiteId, int> open_tasks;  // unfinished run_tests tasks of each suite
};

// What the operator's configuration and the host say about running tasks.
struct SchedulingPolicy {
  Resources capacity = kEndless;  // of the host
  Milliseconds batch_target = Seconds{limits::kBatchTargetSeconds};
};

struct CommitState {
  SchedulingPolicy policy;
  RepoId repo;
  bool repo_active = true;  // false: it was removed, and nothing of it is tested
  CommitId commit;
  Priority priority = Priority::branch;
  StepState config = StepState::missing;
  KeyedImage config_image;
  StepState plan = StepState::missing;
  std::vector<EnvironmentState> environments;
  std::vector<BuildState> builds;  // sorted by name
  std::vector<SuiteState> suites;
  std::map<ImageKey, ProductState> images;        // those named above, set-up layers too
  std::map<ArtifactKey, ProductState> artifacts;  // likewise
  std::vector<DesiredState> desired;
  std::map<TaskKind, Milliseconds> step_durations;  // means of the repository's newest, by kind
  std::vector<std::string> open_task_keys;          // of this commit, and of what it needs; sorted
};

}  // namespace testlooper
