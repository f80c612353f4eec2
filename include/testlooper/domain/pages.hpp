// What the pages show: plain values, one struct a page, each filled by one call of Views. The JSON
// of /api/v1 has the same names in the same shape (src/codec/api_json), except that an id is its
// number, an enum its name, a WallTime its milliseconds (`…_at`), an absent optional null.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/time.hpp"
#include "testlooper/domain/branch_rule.hpp"
#include "testlooper/domain/outcome.hpp"
#include "testlooper/domain/task.hpp"
#include "testlooper/domain/test.hpp"
#include "testlooper/domain/waiting.hpp"

namespace testlooper::pages {

// The state of a commit in one word. `untested`: nobody wants it tested, or no test is known yet
// and nothing is under way; it is never shown as passed.
enum class Status { untested, waiting, running, passed, failed, error };

struct Counts {
  std::int64_t passed = 0, failed = 0, error = 0, skipped = 0, xfailed = 0, xpassed = 0,
               timed_out = 0, crashed = 0, infra = 0;
};

struct CommitSummary {
  CommitId id;  // what ChangeNotice names
  std::string sha;
  std::vector<std::string> parents;
  std::string subject;  // the first line of the message
  std::string author;
  WallTime committed_at;
  Status status = Status::untested;
  std::string error;           // why `status` is error, one sentence
  std::int64_t tests = 0;      // known at this commit
  std::int64_t failing = 0;    // of them, with failures only
  std::int64_t flaky = 0;      // of them, with failures and successes
  std::int64_t runs_done = 0;  // measured, of those wanted
  std::int64_t runs_wanted = 0;
};

struct BranchSummary {
  std::string name;
  std::optional<CommitSummary> head;
  bool primary = false;
};

struct RepoSummary {
  std::string name;
  std::string source;
  std::string origin;  // "config": the server's configuration names it; "api": a person added it
  std::string state;   // "cloning": it was never read yet; "ready"; "error"
  std::string error;   // why it cannot be read now; empty where all is well
  std::string config_path, branch_prefix, primary_branch;  // as they were configured
  std::int64_t scan_depth = 0, fetch_period_s = 0;         // 0: default
  std::optional<BranchSummary> primary;
  std::int64_t branches = 0;
  std::int64_t runs_today = 0;  // since midnight UTC
  std::int64_t tasks_running = 0;
  std::int64_t tasks_waiting = 0;
  // How many tests were known as flaky on each of the last 28 days and now, oldest first: by the
  // times of the commits where they flaked.
  std::vector<std::int64_t> flaky_days{};
};
struct RemovedRepo {
  std::string name, source;
  bool purging = false;  // its data are being deleted; otherwise they are kept
  // Its settings, should it be tested again.
  std::string config_path = {}, branch_prefix = {}, primary_branch = {};
  std::int64_t scan_depth = 0, fetch_period_s = 0;
};
struct ReposPage {
  Revision revision = 0;
  std::vector<RepoSummary> repos;
  std::vector<RemovedRepo> removed;
};

// One page of branches and the matrix of the chosen one.
struct MixedCell {
  std::int64_t commit = 0;  // index into BranchPage::commits
  std::int64_t failures = 0;
  std::int64_t runs = 0;
};
struct MatrixRow {
  TestId test;
  std::string suite, path, name;
  // A character a commit, parallel to BranchPage::commits: '.' no run, 'P' passed, 'F' failed,
  // 'E' error, 'S' skipped, 'x' xfailed, 'X' xpassed, 'T' timed out, 'C' crashed, 'I' infra only,
  // '~' mixed (then `mixed` has the numbers), '-' not in this commit's list.
  std::string cells;
  std::vector<MixedCell> mixed;
};
struct BranchPage {
  Revision revision = 0;
  std::string repo;
  std::string branch;
  std::vector<BranchSummary> branches;  // the primary first, then by name
  std::vector<CommitSummary> commits;   // newest first
  bool more_commits = false;            // older ones exist; ask with `before`
  std::vector<MatrixRow> rows;          // by suite, path, name
};

struct StepSummary {
  // "waiting", "running", "ok", "failed"; "unneeded": it is not made, and nothing asks for it
  std::string state;
  std::string error;           // one sentence
  std::optional<TaskId> task;  // its newest task, whose log says more
};
struct WarningSummary {
  std::string where;  // "config.yaml:3", "plan:12", "suite unit"
  std::string message;
};
struct EnvironmentSummary {
  std::string name;
  std::string image;                  // the name, or the path of the Dockerfile
  std::string unsupported;            // why it can't be used, or empty
  StepSummary step;                   // its image
  std::optional<StepSummary> set_up;  // the layer with its custom-setup, where it has one
};
struct BuildSummary {
  std::string name, environment;
  std::string artifact;     // the key of its output
  std::int64_t bytes = 0;   // of its output
  std::string reused_from;  // the commit that it was made for, where that is another one
  StepSummary step;
};
struct SuiteSummary {
  std::string name, kind, environment;
  std::int64_t tests = 0;
  std::optional<std::int64_t> timeout_s;
  StepSummary step;  // its list of tests
};
struct TestSummary {
  TestId test;
  std::string suite, path, name;
  std::vector<std::string> labels;
  Counts counts;
  std::string verdict;         // "passed", "failed", "flaky", "skipped", "none"
  std::string parent_verdict;  // the same at the first parent; "absent" where it has no such test
  std::int64_t in_flight = 0;
  std::int64_t mean_us = 0;  // mean duration of measured runs
  std::optional<RunId> last_run;
  std::optional<RunId> last_failure;
};
struct TaskSummary {
  TaskId id;
  std::string kind, state;
  std::string outcome;  // empty until it is finished
  std::string cause;
  std::string repo, sha, subject;
  std::string suite;  // empty where it is of no suite
  std::int64_t tests = 0;
  int repeats = 1;  // of its only test, in one execution
  int attempts = 0;
  WallTime created_at;
  std::optional<WallTime> started_at, finished_at;  // of the newest attempt
  std::optional<WaitsFor> waits_for;  // of a waiting or ready task; absent: the engine is busy
  std::optional<WallTime> starts_at;  // likewise: about then; absent: that is unknown
};
struct DesiredSummary {
  DesiredId id;
  std::string source;  // "branch_rule", "request", "schedule", "idle"
  std::string requested_by;
  std::string filter;     // for people: "suite unit, label slow*", "all tests"
  std::string isolation;  // "container", "sandbox", "auto"; empty: as the suites have it
  std::int64_t runs = 0;
  std::int64_t fail_runs = 0, flake_runs = 0, new_runs = 0;        // where larger: of such tests
  std::int64_t wanted = 0, done = 0, in_flight = 0, given_up = 0;  // runs, over all its tests
  WallTime created_at;
  std::optional<WallTime> stopped_at;  // nothing more is wanted since then
  // Of its runs, as words of codec/condition_text; empty: as ordinary ones. Unless empty, they
  // count for nothing but this wish.
  std::vector<std::string> condition;
};
struct CommitPage {
  Revision revision = 0;
  std::string repo;
  CommitSummary commit;
  std::string message;
  std::vector<std::string> branches;  // whose head it is
  StepSummary config, plan;
  std::string image;    // the config's
  std::string command;  // the config's
  std::vector<WarningSummary> warnings;
  std::vector<EnvironmentSummary> environments;
  std::vector<BuildSummary> builds;
  std::vector<SuiteSummary> suites;
  std::vector<TestSummary> tests;
  std::vector<DesiredSummary> desired;
  std::vector<TaskSummary> tasks;  // newest first, at most 200
};

struct RunSummary {
  RunId id;
  std::string outcome;
  WallTime started_at;
  std::int64_t duration_us = 0;
  TaskId task;
  int attempt = 0;
};
struct StageSummary {
  std::string name, outcome;
  std::int64_t duration_us = 0;
};
struct AttemptSummary {
  int number = 0;
  std::string outcome;  // empty while it is under way
  std::string cause;
  std::optional<int> exit_code;
  bool oom_killed = false;
  WallTime started_at;
  std::optional<WallTime> finished_at;
  std::uint64_t log_bytes = 0, log_dropped = 0;
  std::int64_t artifacts = 0;  // files
  std::uint64_t artifact_bytes = 0;
  std::vector<std::string> warnings;  // what was not kept of its artifacts
  std::optional<WallTime> log_removed_at, artifacts_removed_at;  // by retention
  std::string place;         // "container", "sandbox"; empty where nothing ran (yet)
  std::string place_reason;  // why there, one sentence; of runs of tests
};
// Where a run's log comes from: its own part as "markers" or the "report" give it, or the "whole"
// log of the attempt; "none" where there is none, or no more.
struct RunLogSummary {
  std::string kind;
  std::uint64_t bytes = 0;
  std::optional<WallTime> removed_at;  // by retention
};
struct ArtifactSummary {
  std::string path;  // below TEST_ARTIFACTS
  std::uint64_t bytes = 0;
  std::string type;  // a media type that is safe to serve it as
};
struct ArtifactsPage {
  Revision revision = 0;
  TaskId task;
  int attempt = 0;
  std::uint64_t bytes = 0;                 // of all
  std::vector<ArtifactSummary> artifacts;  // by path
  std::vector<std::string> warnings;       // what was not kept, and why
  std::optional<WallTime> removed_at;      // by retention
};
struct RunPage {
  Revision revision = 0;
  std::string repo;
  CommitSummary commit;
  RunSummary run;
  std::vector<std::string> condition;  // as DesiredSummary::condition
  TestId test;
  std::string suite, path, name;
  std::string message;
  std::vector<StageSummary> stages;
  AttemptSummary attempt;
  RunLogSummary log;
  // Of this test at this commit under the same condition, newest first, at most 500.
  std::vector<RunSummary> siblings;
  Counts counts;  // of this test at this commit
};
struct TaskRun {
  RunId id;
  std::string suite, path, name, outcome;
  std::int64_t duration_us = 0;
};
struct TaskPage {
  Revision revision = 0;
  std::string repo;
  CommitSummary commit;
  TaskSummary task;
  std::vector<AttemptSummary> attempts;  // oldest first
  std::vector<TaskRun> runs;             // failures first, at most 1000
};

struct EnginePage {
  Revision revision = 0;
  std::string version;   // of TestLooper
  std::string executor;  // "docker 20.10.24"; empty where there is none
  std::string executor_error;
  std::string places{};  // of runs: which there are, and why no others; one sentence
  std::int64_t slots = 0;
  WallTime started_at;
  WallTime answered_at;   // the server's clock, for how long until something starts
  bool draining = false;  // no task is started, until somebody says so
  std::int64_t waiting_total = 0;
  std::vector<TaskSummary> running;   // starting ones too
  std::vector<TaskSummary> waiting;   // next first, as many as were asked for
  std::vector<TaskSummary> finished;  // newest first, at most 50
};

// How far a request for runs has come; `testlooper run --wait` asks for it.
struct RequestPage {
  Revision revision = 0;
  std::string repo, sha;
  DesiredSummary desired;
  bool finished = false;          // nothing is left to do
  std::string error;              // why nothing could be run: a failed preparation, no test matches
  Counts counts;                  // of the runs of this request
  std::int64_t in_sandboxes = 0;  // of them
  std::string place_reason;       // of the newest: why it was where it was
  std::vector<TaskRun> failures;  // at most 100
};

// What retention keeps, and what it would remove now.
struct RetentionUse {
  std::string repo;  // empty: of all together
  std::string kind;  // "logs", "failed_logs", "artifacts", "layers", "images"
  std::int64_t days = 0, max_count = 0, max_mb = 0;  // the rule; 0: no limit
  std::int64_t count = 0;
  std::uint64_t bytes = 0;
  std::int64_t going = 0;  // of them, those that would go now
  std::uint64_t going_bytes = 0;
};
struct RetentionItem {
  std::string repo, kind;
  std::string what;  // "attempt 2 of task 5", or an image
  std::uint64_t bytes = 0;
  WallTime since;
  std::string why;  // "older than 30 days"
};
struct RetentionRun {
  WallTime at;
  std::int64_t removed = 0;
  std::uint64_t bytes = 0;
  std::string error;  // why something is left; empty where all went well
};
struct RetentionPage {
  Revision revision = 0;
  std::int64_t period_s = 0;  // between two runs
  std::uint64_t disk_free_bytes = 0, disk_total_bytes = 0, disk_reserve_bytes = 0;
  std::uint64_t store_bytes = 0;  // of the database's files
  std::string paused;             // why no new work is taken; empty where it is
  std::string error;              // why images are left out; empty where they are not
  std::vector<RetentionUse> uses;
  std::vector<RetentionItem> going;  // at most 200
  std::optional<RetentionRun> last_run;
};

// Which tests of a commit a selection means.
struct MatchedTest {
  TestId test;
  std::string suite, path, name;
};
struct MatchPage {
  Revision revision = 0;
  std::string repo, sha;
  std::int64_t listed = 0;  // tests of the commit
  std::int64_t matching = 0;
  std::vector<MatchedTest> tests;  // the first of them
};

struct RuleSummary {
  BranchRule rule;
  std::string filter_text;  // for people
};
struct RulesPage {
  Revision revision = 0;
  std::string repo;
  std::vector<RuleSummary> rules;  // the first that fits a branch counts
};

struct AuditLine {
  AuditId id;
  WallTime at;
  std::string who, action;
  std::string repo;  // empty where it is of none, or of one that is gone
  std::string subject, detail;
};
struct AuditPage {
  Revision revision = 0;
  std::vector<AuditLine> entries;  // newest first
  bool more = false;
  std::vector<std::string> people, actions;  // that there are, to choose from
};

}  // namespace testlooper::pages
