// What a transaction of the store can do: values, so that reactors can return them, tests can
// compare them, and a log can print them. A list of changes is committed whole or not at all.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/domain/assignment.hpp"
#include "testlooper/domain/audit.hpp"
#include "testlooper/domain/branch_rule.hpp"
#include "testlooper/domain/commit_state.hpp"
#include "testlooper/domain/experiment.hpp"
#include "testlooper/domain/lineage.hpp"
#include "testlooper/domain/login.hpp"
#include "testlooper/domain/repo.hpp"
#include "testlooper/domain/retention.hpp"
#include "testlooper/domain/task.hpp"
#include "testlooper/domain/test.hpp"

namespace testlooper::change {

// Adds the repository, brings it back, or brings its stored specification up to date.
struct RepoConfigured {
  RepoSpec spec;
  std::string git_dir;
  RepoOrigin origin = RepoOrigin::config;
};
// Nothing of it is shown or tested from now on. `purge`: its data are to go, too.
struct RepoRemoved {
  RepoId repo;
  bool purge = false;
};
// A push was announced; acknowledged to the sender once this is committed. A known delivery_id
// changes nothing.
struct PushReceived {
  RepoId repo;
  Push push;
};
// The refs were looked at after these pushes arrived.
struct PushesHandled {
  RepoId repo;
  PushId up_to;
};
struct RepoFailed {
  RepoId repo;
  std::string error;  // "" clears it
};
// Commits may be known already; then they are left as they are.
struct CommitsFound {
  RepoId repo;
  std::vector<CommitInfo> commits;  // parents before children
};
// Branches and tags are now exactly these; heads that vanished are marked as deleted.
struct RefsSet {
  RepoId repo;
  std::map<std::string, std::string> branches;
  std::map<std::string, std::string> tags;
  std::string primary_branch;
};
// A branch rule's wish is stored once a commit, whichever branches lead to it.
struct Desired {
  RepoId repo;
  std::string sha;
  DesiredTesting wish;
};
// The wish is now this; its source and its commit stay. Whoever lowers it leaves to the reactors
// what has not started.
struct DesiredChanged {
  DesiredId desired;
  DesiredTesting wish;
};
// Nothing more is wanted of it; what was measured stays. DesiredChanged takes it up again.
struct DesiredStopped {
  DesiredId desired;
};
// The repository's rules are now exactly these, in this order; one without an id is added. Commits
// that still have work left from a changed rule get no more than it says now.
struct RulesSet {
  RepoId repo;
  std::vector<BranchRule> rules;
};
// This due time of the rule's schedule was acted upon; there is one such change for it, ever.
struct ScheduleFired {
  RuleId rule;
  WallTime due;
};
// The runs that these tests have had at the commit so far no longer count; tallies stay.
struct ResultsCleared {
  CommitId commit;
  std::vector<TestId> tests;
};
// Who did what: goes with the changes that it tells of, into the same transaction.
struct Audited {
  AuditEntry entry;
};
// Takes the place of what stands for the test, under whichever name.
struct Quarantined {
  RepoId repo;
  TestId test;
  std::string owner, reason, who;
  WallTime expires_at;
};
// What a report of another system says of tests at a commit. The suite need not be one of the
// plan's.
struct ReportImported {
  RepoId repo;
  CommitId commit;
  std::string suite;
  std::string environment;                 // "" is the suite's own
  std::string source, attempt, file, who;  // for people
  std::string digest;                      // of the report: the same is not taken twice
  std::vector<TestResult> results;
};
struct QuarantineRemoved {
  QuarantineId id;
};
// It runs from now on.
struct ExperimentCreated {
  NewExperiment spec;
};
// The time that it ran until now is added up where it was running.
struct ExperimentMoved {
  ExperimentId experiment;
  ExperimentStanding standing = ExperimentStanding::running;
  std::string verdict;
  std::string answer;
  bool watched = false;
};
// It asks for more than before: the test, the kind and the commits stay.
struct ExperimentExtended {
  ExperimentId experiment;
  ExperimentQuestion question;
  std::int64_t max_runs = 0;
};
struct TaskCreated {
  NewTask task;
};
// The row as core::transition left it.
struct TaskMoved {
  TaskId task;
  TaskState from = TaskState::ready;
  TaskState to = TaskState::ready;
  Outcome outcome = Outcome::passed;
  std::string cause;
  int attempts = 0;
  int infra_attempts = 0;
  WallTime not_before;
  std::optional<CancelScope> cancelling;
};
// The intent to start; stored before docker hears of it.
struct AttemptStarted {
  AttemptKey attempt;
};
struct AttemptEnded {
  AttemptKey attempt;
  AttemptEnd end;
};
struct ConfigRecorded {
  CommitId commit;
  ConfigRead read;
};
struct ConfigFailed {
  CommitId commit;
  std::string error;
};
// An image, or a set-up layer. Where its identity is another than before, what was made on it is
// forgotten, so that it is made again when it is needed.
struct ImageRecorded {
  RepoId repo;
  ImageKey key;
  ImageBuilt built;
  ImageKey base;  // of a set-up layer: the image below it
};
struct ImageFailed {
  RepoId repo;
  ImageKey key;
  std::string error;
};
// Docker lost it; it will be made again.
struct ImageForgotten {
  RepoId repo;
  ImageKey key;
};
struct ArtifactRecorded {
  RepoId repo;
  KeptArtifact artifact;
  std::uint64_t bytes = 0;
  ImageKey base;  // what it was built on
};
struct ArtifactFailed {
  RepoId repo;
  ArtifactKey key;
  std::string error;
};
// Docker lost its volume; it will be built again. Nothing changes where another volume has taken
// its place meanwhile.
struct ArtifactForgotten {
  RepoId repo;
  KeptArtifact artifact;
};
struct PlanRecorded {
  CommitId commit;
  PlanGenerated generated;
};
struct PlanFailed {
  CommitId commit;
  std::string error;
};
struct TestsRecorded {
  SuiteId suite;
  TestsListed listed;
};
struct ListFailed {
  SuiteId suite;
  std::string error;
  bool too_big = false;  // for the host: forgotten as soon as there is another
};
// A due pair of commits was compared: these tests go on under another name. One that could not be
// compared has none; it is due again when somebody retries the commit.
struct LineageFound {
  LineagePair pair;
  std::vector<ContinuedTest> continued;
  std::string error;  // why it could not be; "" where it was
};
// Runs with their roll-ups and the tally of the wish they serve.
struct RunsRecorded {
  AttemptKey attempt;
  TestsRun run;
};
// The machine failed this task for good: its tests will not be tried again for this wish.
struct RunsGivenUp {
  TaskId task;
  std::int64_t done = 0;  // runs of each of its tests that are measured all the same
};
// The reactors found nothing to do and nothing in flight: no need to look again until another
// change touches the commit. The only change that touches nothing.
struct CommitSettled {
  CommitId commit;
};
// Forgets stored errors of preparation, so that it is tried again.
struct CommitRetried {
  CommitId commit;
};

// Retention decided that these go. Their files are removed after this is committed.
struct HoldingGoing {
  HoldingId id;
  std::string why;
};
struct HoldingsGoing {
  std::vector<HoldingGoing> holdings;
};
// Their files are removed.
struct HoldingsGone {
  std::vector<HoldingId> holdings;
};
// Retention is about to remove these images, by their references; whoever needs one has it made.
struct ImagesForgotten {
  std::vector<std::string> references;
};
// Retention is about to remove these outputs; whoever needs one has it built again. Their volumes
// are named in what the commit of this returns, as far as they are still the outputs' own.
struct BuildOutput {
  RepoId repo;
  KeptArtifact artifact;
};
struct BuildsForgotten {
  std::vector<BuildOutput> outputs;
};
// What the host has, at each start.
struct HostDescribed {
  Resources capacity;
  int containers = 0;  // at once, at most
};

struct TokenCreated {
  NewToken token;
  std::string by;
};
// Its sessions go with it.
struct TokenRevoked {
  TokenId token;
};
// Sessions that have expired go at the same time.
struct SessionStarted {
  NewSession session;
};
struct SessionEnded {
  SessionId session;
};
struct LoginUsed {
  TokenId token;
  SessionId session;  // 0: the token itself was shown
};

// Somebody has the engine start no tasks, or start them again.
struct DrainSet {
  bool draining = false;
};

}  // namespace testlooper::change

