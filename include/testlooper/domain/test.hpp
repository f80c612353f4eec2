// Tests, the wish to run them, and what their runs said.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/time.hpp"
#include "testlooper/domain/condition.hpp"
#include "testlooper/domain/outcome.hpp"
#include "testlooper/domain/place.hpp"

namespace testlooper {

// A test is identified by path and name together, within its suite; the same one across commits.
struct TestName {
  std::string path;  // usually a file; may be empty
  std::string name;
  auto operator<=>(const TestName&) const = default;
  // What `run-tests` gets on a line of TEST_INPUT.
  std::string id() const { return path.empty() ? name : path + "::" + name; }
};

struct ListedTest {
  TestName test;
  std::vector<std::string> labels;
  bool operator==(const ListedTest&) const = default;
};

struct Stage {
  std::string name;  // "setup", "call", "teardown"
  Outcome outcome = Outcome::passed;
  Microseconds duration{0};
  bool operator==(const Stage&) const = default;
};

// The part of an attempt's output that is one run's own: bytes of the attempt's log between two
// marks, or of the file beside it that has what the report told.
enum class RunLogKind { markers, report };
struct RunLog {
  RunLogKind kind = RunLogKind::markers;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;  // past the last byte
  bool operator==(const RunLog&) const = default;
};

// One execution of one test, as a report or the lack of one tells it.
struct TestResult {
  TestName test;
  Outcome outcome = Outcome::error;
  Microseconds duration{0};
  std::string message;                       // the failure, capped to limits::kMessageBytes
  std::vector<Stage> stages;                 // empty where the report has none
  std::optional<RunLog> log = std::nullopt;  // absent: the run has no log of its own
  std::optional<WallTime> started_at = std::nullopt;  // absent: when its attempt did
  // What the report says that the test printed, at most limits::kRunLogBytes. The executor moves it
  // into the file that `log` names; it is empty from then on.
  std::string output = {};
  bool operator==(const TestResult&) const = default;
};

// Which tests are meant. Each part narrows; a part that is absent means "any", and an empty list
// means "none" (the two are told apart).
struct TestFilter {
  std::optional<std::vector<std::string>> suites;
  std::optional<std::vector<std::string>> labels;  // prefixes of labels
  std::optional<std::vector<std::string>> paths;   // prefixes of paths
  std::optional<std::string> regex;                // RE2, searched in TestName::id()
  std::optional<std::vector<std::string>> tests;   // TestName::id(), or "suite/" + it
  bool operator==(const TestFilter&) const = default;
};

// Who wants it: a rule for a branch's commits, a person, a rule's schedule, or the engine itself
// where a rule lends it room that nobody wants, or an experiment needs them. Schedules and idle
// room are background work; of idle room, `runs` is the most that a test may have, and none of them
// is owed.
enum class DesiredSource { branch_rule, request, schedule, idle, experiment };

constexpr bool is_background(DesiredSource source) {
  return source == DesiredSource::schedule || source == DesiredSource::idle;
}

// False where the wish only says how much may be run.
constexpr bool is_owed(DesiredSource source) { return source != DesiredSource::idle; }

// What is known of a test at a commit, as far as it may raise the number of runs wanted of it.
struct TestTraits {
  bool failed = false;  // a run failed at this commit
  bool flaky = false;   // mixed outcomes, here or at an ancestor within limits::kFlakeMemoryCommits
  bool is_new = false;  // listed here and by no parent, where all suites of a parent are listed
  bool operator==(const TestTraits&) const = default;
};

// How many runs are wanted of a test: the largest of those that apply to it.
struct RunCounts {
  std::int64_t runs = 1;        // of every test
  std::int64_t fail_runs = 0;   // of one that has failed
  std::int64_t flake_runs = 0;  // of one that is known as flaky
  std::int64_t new_runs = 0;    // of one that is new
  bool operator==(const RunCounts&) const = default;

  std::int64_t wanted_of(const TestTraits& test) const {
    return std::max({runs, test.failed ? fail_runs : 0, test.flaky ? flake_runs : 0,
                     test.is_new ? new_runs : 0});
  }
  // False where each test gets the same, whatever is known of it.
  bool depends_on_traits() const { return std::max({fail_runs, flake_runs, new_runs}) > runs; }
};

// "Each matching test of this commit shall have been run this many times for this wish."
struct DesiredTesting {
  DesiredSource source = DesiredSource::branch_rule;
  TestFilter filter;
  RunCounts counts;
  std::string requested_by;    // a name for people: "push to main", "cli", "web"
  std::optional<RuleId> rule;  // the branch rule it comes from
  std::optional<Isolation> isolation = std::nullopt;  // absent: as the suite has it
  Condition condition{};  // of each run; unless plain, none counts for the commit
  // The experiment that it is for, and which of its arms: "" where it has one at a commit.
  std::optional<ExperimentId> experiment = std::nullopt;
  std::string arm = {};
  bool background = false;  // anything else goes first
  bool operator==(const DesiredTesting&) const = default;
};

inline bool is_background(const DesiredTesting& wish) {
  return wish.background || is_background(wish.source);
}

}  // namespace testlooper
