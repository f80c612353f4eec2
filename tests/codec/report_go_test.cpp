// What `go test -json` writes.
#include <gtest/gtest.h>

#include "codec/report.hpp"

namespace testlooper::codec {
namespace {

std::vector<ReportedTest> read(const std::string& report) {
  const auto reported = parse_report(report);
  if (!reported) ADD_FAILURE() << reported.error().text();
  return reported.value_or(std::vector<ReportedTest>{});
}

constexpr const char* kReport =
    R"({"Time":"2026-01-02T03:04:05Z","Action":"start","Package":"m/pkg"}
{"Action":"run","Package":"m/pkg","Test":"TestA"}
{"Action":"output","Package":"m/pkg","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"run","Package":"m/pkg","Test":"TestA/a_b"}
{"Action":"output","Package":"m/pkg","Test":"TestA/a_b","Output":"    a_test.go:7: got 3, want 4\n"}
{"Action":"output","Package":"m/pkg","Test":"TestA/a_b","Output":"    --- FAIL: TestA/a_b (0.02s)\n"}
{"Action":"fail","Package":"m/pkg","Test":"TestA/a_b","Elapsed":0.02}
{"Action":"fail","Package":"m/pkg","Test":"TestA","Elapsed":0.03}
{"Action":"run","Package":"m/pkg","Test":"TestB"}
{"Action":"skip","Package":"m/pkg","Test":"TestB","Elapsed":0}
{"Action":"run","Package":"m/pkg","Test":"TestC"}
{"Action":"pass","Package":"m/pkg","Test":"TestC","Elapsed":1.5}
{"Action":"fail","Package":"m/pkg","Elapsed":1.6}
)";

TEST(GoReport, EachTestAndSubtestIsAnEntry) {
  const auto tests = read(kReport);
  ASSERT_EQ(tests.size(), 4u);
  EXPECT_EQ(tests[0].test, (TestName{"m/pkg", "TestA/a_b"}));
  EXPECT_EQ(tests[0].outcome, Outcome::failed);
  EXPECT_EQ(tests[0].message, "a_test.go:7: got 3, want 4");
  EXPECT_EQ(tests[0].duration, Microseconds{20'000});
  EXPECT_EQ(tests[1].test.name, "TestA");
  EXPECT_EQ(tests[1].outcome, Outcome::failed);
  EXPECT_EQ(tests[2].outcome, Outcome::skipped);
  EXPECT_EQ(tests[3].outcome, Outcome::passed);
  EXPECT_EQ(tests[3].duration, Microseconds{1'500'000});
}

TEST(GoReport, RepeatedTestsAreRunsOfTheirOwn) {
  std::string report;
  for (const auto* action : {"fail", "pass", "pass"}) {
    report += R"({"Action":"run","Package":"p","Test":"T"})"
              "\n";
    report += R"({"Action":")" + std::string(action) + R"(","Package":"p","Test":"T"})" + "\n";
  }
  const auto tests = read(report);
  ASSERT_EQ(tests.size(), 3u);
  EXPECT_EQ(tests[0].outcome, Outcome::failed);
  EXPECT_EQ(tests[1].outcome, Outcome::passed);
}

TEST(GoReport, APanicTakesRunningTestsAlong) {
  const auto tests = read(
      R"({"Action":"run","Package":"p","Test":"T"}
{"Action":"output","Package":"p","Test":"T","Output":"panic: boom\n"}
{"Action":"fail","Package":"p","Elapsed":0.1}
)");
  ASSERT_EQ(tests.size(), 1u);
  EXPECT_EQ(tests[0].outcome, Outcome::crashed);
  EXPECT_EQ(tests[0].message, "panic: boom");
}

TEST(GoReport, TheTimeLimitIsTold) {
  const auto tests = read(
      R"({"Action":"run","Package":"p","Test":"T"}
{"Action":"output","Package":"p","Test":"T","Output":"panic: test timed out after 1s\n"}
{"Action":"fail","Package":"p","Elapsed":1}
)");
  ASSERT_EQ(tests.size(), 1u);
  EXPECT_EQ(tests[0].outcome, Outcome::timed_out);
}

TEST(GoReport, APackageThatDoesNotBuildSpeaksOfAllItsTests) {
  const auto tests = read(
      R"({"Action":"output","Package":"p","Output":"x.go:3: undefined: y\n"}
{"Action":"fail","Package":"p","Elapsed":0}
)");
  ASSERT_EQ(tests.size(), 1u);
  EXPECT_EQ(tests[0].test, (TestName{"p", ""}));
  EXPECT_EQ(tests[0].outcome, Outcome::error);
}

TEST(GoReport, AReportThatEndsEarlyTellsWhatRanThen) {
  const auto tests = read(
      R"({"Action":"run","Package":"p","Test":"T"}
{"Action":"run","Package":"p","Test":"U"}
{"Action":"pass","Package":"p","Test":"U"}
)");
  ASSERT_EQ(tests.size(), 2u);
  EXPECT_EQ(tests[1].test.name, "T");
  EXPECT_EQ(tests[1].outcome, Outcome::crashed);
}

TEST(GoReport, WhatIsNoEventIsSaidWithItsLine) {
  const std::string first = R"({"Action":"run","Package":"p","Test":"T"})"
                            "\n";
  EXPECT_EQ(parse_report(first + R"({"Action":"pa)").error().text(),
            "the report is cut: its last line ends too early");
  EXPECT_EQ(parse_report(first + "{nonsense\n" + first).error().text(),
            "report:2: the line is not JSON");
  // Compilers write between the events.
  EXPECT_EQ(
      read(first + "# p\nwarning: x\n" + R"({"Action":"pass","Package":"p","Test":"T"})").size(),
      1u);
}

TEST(GoReport, AnEventIsFlatAndOfSomeSize) {
  const std::string first = R"({"Action":"run","Package":"p","Test":"T"})"
                            "\n";
  const std::string end = R"({"Action":"pass","Package":"p","Test":"T","More":{"deep":[[1]]}})";
  EXPECT_EQ(read(first + end).size(), 1u);
  const auto huge = first + R"({"Action":"output","Output":")" + std::string(2u << 20, 'x') + "\"}";
  EXPECT_EQ(parse_report(huge).error().text(), "report:2: the line is longer than 1 MB");
}

}  // namespace
}  // namespace testlooper::codec