namespace testlooper {

using Change = std::variant<
    change::RepoConfigured, change::RepoRemoved, change::PushReceived, change::PushesHandled,
    change::RepoFailed, change::CommitsFound, change::RefsSet, change::Desired,
    change::DesiredChanged, change::DesiredStopped, change::RulesSet, change::ScheduleFired,
    change::ResultsCleared, change::Audited, change::Quarantined, change::QuarantineRemoved,
    change::ReportImported, change::ExperimentCreated, change::ExperimentMoved,
    change::ExperimentExtended, change::TaskCreated, change::TaskMoved, change::AttemptStarted,
    change::AttemptEnded, change::ConfigRecorded, change::ConfigFailed, change::ImageRecorded,
    change::ImageFailed, change::ImageForgotten, change::ArtifactRecorded, change::ArtifactFailed,
    change::ArtifactForgotten, change::PlanRecorded, change::PlanFailed, change::TestsRecorded,
    change::ListFailed, change::LineageFound, change::RunsRecorded, change::RunsGivenUp,
    change::CommitSettled, change::CommitRetried, change::HoldingsGoing, change::HoldingsGone,
    change::ImagesForgotten, change::BuildsForgotten, change::HostDescribed, change::DrainSet,
    change::TokenCreated, change::TokenRevoked, change::SessionStarted, change::SessionEnded,
    change::LoginUsed>;
using Changes = std::vector<Change>;

}  // namespace testlooper

// Compiled once, in core: it takes seconds a file.
extern template class std::vector<testlooper::Change>;
