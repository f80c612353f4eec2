#include "executor/run_logs.hpp"

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

namespace testlooper::executor {
namespace {

TestResult result(TestName test, Outcome outcome, std::string output = {}) {
  TestResult each;
  each.test = std::move(test);
  each.outcome = outcome;
  each.output = std::move(output);
  return each;
}

using Log = std::optional<RunLog>;
Log marked(std::uint64_t begin, std::uint64_t end) {
  return RunLog{RunLogKind::markers, begin, end};
}

TEST(RunLogs, MarksFindTheirTestsByIdOrByNameAlone) {
  std::vector<TestResult> results{result({"a.py", "t"}, Outcome::passed),
                                  result({"calc_test.cc", "Calc.adds"}, Outcome::failed),
                                  result({"b.py", "t"}, Outcome::passed)};
  take_marked_parts(results, {{"b.py::t", 10, 20}, {"Calc.adds", 20, 30}, {"a.py::t", 30, 40}});
  EXPECT_EQ(results[0].log, marked(30, 40));
  EXPECT_EQ(results[1].log, marked(20, 30));
  EXPECT_EQ(results[2].log, marked(10, 20));
}

TEST(RunLogs, WhatFitsTwoTestsIsNobodysAndStrangersAreLeftOut) {
  std::vector<TestResult> results{result({"a.py", "t"}, Outcome::passed),
                                  result({"b.py", "t"}, Outcome::passed)};
  take_marked_parts(results, {{"t", 0, 10}, {"unknown", 10, 20}});
  EXPECT_EQ(results[0].log, std::nullopt);
  EXPECT_EQ(results[1].log, std::nullopt);
}

TEST(RunLogs, EachTryHasItsOwnPart) {
  std::vector<TestResult> results{result({"", "t"}, Outcome::failed),
                                  result({"", "t"}, Outcome::passed),
                                  result({"", "t"}, Outcome::passed)};
  take_marked_parts(results, {{"t", 0, 10}, {"t", 10, 20}});
  EXPECT_EQ(results[0].log, marked(0, 10));
  EXPECT_EQ(results[1].log, marked(10, 20));
  EXPECT_EQ(results[2].log, std::nullopt);
}

TEST(RunLogs, OutputsOfTheReportFollowEachOtherFailuresFirst) {
  std::vector<TestResult> results{result({"", "good"}, Outcome::passed, "fine"),
                                  result({"", "bad"}, Outcome::failed, "broken"),
                                  result({"", "quiet"}, Outcome::passed),
                                  result({"", "marked"}, Outcome::failed, "in the log")};
  results[3].log = marked(5, 9);
  EXPECT_EQ(take_outputs(results), "brokenfine");
  EXPECT_EQ(results[1].log, (RunLog{RunLogKind::report, 0, 6}));
  EXPECT_EQ(results[0].log, (RunLog{RunLogKind::report, 6, 10}));
  EXPECT_EQ(results[2].log, std::nullopt);
  EXPECT_EQ(results[3].log, marked(5, 9));
  for (const auto& each : results) EXPECT_EQ(each.output, "");
}

TEST(RunLogs, PassingOutputsAreCappedBeforeFailingOnes) {
  std::vector<TestResult> results;
  const std::string large(limits::kRunLogBytes, 'x');
  for (int i = 0; i < 40; ++i) {
    results.push_back(
        result({"", std::to_string(i)}, i < 30 ? Outcome::passed : Outcome::failed, large));
  }
  const auto all = take_outputs(results);
  EXPECT_EQ(all.size(), limits::kRunLogBytes * 10 + limits::kPassedLogsBytes);
  for (int i = 30; i < 40; ++i) EXPECT_TRUE(results[static_cast<std::size_t>(i)].log);
}

}  // namespace
}  // namespace testlooper::executor
