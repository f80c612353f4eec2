#include "executor/interpret.hpp"

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

#include "executor/jobs.hpp"

namespace testlooper::executor {
namespace {

constexpr const char* kJunit = R"(<?xml version="1.0"?>
<testsuite name="s" tests="2">
  <testcase classname="a" file="a.py" name="good" time="0.5"/>
  <testcase classname="a" file="a.py" name="bad"><failure message="1 != 2">trace</failure></testcase>
</testsuite>)";

Assignment run_of(std::vector<TestName> tests) {
  Assignment assignment;
  assignment.kind = TaskKind::run_tests;
  assignment.tests = std::move(tests);
  return assignment;
}

ContainerEnd exit_with(int code) {
  ContainerEnd end;
  end.exit_code = code;
  end.duration = Milliseconds{30'120};
  return end;
}

const TestResult& result_of(const Interpreted& interpreted, const std::string& name) {
  for (const auto& result : std::get<TestsRun>(interpreted.product).results) {
    if (result.test.name == name) return result;
  }
  ADD_FAILURE() << "no result of " << name;
  static const TestResult kNone;
  return kNone;
}

TEST(InterpretRun, TheReportSpeaksAndUnreportedTestsAreErrors) {
  auto container = exit_with(1);
  container.outputs[kReportPath] = kJunit;
  const auto run =
      interpret_run(container, run_of({{"a.py", "good"}, {"a.py", "bad"}, {"a.py", "lost"}}));
  EXPECT_EQ(result_of(run, "good").outcome, Outcome::passed);
  EXPECT_EQ(result_of(run, "bad").outcome, Outcome::failed);
  EXPECT_EQ(result_of(run, "lost").outcome, Outcome::error);
  EXPECT_EQ(run.end.outcome, Outcome::failed);
  EXPECT_EQ(run.end.cause, "2 of 3 tests failed");
}

TEST(InterpretRun, TestsThatNobodyAskedForAreKeptAndSaid) {
  auto container = exit_with(0);
  container.outputs[kReportPath] = R"(<testsuite><testcase file="a.py" name="good"/>
    <testcase file="b.py" name="strange"/><testcase file="b.py" name="strange"/></testsuite>)";
  const auto run = interpret_run(container, run_of({{"a.py", "good"}}));
  EXPECT_EQ(result_of(run, "strange").outcome, Outcome::passed);
  EXPECT_EQ(run.end.outcome, Outcome::passed);
  EXPECT_EQ(run.end.cause, "the report names a test that was not asked for: 'b.py::strange'");
  container.outputs[kReportPath] = R"(<testsuite><testcase file="a.py" name="good"/>
    <testcase file="b.py" name="one"><failure/></testcase>
    <testcase file="b.py" name="two"/></testsuite>)";
  EXPECT_EQ(interpret_run(container, run_of({{"a.py", "good"}})).end.cause,
            "1 of 3 tests failed; the report names 2 tests that were not asked for, such as "
            "'b.py::one'");
}

constexpr const char* kTwoTries = R"(<testsuite>
  <testcase file="a.py" name="good" time="0.5"/>
  <testcase file="a.py" name="good" time="0.4"/>
</testsuite>)";

std::vector<Outcome> outcomes_of_repeats(ContainerEnd container, int repeats) {
  auto assignment = run_of({{"a.py", "good"}});
  assignment.repeats = repeats;
  std::vector<Outcome> outcomes;
  const auto run = interpret_run(container, assignment);
  for (const auto& each : std::get<TestsRun>(run.product).results) outcomes.push_back(each.outcome);
  return outcomes;
}

TEST(InterpretRun, EachReportedTryOfARepeatedTestIsARun) {
  auto container = exit_with(0);
  container.outputs[kReportPath] = kTwoTries;
  const std::vector two{Outcome::passed, Outcome::passed};
  EXPECT_EQ(outcomes_of_repeats(container, 2), two);
  EXPECT_EQ(outcomes_of_repeats(container, 9), two)
      << "the others were not run, so nothing is said";
}

