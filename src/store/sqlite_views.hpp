// The pages, read from the store's file over connections that never write. A page is read in one
// transaction, so all of it is of its revision. Each page has a view_*.cpp. Any thread.
#pragma once

#include <filesystem>

#include "testlooper/ports/clock.hpp"
#include "testlooper/ports/comparer.hpp"
#include "testlooper/ports/retention.hpp"
#include "testlooper/ports/views.hpp"

#include "store/read_pool.hpp"

namespace testlooper::store {

class SqliteViews : public Views, public HoldingsReader, public ListsReader {
 public:
  // The file must have been opened by a SqliteStore before the first page is read.
  SqliteViews(std::filesystem::path file, const Clock& clock);

  Result<Revision> revision() override;
  Result<pages::ReposPage> repos() override;
  Result<pages::BranchPage> branch(const BranchQuery& query) override;
  Result<pages::CommitPage> commit(const std::string& repo, const std::string& name) override;
  Result<pages::TestPage> test(const TestQuery& query) override;
  Result<TestId> test_named(const std::string& repo, const std::string& name) override;
  Result<std::vector<TestName>> names_in_suite(const std::string& repo,
                                               const std::string& suite) override;
  Result<pages::FlakyPage> flaky(const FlakyQuery& query) override;
  Result<pages::ClustersPage> clusters(const std::string& repo) override;
  Result<pages::ClusterPage> cluster(const std::string& repo, const std::string& key) override;
  Result<pages::QuarantinePage> quarantine(const std::string& repo) override;
  Result<pages::MatchPage> match(const MatchQuery& query) override;
  Result<pages::RulesPage> rules(const std::string& repo) override;
  Result<pages::AuditPage> audit(const AuditQuery& query) override;
  Result<std::optional<KnownLogin>> token_login(const std::string& hash_start) override;
  Result<std::optional<KnownLogin>> session_login(const std::string& hash_start) override;
  Result<pages::TokensPage> tokens() override;
  Result<pages::SessionsPage> sessions() override;
  Result<pages::TaskPage> task(TaskId id) override;
  Result<pages::RunPage> run(RunId id) override;
  Result<pages::RequestPage> request(DesiredId id) override;
  Result<pages::EnginePage> engine(const EngineQuery& query) override;
  Result<pages::MonitoringPage> monitoring() override;
  Result<pages::BranchSummary> branch_head(const std::string& repo,
                                           const std::string& branch) override;
  Result<AttemptLog> attempt_log(AttemptKey attempt) override;
  Result<RunLogPlace> run_log(RunId id) override;
  Result<pages::ArtifactsPage> artifacts(AttemptKey attempt) override;
  Result<std::vector<NewExperiment>> new_experiments(const ExperimentRequest& request) override;
  Result<pages::ExperimentsPage> experiments(const ExperimentsQuery& query) override;
  Result<pages::ExperimentPage> experiment(ExperimentId id) override;
  Result<pages::ExperimentExport> experiment_export(ExperimentId id) override;

  Result<ListedPair> listed_pair(const CompareQuery& query) override;

  Result<Holdings> holdings(int limit) override;
  Result<std::vector<NeededImage>> needed_images() override;
  Result<std::vector<KeptBuild>> kept_builds() override;

 private:
  template <typename Read>
  auto read(const Read& read_page) -> decltype(read_page(std::declval<Connection&>()));

  ReadPool pool_;
  const Clock& clock_;
};

}  // namespace testlooper::store
