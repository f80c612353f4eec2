// The engine's side of the store: one writer, called from the engine's thread alone. Every method
// throws StoreFault where the disk fails: the engine stops taking work then, and says so.
#pragma once

#include <optional>
#include <stdexcept>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/result.hpp"
#include "testlooper/base/time.hpp"
#include "testlooper/domain/cancel.hpp"
#include "testlooper/domain/change.hpp"
#include "testlooper/domain/commit_state.hpp"
#include "testlooper/domain/login.hpp"
#include "testlooper/domain/repo.hpp"
#include "testlooper/domain/task.hpp"

namespace testlooper {

// The disk is full or broken, or the file is damaged. Not survivable in place.
struct StoreFault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What committing a list of changes led to.
struct Committed {
  Revision revision = 0;
  std::vector<CommitId> touched;   // commits whose state the reactors should look at again
  std::vector<DesiredId> desired;  // ids given to change::Desired, in their order
  std::vector<ReadyTask> ready;    // tasks that this made ready
  std::vector<std::string> dropped_volumes;  // of artifacts that are no longer known
  std::vector<ExperimentId> experiments;     // to be looked at again
  std::vector<ExperimentId> created;         // ids given to change::ExperimentCreated
  TokenId token;                             // given to change::TokenCreated
  SessionId session;                         // given to change::SessionStarted
};

// What a branch rule wants of a branch's head.
struct HeadWish {
  DesiredId id;  // 0: nothing
  DesiredTesting wish;
  bool stopped = false;
};

// What idle room may be used for at a commit.
struct IdleWish {
  DesiredId id;
  CommitId commit;
  DesiredTesting wish;
  bool stopped = false;
};

// What a rule's schedule wanted of a commit, and has not had yet.
struct ScheduleWish {
  DesiredId id;
  std::string sha;
  RuleId rule;  // 0: it was removed since
};

// A wish, as whoever changes it needs it.
struct KnownWish {
  RepoId repo;
  CommitId commit;
  DesiredTesting wish;
  bool stopped = false;
};

struct RepoState {
  Repo repo;
  RepoOrigin origin = RepoOrigin::config;
  RepoStanding standing = RepoStanding::active;
  bool proven = false;                          // it could be read, when it was looked at last
  std::map<std::string, std::string> heads;     // branch -> sha, without deleted ones
  std::string primary_branch;                   // what the refs led to
  std::vector<BranchRule> rules;                // in their order
  std::map<std::string, HeadWish> head_wishes;  // of each head whose commit is stored
  std::map<std::string, IdleWish> idle_wishes;  // by sha: of heads, and those that still allow runs
  std::vector<ScheduleWish> schedule_wishes;    // of any commit, oldest first
  PushId last_push;                             // the newest that was announced
  bool pending_push = false;                    // an announced push is not handled yet
};

// How far the deleting of a repository is.
struct PurgeStep {
  bool waits = false;  // its logs and artifacts are on the disk yet; nothing was deleted
  bool gone = false;   // nothing is left of it
  Revision revision = 0;
  std::vector<std::string> dropped_volumes{};  // of builds' outputs: nobody's from now on
};

// A test that is quarantined, whether that has expired or not.
struct KnownQuarantine {
  RepoId repo;
  std::string test;  // its id
};

// How far the assessing of flaky tests is.
struct FlakyStep {
  bool assessed = false;  // some were: pages that list them have changed
  bool more = false;      // others may be due
  Revision revision = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  // All of them in one transaction, or none. A change that names a row which does not exist is a
  // programmer's mistake and asserts.
  virtual Committed commit(const Changes& changes, WallTime now) = 0;

  // Removed ones too.
  virtual std::vector<RepoState> repos() = 0;
  // Commits of active repositories that are wanted and have work left, or that nobody has looked at
  // since.
  virtual std::vector<CommitId> unsettled_commits() = 0;
  virtual CommitState commit_state(CommitId commit) = 0;
  // Commits of active repositories whose tests are to be compared with a parent's, newest first:
  // both are listed, and each has tests that the other has not.
  virtual std::vector<LineagePair> due_lineages(int limit) = 0;
  // Errors: invalid, where more than limits::kLineageListed tests differ.
  virtual Result<LineageQuery> lineage_query(const LineagePair& pair) = 0;
  // The commit of this full id, where it is stored.
  virtual std::optional<CommitId> find_commit(RepoId repo, const std::string& sha) = 0;
  virtual std::optional<KnownWish> wish(DesiredId id) = 0;
  virtual std::optional<ExperimentState> experiment(ExperimentId id) = 0;
  // Those of active repositories that run, and those that are watched.
  virtual std::vector<ExperimentId> open_experiments() = 0;
  virtual std::optional<Task> task(TaskId id) = 0;
  // Priority, newest commit first, then id.
  virtual std::vector<Task> tasks_in(TaskState state, int limit) = 0;
  // All of them, without what only their attempts need.
  virtual std::vector<ReadyTask> ready_tasks() = 0;
  // As change::DrainSet left it; false at first.
  virtual bool draining() = 0;
  // Errors: not_found. The task of a CancelTask is given whatever its state is.
  virtual Result<CancelPlan> cancel_plan(const CancelOrder& order) = 0;
  // The repository's unfinished tasks.
  virtual std::vector<Task> open_tasks(RepoId repo) = 0;
  // Nothing where it was removed.
  virtual std::optional<KnownQuarantine> quarantine(QuarantineId id) = 0;
  // How many stand in the repository.
  virtual std::int64_t quarantined(RepoId repo) = 0;
  // The id of a test that is stored.
  virtual std::string test_id_text(TestId test) = 0;
  // Why the report can't be imported; nothing where it can.
  virtual std::optional<Error> import_problem(const change::ReportImported& report) = 0;
  // Makes of its evidence what is known of each flaky test whose evidence has changed, of at most
  // so many.
  virtual FlakyStep assess_flaky(int limit) = 0;
  // Deletes at most so many rows of a purging repository that has no unfinished task.
  virtual PurgeStep purge(RepoId repo, int rows) = 0;
  // Revoked and expired ones too.
  virtual std::optional<KnownToken> token(TokenId id) = 0;
  virtual std::optional<KnownSession> session(SessionId id) = 0;
  // How many are not revoked.
  virtual std::int64_t standing_tokens() = 0;
  // Of admins, with no end.
  virtual std::int64_t lasting_admins() = 0;
  // Everything an executor needs for the task's next attempt.
  virtual Assignment assignment(const Task& task) = 0;
};

}  // namespace testlooper
