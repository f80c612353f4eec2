// The quarantined tests as arguments of other test runners.
#include "codec/quarantine_list.hpp"

#include <gtest/gtest.h>

namespace testlooper::codec {
namespace {

pages::Quarantine entry(const std::string& path, const std::string& name, bool expired = false,
                        const std::string& suite = "unit") {
  pages::Quarantine each;
  each.suite = suite;
  each.path = path;
  each.name = name;
  each.expired = expired;
  return each;
}

std::string list(const std::string& format, const std::vector<pages::Quarantine>& tests,
                 const std::string& suite = "") {
  const auto text = quarantine_list(format, suite, tests);
  if (!text) ADD_FAILURE() << text.error().text();
  return text.value_or("");
}

TEST(QuarantineList, PytestGetsAnArgumentALine) {
  EXPECT_EQ(list("pytest", {entry("tests/a.py", "TestX::test_one[1.5-a b]"), entry("", "alone")}),
            "--deselect=tests/a.py::TestX::test_one[1.5-a b]\n--deselect=alone\n");
}

TEST(QuarantineList, GtestGetsAFilterThatLeavesThemOut) {
  EXPECT_EQ(list("gtest",
                 {entry("", "Suite.Test"), entry("Pre/Other", "Works/0"), entry("Other", "Fails")}),
            "--gtest_filter=-Suite.Test:Works/0:Other.Fails\n");
  // A colon ends a pattern; a sign that fits any stands for it.
  EXPECT_EQ(list("gtest", {entry("", "A.b:c")}), "--gtest_filter=-A.b?c\n");
}

TEST(QuarantineList, GoGetsARegularExpressionALevel) {
  EXPECT_EQ(list("go", {entry("example.com/m/pkg", "TestA"),
                        entry("example.com/m/pkg", "TestB/a b.c(1)/x|y")}),
            "-skip=^TestA$|^TestB$/^a_b\\.c\\(1\\)$/^x\\|y$\n");
}

TEST(QuarantineList, JestGetsAPatternOfAllOtherNames) {
  EXPECT_EQ(list("jest", {entry("src/a.test.ts", "sums 1 + 1 (fast)"), entry("b.ts", "c")}),
            "--testNamePattern=^(?!(?:sums 1 \\+ 1 \\(fast\\)|c)$)\n");
}

TEST(QuarantineList, AnIdIsALine) {
  EXPECT_EQ(list("ids", {entry("a.py", "b"), entry("c.py", "d\ne")}), "a.py::b\nc.py::d e\n");
}

TEST(QuarantineList, WhatHasExpiredIsNotInIt) {
  const std::vector<pages::Quarantine> expired{entry("a.py", "b", true)};
  for (const auto* format : {"ids", "pytest", "gtest", "go", "jest"}) {
    EXPECT_EQ(list(format, expired), "") << format;
    EXPECT_EQ(list(format, {}), "") << format;
  }
}

TEST(QuarantineList, OnlyTheSuiteThatIsAskedForIsInIt) {
  const std::vector tests{entry("a.py", "b"), entry("", "A.b", false, "cpp")};
  EXPECT_EQ(list("gtest", tests, "cpp"), "--gtest_filter=-A.b\n");
  EXPECT_EQ(list("pytest", tests, "unit"), "--deselect=a.py::b\n");
}

TEST(QuarantineList, AnotherFormatIsRefused) {
  const auto refused = quarantine_list("tap", "", {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().text(), "format: must be json, ids, pytest, gtest, go or jest");
}

}  // namespace
}  // namespace testlooper::codec