TEST(InterpretRun, TheTryInWhichARepeatedTestDiedIsARunToo) {
  auto container = exit_with(139);
  container.outputs[kReportPath] = kTwoTries;
  EXPECT_EQ(outcomes_of_repeats(container, 9),
            (std::vector{Outcome::passed, Outcome::passed, Outcome::crashed}));
  EXPECT_EQ(outcomes_of_repeats(container, 2).size(), 2u) << "it died when all was over";
  container.outputs.clear();
  EXPECT_EQ(outcomes_of_repeats(container, 9), std::vector{Outcome::crashed});
}

TEST(InterpretRun, AnUnexpectedExitCodeThrowsNoResultAway) {
  auto container = exit_with(5);
  container.outputs[kReportPath] = kJunit;
  const auto run = interpret_run(container, run_of({{"a.py", "good"}}));
  EXPECT_EQ(result_of(run, "good").outcome, Outcome::passed);
  EXPECT_EQ(result_of(run, "bad").outcome, Outcome::failed) << "nobody listed it; it is kept";
}

TEST(InterpretRun, ATimeOutKeepsWhatWasReported) {
  auto container = exit_with(137);
  container.timed_out = true;
  container.outputs[kReportPath] = kJunit;
  const auto run =
      interpret_run(container, run_of({{"a.py", "good"}, {"a.py", "bad"}, {"a.py", "slow"}}));
  EXPECT_EQ(result_of(run, "good").outcome, Outcome::passed);
  EXPECT_EQ(result_of(run, "slow").outcome, Outcome::timed_out);
  EXPECT_EQ(run.end.outcome, Outcome::timed_out);
  EXPECT_EQ(run.end.cause, "the command was ended after 30.1 s, its time limit");
}

TEST(InterpretRun, ADeadProcessMeansCrashedTests) {
  const auto run = interpret_run(exit_with(139), run_of({{"a.py", "t"}}));
  EXPECT_EQ(result_of(run, "t").outcome, Outcome::crashed);
  EXPECT_EQ(run.end.cause, "the command died by signal 11; it left no report at TEST_OUTPUT");
}

TEST(InterpretRun, OutOfMemoryIsToldApartWhateverTheExitCode) {
  auto container = exit_with(3);
  container.oom_killed = true;
  const auto run = interpret_run(container, run_of({{"a.py", "t"}}));
  EXPECT_EQ(result_of(run, "t").outcome, Outcome::crashed);
  EXPECT_NE(run.end.cause.find("too much memory"), std::string::npos);
  EXPECT_TRUE(run.end.oom_killed);
}

TEST(InterpretRun, AMissingCutOversizedOrUnknownReportIsAnErrorWithItsReason) {
  const auto missing = interpret_run(exit_with(0), run_of({{"a.py", "t"}}));
  EXPECT_EQ(result_of(missing, "t").outcome, Outcome::error);
  EXPECT_EQ(missing.end.outcome, Outcome::failed);
  EXPECT_EQ(missing.end.cause, "it left no report at TEST_OUTPUT");

  auto container = exit_with(0);
  container.outputs[kReportPath] = std::string{kJunit}.substr(0, 120);
  const auto cut = interpret_run(container, run_of({{"a.py", "t"}}));
  EXPECT_EQ(result_of(cut, "t").outcome, Outcome::error);
  EXPECT_NE(cut.end.cause.find("report can't be read"), std::string::npos);

  container = exit_with(0);
  container.oversized_outputs = {kReportPath};
  EXPECT_NE(interpret_run(container, run_of({{"a.py", "t"}})).end.cause.find("larger than 64 MB"),
            std::string::npos);
}

TEST(InterpretRun, ACancelledRunMeasuresNothing) {
  auto container = exit_with(137);
  container.cancelled = true;
  const auto run = interpret_run(container, run_of({{"a.py", "t"}}));
  EXPECT_EQ(run.end.outcome, Outcome::cancelled);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(run.product));
}

TEST(InterpretList, TheFileComesBeforeTheStandardOutput) {
  auto container = exit_with(0);
  container.outputs[kListPath] = "t1: {path: a.py}\n";
  const auto list = interpret_list(container, "other: {path: b.py}\n");
  EXPECT_EQ(std::get<TestsListed>(list.product).tests[0].test.id(), "a.py::t1");
}

