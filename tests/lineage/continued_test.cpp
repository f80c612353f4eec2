// Tests that go on under another name or at another place.
#include "lineage/continued.hpp"

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

#include "lineage/test_body.hpp"

namespace testlooper::lineage {
namespace {

SuiteTest test(std::string path, std::string name, std::string suite = "s") {
  return {std::move(suite), {std::move(path), std::move(name)}};
}

const std::string kPython = R"(
import pytest

def helper():
    return 3

def test_add():
    # test_sum is elsewhere
    total = helper() + 1
    assert total == 4

class TestMore:
    def test_twice(self):
        assert helper() * 2 == 6

class TestOther:
    def test_twice(self):
        assert helper() + helper() == 6
)";

const std::string kCpp = R"(
// Sum.Adds is the first.
TEST(Sum, Adds) {
  Sum sum;
  EXPECT_EQ(sum.of(1, 2), 3);
}
TEST(Other, Adds) {
  EXPECT_TRUE(other());
}
)";

TEST(BodyOfTest, ALeafIsWhatTheSourceSpellsOut) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"test_add", "test_add"},
      {"TestMore::test_twice", "test_twice"},
      {"test_add[1-2]", "test_add"},
      {"Sum.Adds", "Adds"},
      {"All/Sum.Adds/0", "Adds"},
      {"TestSum/of_two", "of_two"},
      {"sum > adds 1.5 and 2", "adds 1.5 and 2"},
      {"", ""},
      {"[x]", "[x]"},
  };
  for (const auto& [name, leaf] : cases) EXPECT_EQ(leaf_of(name), leaf) << name;
  EXPECT_EQ(group_of("TestMore::test_twice"), "TestMore");
  EXPECT_EQ(group_of("All/Sum.Adds/0"), "Sum");
  EXPECT_EQ(group_of("test_add"), "");
  EXPECT_EQ(parameters_of("All/Sum.Adds/0"), "/0");
  EXPECT_EQ(parameters_of("test_add[1-2]"), "[1-2]");
}

TEST(BodyOfTest, ABodyIsWhatIsIndentedBelowTheDefinition) {
  const auto add = body_of(kPython, "test_add");
  ASSERT_TRUE(add);
  EXPECT_EQ(add->lines, (std::vector<std::string>{"# test_sum is elsewhere", "total = helper() + 1",
                                                  "assert total == 4"}));
  const auto adds = body_of(kCpp, "Sum.Adds");
  ASSERT_TRUE(adds);
  EXPECT_EQ(adds->lines,
            (std::vector<std::string>{"Sum sum;", "EXPECT_EQ(sum.of(1, 2), 3);", "}"}));
  EXPECT_FALSE(body_of(kPython, "test_ad"));
  EXPECT_FALSE(body_of("", "test_add"));
  EXPECT_FALSE(body_of(kPython, ""));
}

TEST(BodyOfTest, OfTwoWithOneNameTheGroupDecides) {
  EXPECT_EQ(body_of(kPython, "TestOther::test_twice")->lines[0], "assert helper() + helper() == 6");
  EXPECT_EQ(body_of(kPython, "TestMore::test_twice")->lines[0], "assert helper() * 2 == 6");
  EXPECT_EQ(body_of(kCpp, "Other.Adds")->lines[0], "EXPECT_TRUE(other());");
}

TEST(BodyOfTest, SimilarityIsTheShareOfCommonLines) {
  const Body a{"x", {"1", "2", "2", "3"}};
  EXPECT_DOUBLE_EQ(similarity(a, a), 1);
  EXPECT_DOUBLE_EQ(similarity(a, {"y", {"2", "3"}}), 2.0 * 2 / 6);
  EXPECT_DOUBLE_EQ(similarity(a, {"x", {}}), 0);
  EXPECT_DOUBLE_EQ(similarity({"x", {}}, {"x", {}}), 1);
  EXPECT_DOUBLE_EQ(similarity({"x", {}}, {"y", {}}), 0);
}

TEST(Lineage, TestsGoWithTheirFileHoweverTheyNameIt) {
  const ListedApart tests{
      .gone = {test("tests/a.py", "test_x"), test("tests.a", "test_y"), test("tests.a.TestC", "z"),
               test("", "tests/a.py::test_w"), test("tests/b.py", "test_x")},
      .added = {test("", "unit/a.py::test_w"), test("unit.a.TestC", "z"), test("unit.a", "test_y"),
                test("unit/a.py", "test_x"), test("unit/a.py", "test_x", "other suite")}};
  const auto found = find_continued(tests, {{"tests/a.py", "unit/a.py"}}, {});
  EXPECT_EQ(found, (std::vector<Continued>{{0, 3, Continuation::moved},
                                           {1, 2, Continuation::moved},
                                           {2, 1, Continuation::moved},
                                           {3, 0, Continuation::moved}}));
}

TEST(Lineage, TheOnlyTestOfARenamedFileIsRenamedWithIt) {
  const ListedApart tests{.gone = {test("tests/flaky.sh", "flaky")},
                          .added = {test("tests/shaky.sh", "shaky"), test("tests/new.sh", "new")}};
  EXPECT_EQ(find_continued(tests, {{"tests/flaky.sh", "tests/shaky.sh"}, {"", "tests/new.sh"}}, {}),
            (std::vector<Continued>{{0, 0, Continuation::renamed}}));
  EXPECT_TRUE(find_continued(tests, {{"tests/flaky.sh", ""}, {"", "tests/shaky.sh"}}, {}).empty())
      << "git does not take the file for renamed";
}

