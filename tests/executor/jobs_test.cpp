#include "executor/jobs.hpp"

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

namespace testlooper::executor {
namespace {

Assignment assignment_of(TaskKind kind) {
  Assignment assignment;
  assignment.attempt = {{1234}, 2};
  assignment.kind = kind;
  assignment.image_key = "named:python:3.10";
  assignment.config = Config{};
  assignment.config->command = "python plan.py --output ${TEST_PLAN_OUTPUT}";
  assignment.config->variables = {{"PYTHONPATH", "${REPO_ROOT}/src"}};
  assignment.environment = Environment{};
  assignment.environment->variables = {{"HOME_OF", "${REPO_ROOT}"}, {"REPO_ROOT", "/elsewhere"}};
  assignment.suite = Suite{};
  assignment.suite->list_tests = "list";
  assignment.suite->run_tests = "run";
  assignment.tests = {{"a.py", "t1"}, {"", "bare"}};
  return assignment;
}

TEST(Jobs, ThePlanCommandGetsItsVariablesAndItsOutput) {
  const auto job = container_job(assignment_of(TaskKind::generate_plan), {});
  EXPECT_EQ(job.image, "python:3.10");
  EXPECT_EQ(job.variables.at("PYTHONPATH"), "/testlooper/repo/src");
  EXPECT_EQ(job.variables.at("TEST_PLAN_OUTPUT"), kPlanPath);
  EXPECT_TRUE(job.outputs.contains(kPlanPath));
  EXPECT_EQ(job.log_path, "logs/1/1234-2.log");
}

TEST(Jobs, OurOwnVariablesAreNeverOverridden) {
  const auto job = container_job(assignment_of(TaskKind::list_tests), {});
  EXPECT_EQ(job.variables.at("REPO_ROOT"), "/testlooper/repo");
  EXPECT_EQ(job.variables.at("HOME_OF"), "/testlooper/repo");
  EXPECT_EQ(job.variables.at("TEST_LIST"), kListPath);
}

TEST(Jobs, SelectedTestsAreALineEachAndAllTestsAreNoFileAtAll) {
  auto assignment = assignment_of(TaskKind::run_tests);
  const auto some = container_job(assignment, {});
  EXPECT_EQ(some.inputs.at(kInputPath), "a.py::t1\nbare\n");
  EXPECT_EQ(some.variables.at("TEST_INPUT"), kInputPath);
  assignment.all_tests = true;
  const auto all = container_job(assignment, {});
  EXPECT_TRUE(all.inputs.empty());
  EXPECT_FALSE(all.variables.contains("TEST_INPUT"));
  EXPECT_EQ(all.variables.at("TEST_OUTPUT"), kReportPath);
}

TEST(Jobs, ResourcesAndTheTimeLimitAreTheSuites) {
  auto assignment = assignment_of(TaskKind::run_tests);
  assignment.environment->min_cores = 64;
  assignment.environment->min_ram_gb = 0.5;
  assignment.suite->timeout = Seconds{30};
  const auto job = container_job(assignment, {.cores = 2, .with_docker_repos = {}});
  EXPECT_DOUBLE_EQ(job.cpus, 2);
  EXPECT_EQ(job.memory_bytes, 512LL << 20);
  EXPECT_EQ(job.timeout, Seconds{30});
}

TEST(Jobs, CustomSetupIsRunOnceAndItsContainerKept) {
  auto assignment = assignment_of(TaskKind::set_up);
  assignment.product = "setup:1";
  assignment.environment->custom_setup = "pip install -e .";
  const auto job = container_job(assignment, {});
  EXPECT_EQ(job.command, "pip install -e .");
  EXPECT_EQ(job.variables.at("HOME_OF"), "/testlooper/repo");
  EXPECT_TRUE(job.keep_as.starts_with("testlooper/setup:"));
  assignment.kind = TaskKind::run_tests;
  assignment.image_key = "setup:1";
  const auto run = container_job(assignment, {});
  EXPECT_EQ(run.image, job.keep_as);
  EXPECT_EQ(run.command, "run");
  EXPECT_EQ(run.keep_as, "");
}

TEST(Jobs, ABuildFillsItsOutputAndFindsItsDependencies) {
  auto assignment = assignment_of(TaskKind::build);
  assignment.build = Build{"app", "linux", {{"lib", "/lib"}}, "make", std::nullopt};
  assignment.mounts = {{{"build:1", "volume-1"}, "/lib"}};
  const auto job = container_job(assignment, {});
  EXPECT_EQ(job.command, "make");
  EXPECT_EQ(job.variables.at("BUILD_OUTPUT"), kOutputFolder);
  EXPECT_EQ(job.output_bytes, limits::kBuildOutputBytes);
  EXPECT_EQ(job.timeout, Seconds{limits::kBuildTimeoutSeconds});
  ASSERT_EQ(job.mounts.size(), 1u);
  EXPECT_EQ(job.mounts[0].volume, "volume-1");
  EXPECT_EQ(job.mounts[0].path, "/lib");
}

TEST(Jobs, OnlyTestRunsGoToSandboxes) {
  HostLimits host;
  host.isolation = Isolation::sandbox;
  EXPECT_EQ(container_job(assignment_of(TaskKind::run_tests), host).place, Place::sandbox);
  EXPECT_EQ(container_job(assignment_of(TaskKind::list_tests), host).place, Place::container);
  EXPECT_EQ(container_job(assignment_of(TaskKind::run_tests), {}).place, Place::container);
}

TEST(Jobs, RepeatedTestsHaveACommandAndACountOfTheirOwn) {
  auto assignment = assignment_of(TaskKind::run_tests);
  assignment.suite->repeat_tests = "repeat";
  EXPECT_EQ(container_job(assignment, {}).command, "run");
  EXPECT_FALSE(container_job(assignment, {}).variables.contains("TEST_COUNT"));
  assignment.repeats = 40;
  EXPECT_EQ(container_job(assignment, {}).command, "repeat");
  EXPECT_EQ(container_job(assignment, {}).variables.at("TEST_COUNT"), "40");
}

TEST(Jobs, ListingAndRunningFindDependenciesToo) {
  for (const auto kind : {TaskKind::list_tests, TaskKind::run_tests}) {
    auto assignment = assignment_of(kind);
    assignment.mounts = {{{"build:1", "volume-1"}, "/lib"}};
    EXPECT_EQ(container_job(assignment, {}).mounts.size(), 1u);
    EXPECT_EQ(container_job(assignment, {}).output_bytes, 0u);
  }
}

TEST(Jobs, DockersSocketNeedsBothTheRepositorysWishAndTheOperatorsLeave) {
  auto assignment = assignment_of(TaskKind::run_tests);
  assignment.repo.spec.name = "trusted";
  const HostLimits leave{.cores = 1, .with_docker_repos = {"trusted"}};
  EXPECT_FALSE(container_job(assignment, leave).with_docker) << "nobody asked";
  assignment.environment->image.with_docker = true;
  EXPECT_TRUE(container_job(assignment, leave).with_docker);
  EXPECT_FALSE(container_job(assignment, {}).with_docker) << "nobody allowed it";
}

TEST(Jobs, WhereDockerIsNotAllowedPeopleAreTold) {
  const HostLimits leave{.cores = 1, .with_docker_repos = {"trusted"}};
  ImageSpec image;
  EXPECT_FALSE(refused_docker(leave, "other", "env", image)) << "nobody asked";
  image.with_docker = true;
  EXPECT_FALSE(refused_docker(leave, "trusted", "env", image));
  EXPECT_EQ(refused_docker(leave, "other", "env", image).value().message,
            "environment 'env': with-docker: the operator has not allowed it for this repository "
            "(with_docker_repos); commands run without docker");
  EXPECT_TRUE(
      refused_docker(leave, "other", "", image).value().message.starts_with("with-docker: "));
}

TEST(Jobs, LayersAreSharedByContentOnly) {
  EXPECT_EQ(source_tag("named:a", "", "t1"), source_tag("named:a", "", "t1"));
  EXPECT_NE(source_tag("named:a", "", "t1"), source_tag("named:a", "", "t2"));
  EXPECT_NE(source_tag("named:a", "", "t1"), source_tag("named:b", "", "t1"));
  EXPECT_NE(source_tag("named:a", "sha256:1", "t1"), source_tag("named:a", "sha256:2", "t1"))
      << "the tag was moved";
}

}  // namespace
}  // namespace testlooper::executor
