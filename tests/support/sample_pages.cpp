#include "support/sample_pages.hpp"

namespace testlooper::testing {
namespace {

constexpr Revision kRevision = 77;

pages::StepSummary sample_step() { return {"failed", "the image can't be pulled", TaskId{5}}; }
pages::Counts sample_counts() { return {1, 2, 3, 4, 5, 6, 7, 8, 9}; }
pages::AttemptSummary sample_attempt() {
  return {2,
          "failed",
          "exit code 1",
          1,
          true,
          WallTime{1000},
          WallTime{2000},
          4096,
          7,
          3,
          1000,
          {"the artifact 'pipe' was not kept: it is a FIFO"},
          WallTime{5000},
          std::nullopt,
          "sandbox",
          "the request wants sandboxes"};
}
pages::RunSummary sample_run() { return {RunId{41}, "failed", WallTime{1000}, 1500, TaskId{5}, 2}; }
pages::DesiredSummary sample_desired() {
  return {DesiredId{8},
          "request",
          "web",
          "suite unit",
          "sandbox",
          10,
          0,
          50,
          0,
          30,
          20,
          6,
          4,
          WallTime{900},
          {},
          {"order=reverse"}};
}

}  // namespace

pages::CommitSummary sample_commit() {
  return {.id = CommitId{3},
          .sha = kSampleSha,
          .parents = {std::string(40, 'a'), std::string(40, 'b')},
          .subject = "say \"hi\" to \xc3\xa4\\\n\x01",
          .author = "Ada",
          .committed_at = WallTime{1'700'000'000'000},
          .status = pages::Status::failed,
          .error = "the plan has no suites",
          .tests = 12,
          .failing = 1,
          .flaky = 2,
          .runs_done = 20,
          .runs_wanted = 30};
}

pages::TaskSummary sample_task() {
  return {TaskId{5},
          "run_tests",
          "running",
          "",
          "first attempt lost",
          "demo",
          kSampleSha,
          "a commit",
          "unit",
          12,
          1,
          2,
          WallTime{900},
          WallTime{950},
          std::nullopt,
          std::nullopt,
          std::nullopt};
}

pages::TaskSummary sample_waiting_task() {
  auto task = sample_task();
  task.id = TaskId{6};
  task.state = "ready";
  task.cause = "";
  task.attempts = 0;
  task.started_at = std::nullopt;
  return task;
}

pages::ReposPage sample_repos_page() {
  pages::RepoSummary demo;
  demo.name = "demo";
  demo.source = "/srv/demo.git";
  demo.origin = "config";
  demo.state = "ready";
  demo.config_path = ".testlooper/config.yaml";
  demo.branch_prefix = "release/";
  demo.primary_branch = "main";
  demo.scan_depth = 30;
  demo.fetch_period_s = 90;
  demo.primary = {{"main", sample_commit(), true}};
  demo.branches = 3;
  demo.runs_today = 40;
  demo.tasks_running = 1;
  demo.tasks_waiting = 2;
  demo.flaky_days = {1, 2, 4};
  pages::RepoSummary broken;
  broken.name = "broken";
  broken.source = "/nowhere";
  broken.origin = "api";
  broken.state = "error";
  broken.error = "is not a repository";
  return {
      kRevision, {demo, broken}, {{"old", "/srv/old.git", false, "ci.yaml", "", "main", 9, 60}}};
}

pages::BranchPage sample_branch_page() {
  return {kRevision,
          "demo",
          "main",
          {{"main", sample_commit(), true}, {"feature/x", std::nullopt, false}},
          {sample_commit()},
          true,
          {{TestId{9}, "unit", "test_a.py", "test_one", "~", {{0, 3, 10}}}}};
}

pages::CommitPage sample_commit_page() {
  pages::TestSummary failing{TestId{9},       "unit",   "test_a.py", "test_one", {"slow", "net"},
                             sample_counts(), "failed", "absent",    3,          1500,
                             RunId{41},       RunId{41}};
  pages::TestSummary fresh{.test = TestId{10},
                           .suite = "unit",
                           .path = "",
                           .name = "test_two",
                           .labels = {},
                           .counts = {},
                           .verdict = "none",
                           .parent_verdict = "none",
                           .last_run = std::nullopt,
                           .last_failure = std::nullopt};
  return {kRevision,
          "demo",
          sample_commit(),
          "subject\n\nbody",
          {"main"},
          {"ok", "", TaskId{4}},
          sample_step(),
          "debian:12",
          "./plan.sh",
          {{"config.yaml:3", "`primary_branch` should be `primary-branch`"}},
          {{"default", "debian:12", "", sample_step(), sample_step()},
           {"cloud", "", "an ami", sample_step(), std::nullopt}},
          {{"app", "default", "build:1", 4096, kSampleSha, sample_step()}},
          {{"unit", "unit", "default", 12, 600, sample_step()},
           {"perf", "perf", "default", 0, std::nullopt, {"waiting", "", std::nullopt}}},
          {failing, fresh},
          {sample_desired()},
          {sample_task()}};
}

pages::RunPage sample_run_page() {
  return {kRevision,
          "demo",
          sample_commit(),
          sample_run(),
          {"cpus=0.5", "TZ=Asia/Tokyo"},
          TestId{9},
          "unit",
          "test_a.py",
          "test_one",
          "assert 1 == 2",
          {{"setup", "passed", 10}, {"call", "failed", 1490}},
          sample_attempt(),
          {"markers", 120, std::nullopt},
          {sample_run()},
          sample_counts()};
}

pages::ArtifactsPage sample_artifacts_page() {
  return {kRevision,
          TaskId{5},
          2,
          1000,
          {{"core/dump", 900, "application/octet-stream"},
           {"notes \"1\" \xc3\xa4.txt", 100, "text/plain; charset=utf-8"}},
          {"the artifact 'pipe' was not kept: it is a FIFO"},
          std::nullopt};
}

pages::RetentionPage sample_retention_page() {
  return {kRevision,
          3600,
          5ull << 30,
          20ull << 30,
          1ull << 30,
          3ull << 30,
          "the disk is low",
          "docker is away",
          {{"demo", "logs", 30, 0, 2048, 7, 9ull << 20, 1, 1 << 20},
           {"", "layers", 0, 0, 0, 0, 0, 0, 0}},
          {{"demo", "logs", "attempt 2 of task 5", 1 << 20, WallTime{900}, "older than 30 days"}},
          pages::RetentionRun{WallTime{800}, 3, 2048, "it can't be removed"}};
}

pages::TestPage sample_test_page() {
  pages::TestPage page;
  page.revision = kRevision;
  page.repo = "demo";
  page.branch = "main";
  page.test = TestId{9};
  page.suite = "unit";
  page.path = "test_a.py";
  page.name = "test_one";
  page.labels = {"slow"};
  page.names = {{TestId{9}, "test_a.py", "test_one"}, {TestId{4}, "test_b.py", "test_one"}};
  page.commits = {{.id = CommitId{3},
                   .sha = kSampleSha,
                   .subject = "a commit",
                   .committed_at = WallTime{1'700'000'000'000},
                   .counts = {.passed = 1, .failed = 1, .timed_out = 1},
                   .verdict = "flaky",
                   .runs = 3,
                   .failures = 2,
                   .mean_us = 1500,
                   .named = 0},
                  {.id = CommitId{2},
                   .sha = std::string(40, 'c'),
                   .subject = "the commit before",
                   .committed_at = WallTime{1'699'000'000'000},
                   .counts = {},
                   .verdict = "none",
                   .named = 1}};
  page.last_sha = kSampleSha;
  page.runs = {{RunId{41}, 0, Outcome::failed, WallTime{1000}, 1500},
               {RunId{40}, 0, Outcome::timed_out, WallTime{900}, 1400}};
  return page;
}

pages::ComparePage sample_compare_page() {
  pages::ComparePage page;
  page.revision = kRevision;
  page.repo = "demo";
  page.base = {.sha = std::string(40, 'b'),
               .subject = "before",
               .committed_at = WallTime{1'699'000'000'000},
               .parents = {},
               .tests = 2,
               .listed = true,
               .unlisted = {}};
  page.head = {.sha = kSampleSha,
               .subject = "a commit",
               .committed_at = WallTime{1'700'000'000'000},
               .parents = {page.base.sha},
               .tests = 2,
               .listed = false,
               .unlisted = {"slow"}};
  page.totals = {{"newly_failing", 1}, {"same", 1}};
  page.tests.push_back({.test = TestId{9},
                        .suite = "unit",
                        .path = "test_a.py",
                        .name = "test_one",
                        .change = "newly_failing",
                        .continues = "renamed",
                        .was = TestId{7},
                        .was_path = "test_a.py",
                        .was_name = "test_uno",
                        .base = pages::Counts{.passed = 3},
                        .head = pages::Counts{.failed = 2},
                        .base_verdict = "passed",
                        .head_verdict = "failed"});
  return page;
}

pages::TaskPage sample_task_page() {
  auto under_way = sample_attempt();
  under_way.outcome = "";
  under_way.exit_code = std::nullopt;
  under_way.finished_at = std::nullopt;
  return {kRevision,
          "demo",
          sample_commit(),
          sample_task(),
          {sample_attempt(), under_way},
          {{RunId{41}, "unit", "test_a.py", "test_one", "timed_out", 1500}}};
}

pages::MonitoringPage sample_monitoring_page() {
  pages::MonitoringPage page;
  page.repos.push_back(
      {"demo", {{"failed", 12}, {"passed", 3400}}, 2, sample_branch_page().branches});
  page.tasks = {{"waiting", 7}, {"ready", 3}, {"starting", 1}, {"running", 2}};
  page.durations.push_back({"run_tests", {5, 4, 3, 2, 0, 0, 0, 0, 1}, 4'012'345});
  return page;
}

pages::EnginePage sample_engine_page() {
  auto finished = sample_task();
  finished.state = "finished";
  finished.outcome = "infra";
  finished.finished_at = WallTime{2000};
  pages::EnginePage page;
  page.revision = kRevision;
  page.draining = true;
  page.waiting_total = 1;
  page.running = {sample_task()};
  page.waiting = {sample_waiting_task()};
  page.finished = {finished};
  return page;
}

pages::RequestPage sample_request_page() {
  return {kRevision,
          "demo",
          kSampleSha,
          sample_desired(),
          true,
          "no test matches",
          sample_counts(),
          20,
          "the request wants sandboxes",
          {{RunId{41}, "unit", "test_a.py", "test_one", "crashed", 1500}}};
}

pages::ExperimentPage sample_experiment_page() {
  pages::ExperimentPage page;
  page.revision = kRevision;
  page.experiment = {.id = ExperimentId{3},
                     .kind = "bisect",
                     .standing = "decided",
                     .verdict = "culprit",
                     .answer = "1234567890 made it fail more often",
                     .watched = true,
                     .repo = "demo",
                     .test = TestId{9},
                     .suite = "unit",
                     .path = "test_a.py",
                     .name = "test_one",
                     .question = "which commit made it fail more often",
                     .runs = 40,
                     .failures = 4,
                     .max_runs = 1'000,
                     .requested_by = "cli",
                     .created_at = WallTime{1'000},
                     .ended_at = WallTime{61'000}};
  page.bad = kSampleSha;
  page.confidence = .95;
  page.in_flight_most = 8;
  page.passed = 36;
  page.rate = .1;
  page.rate_low = .04;
  page.rate_high = .22;
  page.more_runs = 12;
  page.ran_ms = 60'000;
  page.runs_per_minute = 40;
  page.test_us = 1'500;
  const pages::DiagnosisArmSummary often{"with TZ=Asia/Tokyo", {"TZ=Asia/Tokyo"}, 8, 8, .7, 1};
  const pages::DiagnosisArmSummary seldom{"alone", {"order=alone"}, 8, 0, 0, .2};
  const pages::DiagnosisFactorSummary zone{"zone", "confirmed", "", often, seldom, 4'000};
  page.diagnosis = {.effort = 1,
                    .factors = {zone},
                    .found = zone,
                    .tests = {"a.py::t"},
                    .reproduce_run = "testlooper run",
                    .reproduce_docker = "docker run",
                    .needs_checkout = true,
                    .reproduced = often};
  page.arms = {{.desired = DesiredId{8},
                .arm = "cpus .1",
                .sha = kSampleSha,
                .subject = "a commit",
                .wanted = 40,
                .done = 40,
                .in_flight = 1,
                .given_up = 0,
                .skipped = 0,
                .runs = 40,
                .failures = 4,
                .rate_low = .04,
                .rate_high = .22,
                .obstacle = ""}};
  page.range = 1;
  page.commits_run = 1;
  page.none = .02;
  page.rate_after = .1;
  page.commits = {{kSampleSha, "a commit", .98, 40, 4, "candidate"}};
  page.failures = {{RunId{41}, kSampleSha, "failed", WallTime{2'000}, 1'500}};
  return page;
}

pages::ExperimentsPage sample_experiments_page() {
  return {kRevision, {sample_experiment_page().experiment}, true};
}

pages::ExperimentExport sample_experiment_export() {
  return {"9.9",
          sample_experiment_page(),
          {{RunId{41}, kSampleSha, "cpus .1", "failed", WallTime{2'000}, 1'500, TaskId{5}, 1}},
          false,
          {{kSampleSha, {}, true, 40, 4}},
          {{kSampleSha, "cpus .1", {"cpus=0.1", "order=alone"}}},
          {"tests/a.py::test_x"},
          2};
}

}  // namespace testlooper::testing
