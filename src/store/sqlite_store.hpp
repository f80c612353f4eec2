// The store in one SQLite file. This is the only connection that writes and checkpoints; it belongs
// to the engine's thread. Pages read through SqliteViews. What a transaction can do is in the
// *_changes.cpp files.
#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <string>

#include "testlooper/ports/store.hpp"

namespace testlooper::store {

class Assessor;
class Connection;
class RangeCache;

class SqliteStore : public Store {
 public:
  // Makes the file where it is missing, and brings its schema up to date. Throws StoreFault where
  // the file is damaged, of a newer program, or can't be written.
  static std::unique_ptr<SqliteStore> open(const std::filesystem::path& file);
  // Lives as long as the object; for tests and the simulator.
  static std::unique_ptr<SqliteStore> in_memory();
  ~SqliteStore() override;

  // 32 hex digits, drawn when the store was made: tells our containers from another server's.
  std::string instance_id();
  // Where builds' outputs are; any other volume with our label is nobody's.
  std::set<std::string> artifact_volumes();

  Committed commit(const Changes& changes, WallTime now) override;
  std::vector<RepoState> repos() override;
  std::vector<CommitId> unsettled_commits() override;
  std::vector<LineagePair> due_lineages(int limit) override;
  Result<LineageQuery> lineage_query(const LineagePair& pair) override;
  CommitState commit_state(CommitId commit) override;
  std::optional<CommitId> find_commit(RepoId repo, const std::string& sha) override;
  std::optional<KnownWish> wish(DesiredId id) override;
  std::optional<ExperimentState> experiment(ExperimentId id) override;
  std::vector<ExperimentId> open_experiments() override;
  std::optional<Task> task(TaskId id) override;
  std::vector<Task> tasks_in(TaskState state, int limit) override;
  std::vector<ReadyTask> ready_tasks() override;
  bool draining() override;
  Result<CancelPlan> cancel_plan(const CancelOrder& order) override;
  std::vector<Task> open_tasks(RepoId repo) override;
  std::optional<KnownQuarantine> quarantine(QuarantineId id) override;
  std::int64_t quarantined(RepoId repo) override;
  std::string test_id_text(TestId test) override;
  std::optional<Error> import_problem(const change::ReportImported& report) override;
  FlakyStep assess_flaky(int limit) override;
  std::optional<KnownToken> token(TokenId id) override;
  std::optional<KnownSession> session(SessionId id) override;
  std::int64_t standing_tokens() override;
  std::int64_t lasting_admins() override;
  PurgeStep purge(RepoId repo, int rows) override;
  // A starting or running task has begun its newest attempt: then it is that one, not the next.
  Assignment assignment(const Task& task) override;

 private:
  explicit SqliteStore(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> db_;
  std::unique_ptr<Assessor> assessor_;
  std::unique_ptr<RangeCache> ranges_;
};

}  // namespace testlooper::store
