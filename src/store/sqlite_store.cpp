#include "store/sqlite_store.hpp"

#include <algorithm>
#include <variant>

#include "testlooper/base/check.hpp"

#include "store/assess.hpp"
#include "store/assignment.hpp"
#include "store/cancel.hpp"
#include "store/changes.hpp"
#include "store/column.hpp"
#include "store/commit_state.hpp"
#include "store/experiment_changes.hpp"
#include "store/experiments.hpp"
#include "store/imports.hpp"
#include "store/json.hpp"
#include "store/lineage.hpp"
#include "store/logins.hpp"
#include "store/migrations.hpp"
#include "store/names.hpp"
#include "store/purge.hpp"
#include "store/range_cache.hpp"
#include "store/rules.hpp"
#include "store/tasks.hpp"
#include "store/wishes.hpp"

namespace testlooper::store {
namespace {

RepoState read_repo(const Query& row) {
  RepoState state;
  state.repo.id = row.id<RepoId>(0);
  auto& spec = state.repo.spec;
  spec.name = row.text(1);
  spec.source = row.text(2);
  spec.config_path = row.text(3);
  spec.branch_prefix = row.text(4);
  spec.primary_branch = row.text(5);
  spec.scan_depth = row.small(6);
  state.repo.git_dir = row.text(7);
  state.last_push = row.id<PushId>(8);
  state.pending_push = row.boolean(9);
  state.primary_branch = row.text(10);
  state.origin = repo_origin(row.view(11));
  state.standing = repo_standing(row.view(12));
  spec.fetch_period_s = row.small(13);
  state.proven = row.boolean(14);
  return state;
}

#define TL_SELECT_HEAD_WISHES(source)                                                     \
  "SELECT DISTINCT b.sha, d.id, d.filter, d.runs, d.fail_runs, d.flake_runs, d.new_runs," \
  " d.requested_by, d.rule_id, d.stopped_at IS NOT NULL, c.id FROM repo_branches b"       \
  " JOIN repo_commits c ON c.repo_id = b.repo_id AND c.sha = b.sha"                       \
  " LEFT JOIN test_desired d ON d.commit_id = c.id AND d.source = '" source               \
  "' WHERE b.repo_id = ? AND b.deleted_at IS NULL"

DesiredTesting read_wish(const Query& row) {
  DesiredTesting wish;
  wish.filter = parse_json<TestFilter>(row.view(2));
  wish.counts = {row.integer(3), row.integer(4), row.integer(5), row.integer(6)};
  wish.requested_by = row.text(7);
  wish.rule = row.optional_id<RuleId>(8);
  return wish;
}

std::map<std::string, HeadWish> head_wishes(Connection& db, RepoId repo) {
  std::map<std::string, HeadWish> heads;
  auto rows = db.query(TL_SELECT_HEAD_WISHES("branch_rule"), repo);
  while (rows.next()) {
    auto& head = heads[rows.text(0)];
    if (!rows.is_null(1)) head = {rows.id<DesiredId>(1), read_wish(rows), rows.boolean(9)};
  }
  return heads;
}

IdleWish read_idle_wish(const Query& row) {
  IdleWish idle{row.id<DesiredId>(1), row.id<CommitId>(10), read_wish(row), row.boolean(9)};
  idle.wish.source = DesiredSource::idle;
  return idle;
}

// Of the heads.
std::map<std::string, IdleWish> idle_wishes(Connection& db, RepoId repo) {
  std::map<std::string, IdleWish> heads;
  auto rows = db.query(TL_SELECT_HEAD_WISHES("idle"), repo);
  while (rows.next()) {
    if (!rows.is_null(1)) heads.emplace(rows.text(0), read_idle_wish(rows));
  }
  return heads;
}

// Of repositories that are sorted by id, one that is there.
RepoState& repo_of(std::vector<RepoState>& repos, RepoId id) {
  return *std::ranges::lower_bound(repos, id, {},
                                   [](const RepoState& each) { return each.repo.id; });
}

// Those that allow runs, whether they are of heads or not: few.
void add_open_idle_wishes(Connection& db, std::vector<RepoState>& repos) {
  auto rows = db.query(
      "SELECT c.sha, d.id, d.filter, d.runs, d.fail_runs, d.flake_runs, d.new_runs,"
      " d.requested_by, d.rule_id, 0, c.id, c.repo_id"
      " FROM test_desired d INDEXED BY test_desired_idle_open"
      " CROSS JOIN repo_commits c ON c.id = d.commit_id"
      " WHERE d.source = 'idle' AND d.runs > 0 AND d.stopped_at IS NULL");
  while (rows.next()) {
    repo_of(repos, rows.id<RepoId>(11)).idle_wishes.emplace(rows.text(0), read_idle_wish(rows));
  }
}

// Those that have not had all yet, or whose tests are not known.
void add_schedule_wishes(Connection& db, std::vector<RepoState>& repos) {
  auto rows = db.query(
      "SELECT d.id, c.sha, coalesce(d.rule_id, 0), c.repo_id"
      " FROM test_desired d INDEXED BY test_desired_schedule_open"
      " CROSS JOIN repo_commits c ON c.id = d.commit_id"
      " WHERE d.source = 'schedule' AND d.stopped_at IS NULL"
      " AND (d.done + d.given_up < d.wanted OR d.tests = 0) ORDER BY d.id");
  while (rows.next()) {
    auto& repo = repo_of(repos, rows.id<RepoId>(3));
    repo.schedule_wishes.push_back({rows.id<DesiredId>(0), rows.text(1), rows.id<RuleId>(2)});
  }
}

}  // namespace

SqliteStore::SqliteStore(std::unique_ptr<Connection> connection)
    : db_(std::move(connection)),
      assessor_(std::make_unique<Assessor>(*db_)),
      ranges_(std::make_unique<RangeCache>()) {
  migrate(*db_);
  keep_missing_columns(*db_);
}
SqliteStore::~SqliteStore() = default;

std::unique_ptr<SqliteStore> SqliteStore::open(const std::filesystem::path& file) {
  return std::unique_ptr<SqliteStore>(
      new SqliteStore(std::make_unique<Connection>(file, Access::write)));
}

std::unique_ptr<SqliteStore> SqliteStore::in_memory() {
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::make_unique<Connection>()));
}

