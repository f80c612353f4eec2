// Pages with every member set, so that nothing is checked by its default.
#pragma once

#include "testlooper/domain/compare_page.hpp"
#include "testlooper/domain/experiment_page.hpp"
#include "testlooper/domain/monitoring.hpp"
#include "testlooper/domain/pages.hpp"
#include "testlooper/domain/test_page.hpp"

namespace testlooper::testing {

inline constexpr const char* kSampleSha = "1234567890123456789012345678901234567890";

pages::CommitSummary sample_commit();
pages::TaskSummary sample_task();
pages::TaskSummary sample_waiting_task();  // 6
pages::ReposPage sample_repos_page();
pages::BranchPage sample_branch_page();
pages::CommitPage sample_commit_page();
pages::RunPage sample_run_page();
pages::TestPage sample_test_page();
pages::ComparePage sample_compare_page();
pages::TaskPage sample_task_page();
pages::EnginePage sample_engine_page();
pages::MonitoringPage sample_monitoring_page();
pages::ArtifactsPage sample_artifacts_page();
pages::RetentionPage sample_retention_page();
pages::RequestPage sample_request_page();
pages::ExperimentPage sample_experiment_page();  // a bisection, 3
pages::ExperimentsPage sample_experiments_page();
pages::ExperimentExport sample_experiment_export();

}  // namespace testlooper::testing
