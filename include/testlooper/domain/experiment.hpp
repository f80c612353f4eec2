// Experiments: stored questions about a test, which the engine answers by having it run. Their
// evidence are ordinary runs, so nothing but the question, how far it may go and what was answered
// is an experiment's own; everything else follows from the runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/limits.hpp"
#include "testlooper/base/time.hpp"
#include "testlooper/domain/commit_state.hpp"
#include "testlooper/domain/condition.hpp"
#include "testlooper/domain/resources.hpp"
#include "testlooper/domain/test.hpp"

namespace testlooper {

enum class ExperimentKind { hunt, prove, bisect, diagnose };

// How often does it fail there? Ends with the first of these bounds that is reached; the bound of
// runs is the experiment's.
struct HuntQuestion {
  std::string sha;
  std::int64_t until_failures = 0;  // 0: however many there are
  Seconds duration{0};              // 0: however long it takes
  bool operator==(const HuntQuestion&) const = default;
};

enum class ProveMethod { anytime, sequential, fixed };
// It failed at `old_rate`: is it fixed there? "Fixed" is wrong with a probability of at most
// `risk`.
struct ProveQuestion {
  std::string sha;
  double old_rate = 0;  // in (0, 1)
  double risk = .05;    // in (0, 1), of the answer
  ProveMethod method = ProveMethod::anytime;
  // Where the old rate is another commit's: of its runs so many failed. `old_rate` is then the
  // lower end of what they leave possible, which is wrong with a probability of half the risk.
  std::string against_sha;
  std::int64_t against_failures = 0, against_runs = 0;
  bool operator==(const ProveQuestion&) const = default;
};

// Which commit made it fail more often? In `bad` and its ancestors, without `good` and its.
struct BisectQuestion {
  std::string good;  // "": the beginning is open
  std::string bad;
  double confidence = .95;
  bool operator==(const BisectQuestion&) const = default;
};

// Why does it flake there? Its runs are compared with runs under other conditions.
struct DiagnoseQuestion {
  std::string sha;
  int effort = 1;  // times as many runs with which each condition begins
  bool operator==(const DiagnoseQuestion&) const = default;
};

using ExperimentQuestion =
    std::variant<HuntQuestion, ProveQuestion, BisectQuestion, DiagnoseQuestion>;
inline ExperimentKind kind_of(const ExperimentQuestion& question) {
  return static_cast<ExperimentKind>(question.index());
}

// What somebody wants to know.
struct NewExperiment {
  RepoId repo;
  TestId test;
  ExperimentQuestion question;
  std::int64_t max_runs = 0;                    // at most so many, of all arms together
  int in_flight = limits::kExperimentInFlight;  // so many at once
  bool background = false;                      // anything else goes first
  std::string requested_by;                     // a name for people: "cli", "web"
  // Under which all its runs are made; runs under another one are no evidence. A diagnosis chooses
  // its conditions itself.
  Condition condition;
  bool operator==(const NewExperiment&) const = default;
};

// `stopped`: somebody had it end, or its bound was reached; it can be continued. A decided one,
// too: with more confidence, or more runs.
enum class ExperimentStanding { running, paused, stopped, decided };

struct Experiment {
  ExperimentId id;
  NewExperiment spec;
  ExperimentStanding standing = ExperimentStanding::running;
  std::string verdict;   // one word, once it is decided: "fixed", "culprit", ...
  std::string answer;    // the sentence that was said with it; else why it does not run
  bool watched = false;  // what comes may still change the verdict
  WallTime created_at;
  WallTime resumed_at;  // when it began to run last
  Milliseconds ran{0};  // before that
  std::optional<WallTime> ended_at;
};

// What its runs said. Those that counted for nothing, since the machine failed or the report left
// the test out, are given up.
struct ArmCounts {
  std::int64_t passed = 0, failed = 0, skipped = 0;
  std::int64_t measured() const { return passed + failed; }
  bool operator==(const ArmCounts&) const = default;
};

// One of the wishes of an experiment: runs at a commit, of one kind.
struct ExperimentArm {
  std::string key;  // tells those at one commit apart; "" where there is one
  CommitId commit;
  std::string sha;
  DesiredId wish;
  DesiredTesting wanted;
  bool stopped = false;
  Tally tally;            // of the wish: runs of all its tests, of which the experiment's is one
  ArmCounts counts;       // of the experiment's test
  Microseconds total{0};  // that its measured runs took
  // Nothing is in flight at its commit, and nothing can be run there now. `obstacle` says why, in
  // one sentence, as far as it is known.
  bool settled = false;
  std::string obstacle;
};

// A commit of the range in which a culprit is looked for.
struct RangeCommit {
  CommitId commit;
  std::string sha;
  std::vector<int> parents;  // places in the range, which come before it
  bool candidate = true;     // false: believed to be good
  // Whether its lists have the test, as far as they are known: `failed`, where they do not, or
  // where they can't be made.
  StepState listed = StepState::missing;
  bool lacks = false;  // all its lists were made, and none has the test
  ArmCounts counts;    // of all stored runs there, but those that were cleared
};

// All that is known of an experiment: what core/experiment.hpp looks at. A snapshot.
struct ExperimentState {
  Experiment experiment;
  std::string repo;  // its name
  bool repo_active = true;
  std::vector<TestName> names;      // of its test, at whichever commits; its own first
  std::vector<std::string> suites;  // of each of them
  std::vector<ExperimentArm> arms;  // by id of the wish
  std::vector<RangeCommit> range;   // of a bisection; parents before children
  // Of a proof that is watched: the runs at its commit and then at each commit along the primary
  // branch that has it, oldest first.
  std::vector<RangeCommit> since;
  // Of a diagnosis: the test's suite, as it was listed there, and what the host has.
  std::vector<TestName> listed;
  Resources capacity;
};

}  // namespace testlooper
