#include "codec/report.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

#include "codec/names.hpp"
#include "codec/utf8.hpp"
#include "support/cpu_time.hpp"
#include "support/golden.hpp"

namespace testlooper::codec {
namespace {

std::string error_of(std::string_view report) {
  const auto reported = parse_report(report);
  return reported ? "" : reported.error().text();
}

// One line an entry, and its message below.
std::string described(const std::vector<ReportedTest>& reported) {
  std::string text;
  for (const auto& entry : reported) {
    text += std::string(outcome_name(entry.outcome)) + " | " + entry.test.path + " | " +
            entry.class_name + " | " + entry.test.name + " | " +
            std::to_string(entry.duration.count()) + " us";
    for (const auto& stage : entry.stages) {
      text += " | " + stage.name + " " + std::string(outcome_name(stage.outcome));
    }
    text += "\n";
    std::string_view message = entry.message;
    while (!message.empty()) {
      const auto line = message.substr(0, message.find('\n'));
      text += "    " + std::string(line) + "\n";
      message.remove_prefix(std::min(line.size() + 1, message.size()));
    }
  }
  return text;
}

// Reports that the tools themselves wrote, or that follow their documents to the letter.
class ReportGolden : public ::testing::TestWithParam<const char*> {};

TEST_P(ReportGolden, IsReadAsRecorded) {
  const std::string path = std::string("reports/") + GetParam();
  const auto reported = parse_report(testing::golden_input(path));
  ASSERT_TRUE(reported) << reported.error().text();
  testing::expect_golden(path + ".txt", described(*reported));
}

TEST_P(ReportGolden, CutAnywhereItIsAnErrorThatSaysSo) {
  const auto whole = testing::golden_input(std::string("reports/") + GetParam());
  const auto end = whole.find_last_not_of(" \t\r\n");
  for (std::size_t size = 1; size <= end; size += 1 + end / 97) {
    const auto error = error_of(std::string_view(whole).substr(0, size));
    EXPECT_TRUE(error.starts_with("the report is cut")) << size << ": " << error;
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, ReportGolden,
                         ::testing::Values("pytest.json", "pytest_collection.json", "pytest.xml",
                                           "pytest_collection.xml", "gtest.xml", "ctest.xml",
                                           "surefire.xml", "nextest.xml", "jest.xml", "vitest.xml",
                                           "nested.xml"),
                         [](const auto& param) {
                           std::string name = param.param;
                           std::ranges::replace(name, '.', '_');
                           return name;
                         });

TEST(Report, UnknownFormatsAreNamed) {
  EXPECT_EQ(error_of(""), "the report is empty");
  EXPECT_EQ(error_of(" \n"), "the report is empty");
  EXPECT_EQ(error_of("TAP version 13\n1..1\nok 1\n"),
            "the report is of no known format: it begins with 'TAP version 13 1..1 ok 1 '; "
            "pytest-json-report, JUnit XML and go test -json are known");
  EXPECT_EQ(error_of(R"({"numTotalTests": 3, "success": true})"),
            "the report is of no known format: it is JSON with 'numTotalTests', 'success'; "
            "pytest-json-report, JUnit XML and go test -json are known");
  EXPECT_EQ(error_of("{}"),
            "the report is of no known format: it is JSON with nothing in it; "
            "pytest-json-report, JUnit XML and go test -json are known");
  EXPECT_EQ(error_of("<html><body/></html>"),
            "the report is of no known format: it is XML with 'html' at the top; "
            "pytest-json-report, JUnit XML and go test -json are known");
}

TEST(Report, BrokenOnesSayWhereTheyBreak) {
  EXPECT_TRUE(error_of("{\"tests\":\n [}\n]}").starts_with("report:2: not valid JSON"));
  EXPECT_TRUE(error_of("<testsuite>\n<testcase name=\"a\"></testsuite>\n</testsuite>")
                  .starts_with("report:2: the report is not valid XML"));
}

TEST(Report, AReportWithoutTestsIsEmpty) {
  const auto summary = parse_report(R"({"exitcode": 5, "summary": {"total": 0}})");
  ASSERT_TRUE(summary);
  EXPECT_TRUE(summary->empty());
  const auto xml = parse_report("\xEF\xBB\xBF\n<?xml version=\"1.0\"?><testsuites/>");
  ASSERT_TRUE(xml);
  EXPECT_TRUE(xml->empty());
}

TEST(Report, EachTryOfAFrameworkCounts) {
  const auto reported = parse_report(R"({"tests": [{"nodeid": "a.py::t", "outcome": "rerun",
      "setup": {"outcome": "passed", "duration": 0.5}, "call": {"outcome": "passed", "duration": 1}}]})");
  ASSERT_TRUE(reported);
  ASSERT_EQ(reported->size(), 2u);
  EXPECT_EQ((*reported)[0].outcome, Outcome::failed);
  EXPECT_EQ((*reported)[1].outcome, Outcome::passed);
  EXPECT_EQ((*reported)[1].duration, Microseconds{1'500'000});
}