TEST(InterpretList, AGoodListOutlivesABadExitCode) {
  const auto list = interpret_list(exit_with(5), "t1: {path: a.py}\n");
  EXPECT_EQ(list.end.outcome, Outcome::passed);
  EXPECT_EQ(std::get<TestsListed>(list.product).warnings.size(), 1u);
}

TEST(InterpretList, RubbishOrNothingIsAnErrorThatNamesTheEnd) {
  const auto nothing = interpret_list(exit_with(2), "");
  EXPECT_EQ(nothing.end.outcome, Outcome::failed);
  EXPECT_TRUE(nothing.end.cause.starts_with("the command ended with exit code 2; "));
  const auto rubbish = interpret_list(exit_with(0), "{{{{ what");
  EXPECT_EQ(rubbish.end.outcome, Outcome::failed);
  EXPECT_FALSE(rubbish.end.cause.empty());
}

TEST(InterpretList, ACommandThatFailedIsQuotedWhereItSaysWhy) {
  const auto said = [](std::string_view output) {
    return interpret_list(exit_with(2), std::string(output)).end.cause;
  };
  EXPECT_EQ(said("==== ERRORS ====\nimport serpent\nE   ModuleNotFoundError: No module named "
                 "'serpent'\n=== summary ===\n1 error in 0.2s\n"),
            "the command ended with exit code 2; it said 'ModuleNotFoundError: No module named "
            "'serpent''");
  EXPECT_EQ(said("usage: list [DIR]\n\n"),
            "the command ended with exit code 2; it said 'usage: list [DIR]'");
  EXPECT_EQ(interpret_list(exit_with(0), "usage: list [DIR]\n").end.cause.find("it said"),
            std::string::npos)
      << "one that ended well wrote something else than a list";
}

TEST(InterpretPlan, APlanNeedsAGoodEndAndAFile) {
  EXPECT_EQ(plan_text(exit_with(3)).error().message, "the command ended with exit code 3");
  EXPECT_EQ(plan_text(exit_with(0)).error().message,
            "the command wrote no plan to TEST_PLAN_OUTPUT");
}

TEST(InterpretError, TheKindDecidesWhoseFaultItIs) {
  EXPECT_EQ(end_of(unavailable("docker is away").error()).outcome, Outcome::infra);
  EXPECT_EQ(end_of(invalid("no such base").error()).outcome, Outcome::failed);
  EXPECT_TRUE(end_of(not_found("no such image").error()).image_missing);
}

TEST(Build, AKeptVolumeIsItsProduct) {
  ContainerEnd container;
  container.exit_code = 0;
  container.output.volume = "v";
  container.output.bytes = 7;
  const auto result = interpret_build(container);
  EXPECT_EQ(result.end.outcome, Outcome::passed);
  EXPECT_EQ(std::get<ArtifactBuilt>(result.product).volume, "v");
  EXPECT_EQ(std::get<ArtifactBuilt>(result.product).bytes, 7u);
}

TEST(Build, NothingInItsOutputIsAnErrorThatNamesWhatItWroteElsewhere) {
  ContainerEnd container;
  container.exit_code = 0;
  container.output.empty = true;
  container.output.written_elsewhere = {"/testlooper/repo/app", "/tmp/x"};
  const auto result = interpret_build(container);
  EXPECT_EQ(result.end.outcome, Outcome::failed);
  EXPECT_EQ(result.end.cause,
            "the command ended well and left nothing in BUILD_OUTPUT; what it wrote elsewhere is "
            "not kept: /testlooper/repo/app, /tmp/x");
  container.output.oversized = true;
  EXPECT_EQ(interpret_build(container).end.cause,
            "what it left in BUILD_OUTPUT is larger than 8 GB, the most that is kept of a build");
}

TEST(Build, ACommandThatFailsBringsNothing) {
  ContainerEnd container;
  container.exit_code = 2;
  const auto result = interpret_build(container);
  EXPECT_EQ(result.end.cause, "the command ended with exit code 2");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(result.product));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(interpret_set_up(container, "layer").product));
  container.exit_code = 0;
  EXPECT_EQ(std::get<ImageBuilt>(interpret_set_up(container, "layer").product).reference, "layer");
}

}  // namespace
}  // namespace testlooper::executor
