// The pages' side of a store that has one repository, "demo", with the sample pages in it. Tests
// set what they need; any thread may call.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "testlooper/ports/views.hpp"

namespace testlooper::testing {

class FakeViews final : public Views {
 public:
  FakeViews();

  Result<Revision> revision() override;
  Result<pages::ReposPage> repos() override;
  // Branches: those of the sample page, "main" and "feature/x".
  Result<pages::BranchPage> branch(const BranchQuery& query) override;
  // The sample commit, by "main" or the start of its id.
  Result<pages::CommitPage> commit(const std::string& repo, const std::string& name) override;
  // The sample test, by "9" or "test_a.py::test_one".
  Result<pages::TestPage> test(const TestQuery& query) override;
  // The sample pages of flaky tests; the cluster by the start of its key.
  Result<TestId> test_named(const std::string& repo, const std::string& name) override;
  Result<std::vector<TestName>> names_in_suite(const std::string& repo,
                                               const std::string& suite) override;
  Result<pages::FlakyPage> flaky(const FlakyQuery& query) override;
  Result<pages::ClustersPage> clusters(const std::string& repo) override;
  Result<pages::ClusterPage> cluster(const std::string& repo, const std::string& key) override;
  Result<pages::QuarantinePage> quarantine(const std::string& repo) override;
  // Of the sample commit's tests, by their verdict and their id alone.
  Result<pages::MatchPage> match(const MatchQuery& query) override;
  Result<pages::RulesPage> rules(const std::string& repo) override;
  Result<pages::AuditPage> audit(const AuditQuery& query) override;
  // Those that were set.
  Result<std::optional<KnownLogin>> token_login(const std::string& hash_start) override;
  Result<std::optional<KnownLogin>> session_login(const std::string& hash_start) override;
  Result<pages::TokensPage> tokens() override;
  Result<pages::SessionsPage> sessions() override;
  Result<pages::TaskPage> task(TaskId id) override;                     // 5
  Result<pages::RunPage> run(RunId id) override;                        // 41
  Result<pages::RequestPage> request(DesiredId id) override;            // 8
  Result<pages::EnginePage> engine(const EngineQuery& query) override;  // "demo", or all
  Result<pages::MonitoringPage> monitoring() override;
  Result<pages::BranchSummary> branch_head(const std::string& repo,
                                           const std::string& branch) override;
  Result<AttemptLog> attempt_log(AttemptKey attempt) override;
  Result<RunLogPlace> run_log(RunId id) override;                       // 41
  Result<pages::ArtifactsPage> artifacts(AttemptKey attempt) override;  // of attempt 2 of task 5

  // Of the sample test, "9", in "demo" or the only repository.
  Result<std::vector<NewExperiment>> new_experiments(const ExperimentRequest& request) override;
  Result<pages::ExperimentsPage> experiments(const ExperimentsQuery& query) override;
  Result<pages::ExperimentPage> experiment(ExperimentId id) override;  // 3
  Result<pages::ExperimentExport> experiment_export(ExperimentId id) override;

  // A token that stands, or with a session's id a session.
  void add_login(KnownLogin login);
  void remove_login(const std::string& hash);
  std::int64_t logins_looked_up() const;
  std::vector<AuditQuery> audit_queries() const;
  void set_revision(Revision revision);
  void set_log(AttemptKey attempt, AttemptLog log);
  void set_run_log(RunLogPlace place);
  void set_artifacts(pages::ArtifactsPage page);
  void set_request(pages::RequestPage page);
  void set_commit(pages::CommitPage page);
  void set_task(pages::TaskPage page);
  void set_engine(pages::EnginePage page);
  void set_experiment(pages::ExperimentPage page);
  std::vector<ExperimentRequest> experiment_requests() const;
  std::vector<ExperimentsQuery> experiments_queries() const;
  // From now on the store can't be read.
  void break_down(Error error);
  std::vector<BranchQuery> branch_queries() const;
  std::vector<TestQuery> test_queries() const;
  std::vector<EngineQuery> engine_queries() const;
  std::vector<FlakyQuery> flaky_queries() const;

 private:
  Result<std::optional<KnownLogin>> login_of(const std::string& hash_start, bool session);
  template <typename Page>
  Result<Page> answer(bool known, Page page) const;

  mutable std::mutex mutex_;
  std::optional<Error> broken_;
  std::map<std::string, KnownLogin> logins_;  // by hash
  std::int64_t logins_looked_up_ = 0;
  std::vector<AuditQuery> audit_queries_;
  std::optional<Revision> revision_;
  std::map<AttemptKey, AttemptLog> logs_;
  RunLogPlace run_log_;
  pages::ArtifactsPage artifacts_;
  pages::RequestPage request_;
  pages::CommitPage commit_;
  pages::TaskPage task_;
  pages::EnginePage engine_;
  pages::ExperimentPage experiment_;
  std::vector<ExperimentRequest> experiment_requests_;
  std::vector<ExperimentsQuery> experiments_queries_;
  std::vector<BranchQuery> branch_queries_;
  std::vector<TestQuery> test_queries_;
  std::vector<EngineQuery> engine_queries_;
  std::vector<FlakyQuery> flaky_queries_;
};

}  // namespace testlooper::testing
