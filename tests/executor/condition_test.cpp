// What a condition makes of a job, and of what the job leaves.
#include <gtest/gtest.h>

#include "codec/condition_script.hpp"
#include "executor/interpret.hpp"
#include "executor/jobs.hpp"

namespace testlooper::executor {
namespace {

Assignment run_of(std::vector<TestName> tests, Condition condition) {
  Assignment assignment;
  assignment.attempt = {{7}, 1};
  assignment.kind = TaskKind::run_tests;
  assignment.image_key = "named:debian";
  assignment.environment = Environment{};
  assignment.environment->variables = {{"TZ", "UTC"}, {"KEPT", "yes"}};
  assignment.environment->min_ram_gb = 1;
  assignment.suite = Suite{};
  assignment.suite->run_tests = "run";
  assignment.tests = std::move(tests);
  assignment.condition = std::move(condition);
  return assignment;
}

std::string report_of(const std::vector<std::string>& cases) {
  std::string text = "<testsuite>";
  for (const auto& each : cases) {
    const bool fails = each.ends_with('!');
    text += "<testcase file=\"a.py\" name=\"" + each.substr(0, each.size() - (fails ? 1 : 0)) +
            "\">" + (fails ? "<failure message=\"no\"/>" : "") + "</testcase>";
  }
  return text + "</testsuite>";
}

Interpreted interpreted(const Assignment& assignment, const std::vector<std::string>& cases) {
  ContainerEnd end;
  end.exit_code = 0;
  end.outputs[kReportPath] = report_of(cases);
  return interpret_run(end, assignment);
}

const std::vector<TestResult>& results_of(const Interpreted& run) {
  return std::get<TestsRun>(run.product).results;
}

TEST(ConditionOfAJob, ResourcesVariablesAndTheNetworkAreTheContainers) {
  Condition condition;
  condition.cpus = .5;
  condition.memory_mb = 256;
  condition.no_network = true;
  condition.variables = {{"PYTHONHASHSEED", "3"}, {"KEPT", "no"}};
  const auto job =
      container_job(run_of({{"a.py", "t"}}, condition), {.cores = 4, .with_docker_repos = {}});
  EXPECT_EQ(job.cpus, .5);
  EXPECT_EQ(job.memory_bytes, 256 << 20);
  EXPECT_TRUE(job.no_network);
  EXPECT_EQ(job.variables.at("PYTHONHASHSEED"), "3");
  EXPECT_EQ(job.variables.at("KEPT"), "no");
  EXPECT_EQ(job.command, "run") << "nothing of it needs a script";
}

TEST(ConditionOfAJob, AnOrdinaryRunIsAsEver) {
  const auto job = container_job(run_of({{"a.py", "t"}}, {}), {});
  EXPECT_EQ(job.command, "run");
  EXPECT_FALSE(job.no_network);
  EXPECT_FALSE(job.outputs.contains(codec::kUnmetPath));
  EXPECT_EQ(job.memory_bytes, 1 << 30);
}

TEST(ConditionOfAJob, AScriptStartsTheCommandWhereTheContainerAloneCanNot) {
  Condition condition;
  condition.clock = "2028-02-29T23:59:50";
  condition.stress = 2;
  condition.seed = 9;
  const auto job = container_job(run_of({{"a.py", "t"}}, condition), {});
  EXPECT_EQ(job.inputs.at(codec::kCommandPath), "run");
  EXPECT_NE(job.command.find("FAKETIME='@2028-02-29 23:59:50'"), std::string::npos);
  EXPECT_NE(job.command.find("TESTLOOPER_SEED=9"), std::string::npos);
  EXPECT_TRUE(job.outputs.contains(codec::kUnmetPath));
}

TEST(ConditionOfAJob, WhatIsRepeatedIsNamedAsOften) {
  Condition condition;
  condition.repeats = 3;
  condition.order.kind = OrderKind::after;
  auto assignment = run_of({{"a.py", "first"}, {"a.py", "t"}}, condition);
  assignment.companions = {{"a.py", "first"}};
  const auto job = container_job(assignment, {});
  EXPECT_EQ(job.inputs.at(kInputPath), "a.py::first\na.py::t\na.py::t\na.py::t\n");
}

TEST(ConditionOfARun, CompanionsCountForNothing) {
  Condition condition;
  condition.order.kind = OrderKind::original;
  auto assignment = run_of({{"a.py", "before"}, {"a.py", "t"}}, condition);
  assignment.companions = {{"a.py", "before"}};
  const auto run = interpreted(assignment, {"before!", "t", "nobody_listed"});
  ASSERT_EQ(results_of(run).size(), 1u);
  EXPECT_EQ(results_of(run)[0].test.name, "t");
  EXPECT_EQ(results_of(run)[0].outcome, Outcome::passed);
}

TEST(ConditionOfARun, TheLastOfRepeatedRunsCounts) {
  Condition condition;
  condition.repeats = 3;
  const auto run = interpreted(run_of({{"a.py", "t"}}, condition), {"t", "t", "t!"});
  ASSERT_EQ(results_of(run).size(), 1u);
  EXPECT_EQ(results_of(run)[0].outcome, Outcome::failed);
}

TEST(ConditionOfARun, ARunThatWasNotRepeatedMeasuresNothing) {
  Condition condition;
  condition.repeats = 3;
  const auto run = interpreted(run_of({{"a.py", "t"}}, condition), {"t!"});
  EXPECT_TRUE(std::holds_alternative<std::monostate>(run.product));
  EXPECT_EQ(run.end.outcome, Outcome::error);
  EXPECT_EQ(run.end.cause,
            "this condition can't be had: the suite's command ran 'a.py::t' 1 of 3 times that "
            "TEST_INPUT names it");
}

TEST(ConditionOfARun, AConditionThatTheImageCanNotHaveIsNoFailureOfTheTest) {
  Condition condition;
  condition.clock = "+1d";
  ContainerEnd end;
  end.exit_code = 125;
  end.outputs[codec::kUnmetPath] = "clock: the image has no libfaketime\n";
  const auto run = interpret_run(end, run_of({{"a.py", "t"}}, condition));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(run.product));
  EXPECT_EQ(run.end.cause, "this condition can't be had: clock: the image has no libfaketime");
}

TEST(ConditionOfARun, CoresThatDockerCanNotLimitAreSaidAndMeasureNothing) {
  Condition condition;
  condition.cpus = .5;
  ContainerEnd end;
  end.exit_code = 0;
  end.cpus_unlimited = true;
  const auto run = interpret_run(end, run_of({{"a.py", "t"}}, condition));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(run.product));
  EXPECT_EQ(
      run.end.cause,
      "this condition can't be had: cpus: docker can't limit the cores of a container on this "
      "machine");
  // An environment's cores are no condition: there the run counts.
  EXPECT_FALSE(interpret_run(end, run_of({{"a.py", "t"}}, {})).end.cause.contains("can't be had"));
}

}  // namespace
}  // namespace testlooper::executor