TEST(Lineage, ATestWithAnotherNameIsKnownByItsBody) {
  auto after = kPython;
  after.replace(after.find("test_add"), 8, "test_sum_of_two");
  const std::vector<FileChange> files{{"tests/a.py", "tests/a.py"}};
  const SourceTexts texts{{{"tests/a.py", kPython}}, {{"tests/a.py", after + R"(
def test_new():
    assert something_else()
)"}}};
  const ListedApart tests{
      .gone = {test("tests/a.py", "test_add")},
      .added = {test("tests/a.py", "test_new"), test("tests/a.py", "test_sum_of_two")}};
  EXPECT_EQ(find_continued(tests, files, texts),
            (std::vector<Continued>{{0, 1, Continuation::renamed}}));
}

TEST(Lineage, ATestThatWasCutOutOfOneFileAndPutIntoAnotherHasMoved) {
  const std::vector<FileChange> files{{"a.cpp", "a.cpp"}, {"", "b.cpp"}};
  const SourceTexts texts{{{"a.cpp", kCpp}}, {{"a.cpp", ""}, {"b.cpp", kCpp}}};
  const ListedApart tests{.gone = {test("a.cpp", "Sum.Adds"), test("a.cpp", "Other.Adds")},
                          .added = {test("b.cpp", "Other.Adds"), test("b.cpp", "Sum.Adds")}};
  EXPECT_EQ(find_continued(tests, files, texts),
            (std::vector<Continued>{{0, 1, Continuation::moved}, {1, 0, Continuation::moved}}));
}

TEST(Lineage, WithoutPathsTheFilesThatChangedAreSearched) {
  auto after = kCpp;
  after.replace(after.find("TEST(Sum, Adds)"), 15, "TEST(Sum, AddsTwo)");
  const std::vector<FileChange> files{{"a.cpp", "a.cpp"}, {"doc.md", "doc.md"}};
  const ListedApart tests{.gone = {test("", "Sum.Adds")}, .added = {test("", "Sum.AddsTwo")}};
  EXPECT_EQ(files_to_read(tests, files), files);
  const SourceTexts texts{{{"a.cpp", kCpp}}, {{"a.cpp", after}}};
  EXPECT_EQ(find_continued(tests, files, texts),
            (std::vector<Continued>{{0, 0, Continuation::renamed}}));
}

TEST(Lineage, ParametersStayWithTheirTest) {
  const std::string before = "def test_a(x):\n    assert f(x)\n";
  const std::string after = "def test_b(x):\n    assert f(x)\n";
  const ListedApart tests{.gone = {test("t.py", "test_a[1]"), test("t.py", "test_a[2]")},
                          .added = {test("t.py", "test_b[3]"), test("t.py", "test_b[1]")}};
  EXPECT_EQ(find_continued(tests, {{"t.py", "t.py"}}, {{{"t.py", before}}, {{"t.py", after}}}),
            (std::vector<Continued>{{0, 1, Continuation::renamed}}));
}

TEST(Lineage, AnotherTestInItsPlaceIsNotTheSame) {
  const std::string before = "def test_a():\n    assert f(1)\n    g()\n    h()\n";
  const std::string after = "def test_b():\n    with raises(E):\n        k()\n    h()\n";
  const ListedApart tests{.gone = {test("t.py", "test_a")}, .added = {test("t.py", "test_b")}};
  EXPECT_TRUE(
      find_continued(tests, {{"t.py", "t.py"}}, {{{"t.py", before}}, {{"t.py", after}}}).empty());
}

TEST(Lineage, OnlyTheFilesOfTestsThatAreLeftAreRead) {
  const ListedApart tests{.gone = {test("a.py", "test_x"), test("c.py", "test_y")},
                          .added = {test("b.py", "test_x"), test("c.py", "test_z")}};
  const std::vector<FileChange> files{{"a.py", "b.py"}, {"c.py", "c.py"}, {"d.py", "d.py"}};
  EXPECT_EQ(files_to_read(tests, files), (std::vector<FileChange>{{"c.py", "c.py"}}));
  EXPECT_TRUE(files_to_read({tests.gone, {}}, files).empty());
}

TEST(Lineage, ManyTestsAreToldByTheirFilesAlone) {
  ListedApart tests;
  for (std::size_t i = 0; i <= limits::kLineageTests; ++i) {
    tests.gone.push_back(test("a.py", "test_" + std::to_string(i)));
    tests.added.push_back(test("a.py", "check_" + std::to_string(i)));
  }
  EXPECT_TRUE(files_to_read(tests, {{"a.py", "a.py"}}).empty());
  for (auto& each : tests.added) each.test = {"b.py", "test" + each.test.name.substr(5)};
  EXPECT_EQ(find_continued(tests, {{"a.py", "b.py"}}, {}).size(), limits::kLineageTests + 1);
}

}  // namespace
}  // namespace testlooper::lineage