std::string SqliteStore::instance_id() {
  auto row = db_->query("SELECT id FROM engine_instance");
  row.next();
  return row.text(0);
}

std::set<std::string> SqliteStore::artifact_volumes() {
  std::set<std::string> volumes;
  auto rows = db_->query("SELECT volume FROM engine_outputs WHERE state = 'ok'");
  while (rows.next()) volumes.insert(rows.text(0));
  return volumes;
}

Committed SqliteStore::commit(const Changes& changes, WallTime now) {
  Transaction transaction{*db_, Transaction::Kind::write};
  Applying in{*db_, now};
  for (const auto& change : changes) {
    std::visit([&](const auto& each) { apply(in, each); }, change);
  }
  for (const auto& commit : in.recount) recount_wishes(*db_, commit);
  recount_wishes(*db_, in.recount_wishes);
  find_experiments(in);
  // Last, because a commit that is touched in the same transaction is not settled.
  for (const auto& commit : in.touched) {
    db_->run("UPDATE repo_commits SET settled = 0 WHERE id = ? AND settled = 1", commit);
  }
  const auto revision =
      db_->number("UPDATE engine_instance SET revision = revision + 1 RETURNING revision");
  std::vector<ReadyTask> ready;
  for (const auto& id : in.ready) {
    if (auto task = read_ready_task(*db_, id)) ready.push_back(std::move(*task));
  }
  transaction.commit();
  std::vector<CommitId> touched{in.touched.begin(), in.touched.end()};
  ranges_->changed(changes, touched);
  return {static_cast<Revision>(revision),
          std::move(touched),
          std::move(in.desired),
          std::move(ready),
          std::move(in.dropped_volumes),
          {in.experiments.begin(), in.experiments.end()},
          std::move(in.created),
          in.token,
          in.session};
}

std::vector<RepoState> SqliteStore::repos() {
  std::vector<RepoState> repos;
  auto rows = db_->query(
      "SELECT r.id, r.name, r.source, r.config_path, r.branch_prefix, r.configured_primary,"
      " r.scan_depth, r.git_dir,"
      " (SELECT coalesce(max(p.id), 0) FROM repo_pushes p WHERE p.repo_id = r.id),"
      " EXISTS (SELECT 1 FROM repo_pushes p WHERE p.repo_id = r.id AND p.handled = 0),"
      " r.primary_branch, r.origin, r.standing, r.fetch_period_s, r.was_read AND r.error = ''"
      " FROM repo_repos r ORDER BY r.id");
  while (rows.next()) {
    auto state = read_repo(rows);
    auto heads =
        db_->query("SELECT name, sha FROM repo_branches WHERE repo_id = ? AND deleted_at IS NULL",
                   state.repo.id);
    while (heads.next()) state.heads.emplace(heads.text(0), heads.text(1));
    state.rules = rules_of(*db_, state.repo.id);
    state.head_wishes = head_wishes(*db_, state.repo.id);
    state.idle_wishes = idle_wishes(*db_, state.repo.id);
    repos.push_back(std::move(state));
  }
  add_open_idle_wishes(*db_, repos);
  add_schedule_wishes(*db_, repos);
  return repos;
}

