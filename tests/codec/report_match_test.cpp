
#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

#include "codec/report.hpp"
#include "support/cpu_time.hpp"
#include "support/golden.hpp"

namespace testlooper::codec {
namespace {

using Names = std::vector<TestName>;

ReportedTest reported(std::string path, std::string class_name, std::string name) {
  ReportedTest test;
  test.test = {std::move(path), std::move(name)};
  test.class_name = std::move(class_name);
  test.outcome = Outcome::passed;
  return test;
}

// The ids of the results, with spaces between.
std::string ids(const std::vector<ReportedTest>& report, const Names& assigned) {
  std::string text;
  for (const auto& result : match_report(report, assigned)) {
    text += (text.empty() ? "" : " ") + result.test.id();
  }
  return text;
}

const Names kPython = {{"tests/test_a.py", "test_one"},
                       {"tests/test_a.py", "TestX::test_one"},
                       {"tests/test_b.py", "test_one"},
                       {"tests/test_b.py", "test_two[1.5-a::b]"}};

TEST(MatchReport, ByTheWholeId) {
  EXPECT_EQ(ids({reported("tests/test_b.py", "", "test_one")}, kPython),
            "tests/test_b.py::test_one");
  EXPECT_EQ(ids({reported("", "", "tests/test_b.py::test_one")}, kPython),
            "tests/test_b.py::test_one");
  EXPECT_EQ(ids({reported("./tests\\test_b.py", "", "test_one")}, kPython),
            "tests/test_b.py::test_one");
}

TEST(MatchReport, ByTheClassAsADottedPath) {
  EXPECT_EQ(
      ids({reported("", "tests.test_a", "test_one"), reported("", "tests.test_a.TestX", "test_one"),
           reported("", "tests.test_b", "test_two[1.5-a::b]")},
          kPython),
      "tests/test_a.py::test_one tests/test_a.py::TestX::test_one "
      "tests/test_b.py::test_two[1.5-a::b]");
}

TEST(MatchReport, AClassWithinAFileIsNotTheFilesOwnTest) {
  EXPECT_EQ(ids({reported("tests/test_a.py", "tests.test_a.TestX", "test_one")}, kPython),
            "tests/test_a.py::TestX::test_one");
}

TEST(MatchReport, AClassMayBeAFile) {
  EXPECT_EQ(
      ids({reported("", "src/sum.test.ts", "sum > adds")}, {{"src/sum.test.ts", "sum > adds"}}),
      "src/sum.test.ts::sum > adds");
}

TEST(MatchReport, SuiteAndTestMayBeOneName) {
  EXPECT_EQ(ids({reported("g.cpp", "Math", "Adds"), reported("g.cpp", "Some/P", "Even/0")},
                {{"", "Math.Adds"}, {"", "Some/P.Even/0"}}),
            "Math.Adds Some/P.Even/0");
  EXPECT_EQ(ids({reported("g.cpp", "Math", "Adds")}, {{"build/g_test", "Math.Adds"}}),
            "build/g_test::Math.Adds");
}

TEST(MatchReport, OneNameMayBeTheEndOfTheOther) {
  EXPECT_EQ(ids({reported("", "org.example.CalcTest", "adds")},
                {{"src/test/java/org/example/CalcTest.java", "adds"}}),
            "src/test/java/org/example/CalcTest.java::adds");
  EXPECT_EQ(ids({reported("/testlooper/repo/tests/test_a.py", "", "test_one")}, kPython),
            "tests/test_a.py::test_one");
  EXPECT_EQ(ids({reported("test_a.py", "", "TestX::test_one")}, kPython),
            "tests/test_a.py::TestX::test_one");
}

TEST(MatchReport, ByANameThatNobodyElseHas) {
  EXPECT_EQ(ids({reported("", "", "test_two[1.5-a::b]")}, kPython),
            "tests/test_b.py::test_two[1.5-a::b]");
  EXPECT_EQ(ids({reported("", "sum adds", "sum adds")}, {{"src/sum.test.js", "sum adds"}}),
            "src/sum.test.js::sum adds");
}

TEST(MatchReport, ANameThatSeveralHaveIsNotGuessed) {
  EXPECT_EQ(ids({reported("", "", "test_one")}, kPython), "test_one");
  EXPECT_EQ(ids({reported("", "A", "t"), reported("", "B", "t")}, {{"x", "t"}}), "A::t B::t");
}

TEST(MatchReport, TheRestIsUniqueOnceOthersAreTaken) {
  EXPECT_EQ(ids({reported("x.py", "", "t"), reported("", "", "t")}, {{"x.py", "t"}, {"y.py", "t"}}),
            "x.py::t y.py::t");
}

TEST(MatchReport, AnotherFilesTestIsNotTheListedOne) {
  EXPECT_EQ(ids({reported("tests/test_c.py", "", "test_two[1.5-a::b]")}, kPython),
            "tests/test_c.py::test_two[1.5-a::b]");
  EXPECT_EQ(ids({reported("", "tests.test_c", "test_two[1.5-a::b]")}, kPython),
            "tests.test_c::test_two[1.5-a::b]");
}

TEST(MatchReport, UnlistedResultsAreKeptAndUnreportedTestsAreNotMadeUp) {
  EXPECT_EQ(ids({reported("tests/new.py", "", "t"), reported("", "pkg.Class", "m")}, kPython),
            "tests/new.py::t pkg.Class::m");
  EXPECT_EQ(ids({}, kPython), "");
}

TEST(MatchReport, NamesOfUnlistedResultsFitOnALine) {
  const auto results = match_report({reported("a\nb", "", std::string(100'000, 'x'))}, {});
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].test.path, "a b");
  EXPECT_LE(results[0].test.id().size(), limits::kTestIdBytes);
  EXPECT_EQ(results[0].test.id().find('\n'), std::string::npos);
}

TEST(MatchReport, EachTryIsAResultOfTheSameTest) {
  EXPECT_EQ(ids({reported("", "fixtures::basic", "t"), reported("", "fixtures::basic", "t")},
                {{"", "t"}}),
            "t t");
}

TEST(MatchReport, ResultsKeepWhatWasReported) {
  auto entry = reported("", "", "t");
  entry.outcome = Outcome::xpassed;
  entry.duration = Microseconds{7};
  entry.message = "m";
  entry.stages = {{"call", Outcome::passed, Microseconds{7}}};
  const auto results = match_report({entry}, {{"p", "t"}});
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0],
            (TestResult{{"p", "t"}, Outcome::xpassed, Microseconds{7}, "m", entry.stages}));
}

TEST(MatchReport, AFileThatCannotBeLoadedFailsEachOfItsTests) {
  const Names assigned = {{"tests/test_broken.py", "test_x"},
                          {"tests/test_core.py", "test_y"},
                          {"tests/test_broken.py", "TestA::test_z"}};
  for (const auto* report : {"reports/pytest_collection.json", "reports/pytest_collection.xml"}) {
    const auto entries = parse_report(testing::golden_input(report));
    ASSERT_TRUE(entries);
    const auto results = match_report(*entries, assigned);
    ASSERT_EQ(results.size(), 2u) << report;
    EXPECT_EQ(results[0].test, assigned[0]);
    EXPECT_EQ(results[1].test, assigned[2]);
    EXPECT_EQ(results[0].outcome, Outcome::error);
    EXPECT_TRUE(results[0].message.contains("No module named 'nothing_like_this'"));
  }
}

TEST(MatchReport, AFileThatCannotBeLoadedIsShownWhereNobodyKnowsItsTests) {
  EXPECT_EQ(ids({reported("tests/new.py", "", "")}, kPython), "tests/new.py::(collection)");
}

TEST(MatchReport, TheWholeReportOfPytestIsMatched) {
  const Names assigned = {{"tests/test_core.py", "TestX::test_pass"},
                          {"tests/test_core.py", "TestX::test_param[a::b]"},
                          {"tests/test_core.py", "TestX::test_param[1.5]"},
                          {"tests/test_core.py", "TestX::test_param[x y]"},
                          {"tests/test_core.py", "test_fail"},
                          {"tests/test_core.py", "test_odd_text"},
                          {"tests/test_core.py", "test_skip"},
                          {"tests/test_core.py", "test_xfail"},
                          {"tests/test_core.py", "test_xpass"},
                          {"tests/test_core.py", "test_setup_error"},
                          {"tests/test_core.py", "test_teardown_error"},
                          {"tests/test_core.py", "test_fail_and_teardown"}};
  for (const auto* report : {"reports/pytest.json", "reports/pytest.xml"}) {
    const auto entries = parse_report(testing::golden_input(report));
    ASSERT_TRUE(entries);
    const auto results = match_report(*entries, assigned);
    ASSERT_EQ(results.size(), assigned.size()) << report;
    for (std::size_t i = 0; i < results.size(); ++i) EXPECT_EQ(results[i].test, assigned[i]);
  }
}

TEST(MatchReport, ManyTestsTakeNoTime) {
  Names assigned;
  std::vector<ReportedTest> report;
  for (int i = 0; i < 20'000; ++i) {
    const auto number = std::to_string(i);
    assigned.push_back({"src/test/java/org/example/C" + number + ".java", "same"});
    report.push_back(reported("", "org.example.C" + number, "same"));
  }
  const testing::CpuTimer timer;
  const auto results = match_report(report, assigned);
  EXPECT_LT(timer.seconds(), 10);
  EXPECT_EQ(results.back().test, assigned.back());
}

}  // namespace
}  // namespace testlooper::codec