TEST(Report, DurationsThatAreNoneAreZero) {
  for (const std::string time : {"", "-1", "nan", "soon", "1e999"}) {
    const auto reported =
        parse_report("<testsuite><testcase name='a' time='" + time + "'/></testsuite>");
    ASSERT_TRUE(reported) << time;
    EXPECT_EQ((*reported)[0].duration, Microseconds{0}) << time;
  }
}

TEST(Report, MessagesAreCappedAndValid) {
  const auto reported =
      parse_report("<testsuite><testcase name='a\xFF'><failure>" + std::string(100'000, 'x') +
                   "\xE2\x82</failure></testcase></testsuite>");
  ASSERT_TRUE(reported);
  EXPECT_EQ((*reported)[0].test.name, "a\xEF\xBF\xBD");
  EXPECT_LE((*reported)[0].message.size(), limits::kMessageBytes);
  EXPECT_GT((*reported)[0].message.size(), limits::kMessageBytes - 100);
  EXPECT_TRUE(is_valid_utf8((*reported)[0].message));
}

TEST(Report, WhatPytestCapturedIsTheTestsOwnOutput) {
  const auto reported = parse_report(R"({"tests": [{"nodeid": "a.py::t", "outcome": "failed",
      "setup": {"outcome": "passed", "stdout": "made\n"},
      "call": {"outcome": "failed", "stdout": "out", "stderr": "err\n", "longrepr": "assert 0",
               "log": [{"msg": "structured"}]},
      "teardown": {"outcome": "passed"}}, {"nodeid": "a.py::quiet", "outcome": "passed",
      "call": {"outcome": "passed"}}]})");
  ASSERT_TRUE(reported) << reported.error().text();
  EXPECT_EQ((*reported)[0].output,
            "---- setup: stdout ----\nmade\n---- call: stdout ----\nout\n"
            "---- call: stderr ----\nerr\n---- call: what went wrong ----\nassert 0");
  EXPECT_EQ((*reported)[1].output, "");
}

TEST(Report, WhatJUnitCapturedIsTheTestsOwnOutput) {
  const auto reported = parse_report(
      "<testsuite><testcase name='t'><failure message='no'>1 != 2</failure>"
      "<system-out><![CDATA[out\n]]></system-out><system-err>err</system-err></testcase>"
      "<testcase name='quiet'><system-out> \n</system-out></testcase></testsuite>");
  ASSERT_TRUE(reported) << reported.error().text();
  EXPECT_EQ((*reported)[0].output,
            "---- stdout ----\nout\n---- stderr ----\nerr\n---- what went wrong ----\n"
            "no\n\n1 != 2");
  EXPECT_EQ((*reported)[1].output, "");
}

TEST(Report, OutputsAreCapped) {
  const auto reported =
      parse_report("<testsuite><testcase name='a'><system-out>" + std::string(3'000'000, 'x') +
                   "</system-out></testcase></testsuite>");
  ASSERT_TRUE(reported);
  EXPECT_LE((*reported)[0].output.size(), limits::kRunLogBytes);
}

TEST(Report, EntitiesAreNotExpanded) {
  const auto reported = parse_report(
      "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\"><!ENTITY f SYSTEM "
      "\"file:///etc/passwd\">]><testsuite><testcase name=\"n\"><failure>&b;&f;</failure>"
      "</testcase></testsuite>");
  ASSERT_TRUE(reported) << reported.error().text();
  EXPECT_EQ((*reported)[0].message, "&b;&f;");
}

TEST(Report, BombsAreErrorsOrCheap) {
  const testing::CpuTimer timer;
  std::string deep = "<testsuite>", many = "<testsuite>";
  while (deep.size() < 2'000'000) deep += "<a>";
  while (many.size() < 40'000'000) many += "<a/>";
  EXPECT_TRUE(error_of(deep).contains("cut"));
  std::string closed = "<testsuite>";
  for (int i = 0; i < 200'000; ++i) closed += "<a>";
  closed += "<testcase name='t'/>";
  for (int i = 0; i < 200'000; ++i) closed += "</a>";
  EXPECT_EQ(error_of(closed + "</testsuite>"), "");
  EXPECT_EQ(error_of(many + "</testsuite>"), "the report has too many elements");
  EXPECT_EQ(error_of("{\"tests\": " + std::string(1'000'000, '[')),
            "report:1: more than 64 levels deep");
  EXPECT_LT(timer.seconds(), 20);
}

}  // namespace
}  // namespace testlooper::codec
