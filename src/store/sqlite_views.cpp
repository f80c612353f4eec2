#include "store/sqlite_views.hpp"

#include <utility>

#include "store/imports.hpp"
#include "store/logins.hpp"
#include "store/view_lab.hpp"
#include "store/view_pages.hpp"
#include "store/view_parts.hpp"

namespace testlooper::store {

SqliteViews::SqliteViews(std::filesystem::path file, const Clock& clock)
    : pool_(std::move(file)), clock_(clock) {}

template <typename Read>
auto SqliteViews::read(const Read& read_page) -> decltype(read_page(std::declval<Connection&>())) {
  try {
    auto lease = pool_.take();
    try {
      const Transaction snapshot{lease.connection(), Transaction::Kind::read};
      return read_page(lease.connection());
    } catch (...) {
      lease.discard();
      throw;
    }
  } catch (const StoreFault& fault) {
    return unavailable(fault.what());
  }
}

Result<Revision> SqliteViews::revision() {
  return read([](Connection& db) -> Result<Revision> { return read_revision(db); });
}

Result<pages::ReposPage> SqliteViews::repos() {
  return read([&](Connection& db) { return repos_page(db, clock_.wall()); });
}

Result<pages::BranchPage> SqliteViews::branch(const BranchQuery& query) {
  return read([&](Connection& db) { return branch_page(db, query); });
}

Result<pages::CommitPage> SqliteViews::commit(const std::string& repo, const std::string& name) {
  return read([&](Connection& db) { return commit_page(db, repo, name); });
}

Result<pages::TestPage> SqliteViews::test(const TestQuery& query) {
  return read([&](Connection& db) { return test_page(db, query); });
}

Result<TestId> SqliteViews::test_named(const std::string& repo, const std::string& name) {
  return read([&](Connection& db) -> Result<TestId> {
    const auto row = find_repo(db, repo);
    if (!row) return std::unexpected(row.error());
    return find_test(db, *row, name);
  });
}

Result<std::vector<TestName>> SqliteViews::names_in_suite(const std::string& repo,
                                                          const std::string& suite) {
  return read([&](Connection& db) -> Result<std::vector<TestName>> {
    const auto row = find_repo(db, repo);
    if (!row) return std::unexpected(row.error());
    return store::names_in_suite(db, row->id, suite);
  });
}

Result<pages::FlakyPage> SqliteViews::flaky(const FlakyQuery& query) {
  return read([&](Connection& db) { return flaky_page(db, query, clock_.wall()); });
}

Result<pages::ClustersPage> SqliteViews::clusters(const std::string& repo) {
  return read([&](Connection& db) { return clusters_page(db, repo); });
}

Result<pages::ClusterPage> SqliteViews::cluster(const std::string& repo, const std::string& key) {
  return read([&](Connection& db) { return cluster_page(db, repo, key); });
}

Result<pages::QuarantinePage> SqliteViews::quarantine(const std::string& repo) {
  return read([&](Connection& db) { return quarantine_page(db, repo, clock_.wall()); });
}

Result<pages::MatchPage> SqliteViews::match(const MatchQuery& query) {
  return read([&](Connection& db) { return match_page(db, query); });
}

Result<ListedPair> SqliteViews::listed_pair(const CompareQuery& query) {
  return read([&](Connection& db) { return testlooper::store::listed_pair(db, query); });
}

Result<pages::RulesPage> SqliteViews::rules(const std::string& repo) {
  return read([&](Connection& db) { return rules_page(db, repo); });
}

Result<std::optional<KnownLogin>> SqliteViews::token_login(const std::string& hash_start) {
  return read([&](Connection& db) {
    return Result<std::optional<KnownLogin>>{store::token_login(db, hash_start)};
  });
}

Result<std::optional<KnownLogin>> SqliteViews::session_login(const std::string& hash_start) {
  return read([&](Connection& db) {
    return Result<std::optional<KnownLogin>>{store::session_login(db, hash_start)};
  });
}

Result<pages::TokensPage> SqliteViews::tokens() {
  return read([&](Connection& db) { return tokens_page(db, clock_.wall()); });
}

Result<pages::SessionsPage> SqliteViews::sessions() {
  return read([&](Connection& db) { return sessions_page(db, clock_.wall()); });
}

Result<pages::AuditPage> SqliteViews::audit(const AuditQuery& query) {
  return read([&](Connection& db) { return audit_page(db, query); });
}

Result<pages::TaskPage> SqliteViews::task(TaskId id) {
  return read([&](Connection& db) { return task_page(db, id); });
}

Result<pages::RunPage> SqliteViews::run(RunId id) {
  return read([&](Connection& db) { return run_page(db, id); });
}

Result<pages::RequestPage> SqliteViews::request(DesiredId id) {
  return read([&](Connection& db) { return request_page(db, id); });
}

Result<pages::EnginePage> SqliteViews::engine(const EngineQuery& query) {
  return read([&](Connection& db) { return engine_page(db, query); });
}

Result<pages::MonitoringPage> SqliteViews::monitoring() {
  return read([](Connection& db) { return monitoring_page(db); });
}

Result<pages::BranchSummary> SqliteViews::branch_head(const std::string& repo,
                                                      const std::string& branch) {
  return read([&](Connection& db) { return store::branch_head(db, repo, branch); });
}

Result<AttemptLog> SqliteViews::attempt_log(AttemptKey attempt) {
  return read([&](Connection& db) { return store::attempt_log(db, attempt); });
}

Result<RunLogPlace> SqliteViews::run_log(RunId id) {
  return read([&](Connection& db) { return store::run_log(db, id); });
}

Result<pages::ArtifactsPage> SqliteViews::artifacts(AttemptKey attempt) {
  return read([&](Connection& db) { return artifacts_page(db, attempt); });
}

Result<std::vector<NewExperiment>> SqliteViews::new_experiments(const ExperimentRequest& request) {
  return read([&](Connection& db) { return store::new_experiments(db, request); });
}

Result<pages::ExperimentsPage> SqliteViews::experiments(const ExperimentsQuery& query) {
  return read([&](Connection& db) { return experiments_page(db, query, clock_.wall()); });
}

Result<pages::ExperimentPage> SqliteViews::experiment(ExperimentId id) {
  return read([&](Connection& db) { return experiment_page(db, id, clock_.wall()); });
}

Result<pages::ExperimentExport> SqliteViews::experiment_export(ExperimentId id) {
  return read([&](Connection& db) { return store::experiment_export(db, id, clock_.wall()); });
}

Result<Holdings> SqliteViews::holdings(int limit) {
  return read([&](Connection& db) -> Result<Holdings> { return store::holdings(db, limit); });
}

Result<std::vector<NeededImage>> SqliteViews::needed_images() {
  return read(
      [](Connection& db) -> Result<std::vector<NeededImage>> { return store::needed_images(db); });
}

Result<std::vector<KeptBuild>> SqliteViews::kept_builds() {
  return read(
      [](Connection& db) -> Result<std::vector<KeptBuild>> { return store::kept_builds(db); });
}

}  // namespace testlooper::store