std::vector<CommitId> SqliteStore::unsettled_commits() {
  std::vector<CommitId> commits;
  auto rows = db_->query(
      "SELECT c.id FROM repo_commits c JOIN repo_repos r ON r.id = c.repo_id"
      " WHERE c.settled = 0 AND r.standing = 'active'"
      " AND EXISTS (SELECT 1 FROM test_desired d WHERE d.commit_id = c.id) ORDER BY c.id");
  while (rows.next()) commits.push_back(rows.id<CommitId>(0));
  return commits;
}

std::vector<LineagePair> SqliteStore::due_lineages(int limit) {
  return store::due_lineages(*db_, limit);
}

Result<LineageQuery> SqliteStore::lineage_query(const LineagePair& pair) {
  return store::lineage_query(*db_, pair);
}

CommitState SqliteStore::commit_state(CommitId commit) { return read_commit_state(*db_, commit); }

std::optional<CommitId> SqliteStore::find_commit(RepoId repo, const std::string& sha) {
  const CommitId commit{
      db_->number("SELECT id FROM repo_commits WHERE repo_id = ? AND sha = ?", repo, sha)};
  return commit ? std::optional{commit} : std::nullopt;
}

std::optional<KnownWish> SqliteStore::wish(DesiredId id) {
  auto row = db_->query(
      "SELECT c.repo_id FROM test_desired d JOIN repo_commits c ON c.id = d.commit_id"
      " WHERE d.id = ?",
      id);
  if (!row.next()) return std::nullopt;
  auto wish = read_wish_row(*db_, id).value();
  return KnownWish{row.id<RepoId>(0), wish.commit, std::move(wish.wish), wish.stopped};
}

std::optional<ExperimentState> SqliteStore::experiment(ExperimentId id) {
  return read_experiment(*db_, id, ranges_.get());
}

std::vector<ExperimentId> SqliteStore::open_experiments() { return store::open_experiments(*db_); }

std::optional<Task> SqliteStore::task(TaskId id) { return read_task(*db_, id); }

std::vector<Task> SqliteStore::tasks_in(TaskState state, int limit) {
  return read_tasks_in(*db_, state, limit);
}

std::vector<ReadyTask> SqliteStore::ready_tasks() { return read_ready_tasks(*db_); }

bool SqliteStore::draining() { return read_draining(*db_); }

Result<CancelPlan> SqliteStore::cancel_plan(const CancelOrder& order) {
  return read_cancel_plan(*db_, order);
}
std::vector<Task> SqliteStore::open_tasks(RepoId repo) { return read_open_tasks(*db_, repo); }

std::optional<KnownQuarantine> SqliteStore::quarantine(QuarantineId id) {
  auto row = db_->query(
      "SELECT repo_id, test_id FROM test_quarantine WHERE id = ? AND removed_at IS NULL", id);
  if (!row.next()) return std::nullopt;
  return KnownQuarantine{row.id<RepoId>(0), test_id_text(row.id<TestId>(1))};
}

std::int64_t SqliteStore::quarantined(RepoId repo) {
  return db_->number(
      "SELECT count(*) FROM test_quarantine WHERE repo_id = ? AND removed_at IS NULL", repo);
}

std::string SqliteStore::test_id_text(TestId test) {
  auto row = db_->query("SELECT suite, path, name FROM test_tests WHERE id = ?", test);
  TL_CHECK(row.next());
  return row.text(0) + "/" + TestName{row.text(1), row.text(2)}.id();
}

std::optional<Error> SqliteStore::import_problem(const change::ReportImported& report) {
  return store::import_problem(*db_, report);
}
std::optional<KnownToken> SqliteStore::token(TokenId id) { return read_token(*db_, id); }
std::optional<KnownSession> SqliteStore::session(SessionId id) { return read_session(*db_, id); }
std::int64_t SqliteStore::standing_tokens() { return store::standing_tokens(*db_); }
std::int64_t SqliteStore::lasting_admins() { return store::lasting_admins(*db_); }

FlakyStep SqliteStore::assess_flaky(int limit) { return assessor_->step(limit); }

PurgeStep SqliteStore::purge(RepoId repo, int rows) {
  ranges_->clear();
  return purge_repo(*db_, repo, rows);
}

Assignment SqliteStore::assignment(const Task& task) { return make_assignment(*db_, task); }

}  // namespace testlooper::store
