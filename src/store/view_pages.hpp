// The pages, one function each, in the file of its name. They run in a read transaction of the
// given connection; `now` is for what is due or of today.
#pragma once

#include <string>

#include "testlooper/domain/compare_page.hpp"
#include "testlooper/domain/flaky_page.hpp"
#include "testlooper/domain/retention.hpp"
#include "testlooper/ports/views.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

Result<pages::ReposPage> repos_page(Connection& db, WallTime now);
Result<pages::BranchPage> branch_page(Connection& db, const BranchQuery& query);
Result<pages::CommitPage> commit_page(Connection& db, const std::string& repo,
                                      const std::string& name);
Result<pages::TestPage> test_page(Connection& db, const TestQuery& query);
Result<ListedPair> listed_pair(Connection& db, const CompareQuery& query);
Result<pages::FlakyPage> flaky_page(Connection& db, const FlakyQuery& query, WallTime now);
Result<pages::ClustersPage> clusters_page(Connection& db, const std::string& repo);
Result<pages::ClusterPage> cluster_page(Connection& db, const std::string& repo,
                                        const std::string& key);
Result<pages::QuarantinePage> quarantine_page(Connection& db, const std::string& repo,
                                              WallTime now);
Result<pages::MatchPage> match_page(Connection& db, const MatchQuery& query);
Result<pages::RulesPage> rules_page(Connection& db, const std::string& repo);
Result<pages::TokensPage> tokens_page(Connection& db, WallTime now);
Result<pages::SessionsPage> sessions_page(Connection& db, WallTime now);
Result<pages::AuditPage> audit_page(Connection& db, const AuditQuery& query);
Result<pages::TaskPage> task_page(Connection& db, TaskId id);
Result<pages::RunPage> run_page(Connection& db, RunId id);
Result<pages::RequestPage> request_page(Connection& db, DesiredId id);
Result<pages::EnginePage> engine_page(Connection& db, const EngineQuery& query);
Result<pages::MonitoringPage> monitoring_page(Connection& db);
Result<pages::BranchSummary> branch_head(Connection& db, const std::string& repo,
                                         const std::string& branch);
Result<AttemptLog> attempt_log(Connection& db, AttemptKey attempt);
Holdings holdings(Connection& db, int limit);
std::vector<NeededImage> needed_images(Connection& db);
std::vector<KeptBuild> kept_builds(Connection& db);
Result<RunLogPlace> run_log(Connection& db, RunId run);
Result<pages::ArtifactsPage> artifacts_page(Connection& db, AttemptKey attempt);
Result<std::vector<NewExperiment>> new_experiments(Connection& db,
                                                   const ExperimentRequest& request);
Result<pages::ExperimentsPage> experiments_page(Connection& db, const ExperimentsQuery& query,
                                                WallTime now);
Result<pages::ExperimentPage> experiment_page(Connection& db, ExperimentId id, WallTime now);
Result<pages::ExperimentExport> experiment_export(Connection& db, ExperimentId id, WallTime now);

}  // namespace testlooper::store
