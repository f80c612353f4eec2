#include "codec/test_list.hpp"

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

#include "support/cpu_time.hpp"

namespace testlooper::codec {
namespace {

std::string error_of(std::string_view text) {
  const auto listed = parse_test_list(text);
  return listed ? "" : listed.error().text();
}

// "id [labels] id …"; the error's text in its place.
std::string listed_in(std::string_view text) {
  const auto listed = parse_test_list(text);
  if (!listed) return listed.error().text();
  std::string tests;
  for (const auto& test : listed->tests) {
    tests += (tests.empty() ? "" : " ") + test.test.id();
    if (test.labels.empty()) continue;
    tests += " [";
    for (const auto& label : test.labels)
      tests += label + (&label == &test.labels.back() ? "]" : ",");
  }
  return tests;
}

std::vector<std::string> warnings_in(std::string_view text) {
  const auto listed = parse_test_list(text);
  std::vector<std::string> texts;
  for (const auto& warning : listed ? listed->warnings : std::vector<Warning>()) {
    texts.push_back(std::to_string(warning.line) + ": " + warning.message);
  }
  return texts;
}

// As the sample repository's script prints it.
constexpr const char* kSample = R"(test_a:
  labels:
  - group_two
  path: tests/test_something_else.py
test_core_function_one:
  labels:
  - group_one
  - slow
  path: tests/test_core.py
test_plain:
  path: tests/test_core.py

)";
constexpr const char* kSampleTests =
    "tests/test_something_else.py::test_a [group_two] "
    "tests/test_core.py::test_core_function_one [group_one,slow] tests/test_core.py::test_plain";

TEST(TestList, ReadsWhatTheSampleRepositoryPrints) {
  EXPECT_EQ(listed_in(kSample), kSampleTests);
  EXPECT_TRUE(warnings_in(kSample).empty());
}

TEST(TestList, TheOrderOfTheTextIsKept) {
  EXPECT_EQ(listed_in("b: {path: z}\na: {path: y}\n"), "z::b y::a");
}

TEST(TestList, JsonIsTheSame) {
  EXPECT_EQ(listed_in(R"({"a": {"path": "p", "labels": ["x"]}, "b": {}, "c": null})"),
            "p::a [x] b c");
}

TEST(TestList, PathsAndLabelsMayBeAbsent) {
  EXPECT_EQ(listed_in("a:\nb: {}\nc: {path: }\nd: {labels: }\ne: {labels: one}\n"),
            "a b c d e [one]");
}

TEST(TestList, ListsOfMapsAndOfNamesAreTaken) {
  EXPECT_EQ(listed_in("- a: {path: p, labels: [x]}\n- b:\n- c\n- tests/t.py::TestX::d\n"),
            "p::a [x] b c tests/t.py::TestX::d");
  EXPECT_EQ(listed_in("- name: a\n  path: p\n- test: b\n  labels: [x]\n"), "p::a b [x]");
  EXPECT_EQ(listed_in("suite:\n- test: a\n  path: p\n- b: {path: q}\n- c\n"), "p::a q::b c");
}

TEST(TestList, TheWholeIdMayBeTheName) {
  const auto listed =
      parse_test_list("tests/t.py::a: {}\ntests/t.py::b: {path: tests/t.py}\nX::c: {path: q}\n");
  ASSERT_TRUE(listed);
  EXPECT_EQ(listed->tests[0].test, (TestName{"tests/t.py", "a"}));
  EXPECT_EQ(listed->tests[1].test, (TestName{"tests/t.py", "b"}));
  EXPECT_EQ(listed->tests[2].test, (TestName{"q", "X::c"}));
}

TEST(TestList, OneNameInTwoPathsIsTwoTests) {
  EXPECT_EQ(listed_in("- a: {path: p}\n- a: {path: q}\n"), "p::a q::a");
  EXPECT_EQ(listed_in("a: {path: p}\na: {path: q}\n"), "p::a q::a");
}

TEST(TestList, TwoTestsOfOneIdAreAnError) {
  EXPECT_EQ(error_of("- a: {path: p}\n- b:\n- a: {path: p}\n"),
            "test list:3: the test 'p::a' is listed twice; the first is on line 1");
  EXPECT_EQ(error_of("noise\na: {path: p}\nb: {path: p}\na: {path: p}\n"),
            "test list:4: the test 'p::a' is listed twice; the first is on line 2");
}

TEST(TestList, NothingAndRubbishAreErrorsInOneSentence) {
  EXPECT_EQ(error_of(""),
            "test list: list-tests wrote nothing; a YAML map 'name: {path, labels}' is expected");
  EXPECT_EQ(error_of("\n \n"),
            "test list: list-tests wrote nothing; a YAML map 'name: {path, labels}' is expected");
  EXPECT_EQ(error_of("Error occurred: Command '[x]' returned non-zero exit status 4.\n"),
            "test list: no list of tests: a YAML map 'name: {path, labels}' is expected, and the "
            "output begins with 'Error occurred: Command '[x]' returned non-zero exit status 4.'");
  EXPECT_EQ(error_of("usage: x [options]\n  --help\n\nTraceback (most recent call last):\n  File "
                     "\"x\"\nError: y\n")
                .substr(0, 29),
            "test list: no list of tests: ");
  EXPECT_NE(error_of("\x01\x02\xFF\xFE"), "");
  EXPECT_NE(error_of("Coverage:\n  total: 80%\n"), "");
}

TEST(TestList, AnEmptyListIsAListWithAWarning) {
  EXPECT_EQ(listed_in("{}\n\n"), "");
  EXPECT_EQ(warnings_in("{}\n\n"), std::vector<std::string>{"0: the list is empty"});
  EXPECT_EQ(listed_in("[INFO] nothing found\n{}\n"), "");
}

TEST(TestList, OtherLinesAroundAreLeftOutWithAWarning) {
  const std::string text =
      std::string("collecting ...\n[INFO] x: y\n/usr/lib/x.py:3: Warning: old\n") + kSample +
      "done in 3 s\nWARNING: nothing\n";
  EXPECT_EQ(listed_in(text), kSampleTests);
  EXPECT_EQ(
      warnings_in(text),
      std::vector<std::string>{
          "4: the list is what the lines 4 to 14 of the output say; the others were left out"});
}

TEST(TestList, EntriesOfALogAtTheEndsAreNoTests) {
  const std::string before =
      "Traceback (most recent call last):\n  File \"x.py\", line 3, in y\n    z: [\n";
  EXPECT_EQ(listed_in(before + kSample), kSampleTests);
  EXPECT_EQ(listed_in("Warnings:\n  two of them\n" + std::string(kSample) + "Coverage:\n  80 %\n"),
            kSampleTests);
}

TEST(TestList, JsonBetweenOtherLines) {
  EXPECT_EQ(listed_in("start\n{\"a\": {\"path\": \"p\"}}\nend: [x\n"), "p::a");
  EXPECT_EQ(listed_in("start\n{\n  \"a\": {\n    \"path\": \"p\"\n  }\n}\nend\n"), "p::a");
}

TEST(TestList, ColoursAndBrokenBytesInOtherLinesDoNoHarm) {
  EXPECT_EQ(listed_in("\x1b[32mok\x1b[0m \xFF\n" + std::string(kSample)), kSampleTests);
}

TEST(TestList, BrokenBytesInNamesAreReplaced) {
  EXPECT_EQ(listed_in("a\xFF: {path: p}\n"), "p::a\xEF\xBF\xBD");
}

TEST(TestList, OtherLinesWithinTheListAreAnError) {
  EXPECT_EQ(error_of("a: {path: p}\nb: {path: p}\nWARNING something\nc: {path: p}\n"),
            "test list: other lines are in the midst of the list, between the lines 2 and 4; write "
            "the list to the file that TEST_LIST names");
  EXPECT_EQ(error_of("a: {path: p}\nx:\n  text\nb: {path: p}\n"),
            "test list:2: in the midst of the tests is 'x', which is none");
}

TEST(TestList, ABrokenEntryIsNotLeftOutSilently) {
  EXPECT_EQ(error_of("a: {path: p}\nb: {path: [q]}\nc: {path: p}\n"),
            "test list:2: 'path' must be text, and is a list");
  const auto cut = error_of(std::string(kSample) + "test_z:\n  path: \"tests/te");
  EXPECT_TRUE(cut.starts_with("test list:1")) << cut;
  EXPECT_TRUE(cut.contains("not valid YAML")) << cut;
}

TEST(TestList, APartOfABrokenListDoesNotPassForTheWhole) {
  const auto error = error_of("a: {path: p}\nb: {path: p\nc: {path: p}\nnoise\nd: {path: p}\n");
  EXPECT_TRUE(error.contains("not valid YAML")) << error;
}

TEST(TestList, IdsFitOnALine) {
  EXPECT_EQ(error_of("\"a\\nb\": {path: p}\n"),
            "test list:1: a test's id must be on one line: 'p::a b'");
  EXPECT_EQ(error_of("'': {path: p}\n"), "test list:1: a test has no name");
  EXPECT_NE(error_of("- a: {path: " + std::string(limits::kTestIdBytes, 'p') + "}\n"), "");
}

TEST(TestList, UnknownKeysAreWarnings) {
  EXPECT_EQ(listed_in("a: {path: p, owner: me}\n"), "p::a");
  EXPECT_EQ(warnings_in("a:\n  path: p\n  owner: me\n"),
            std::vector<std::string>{"3: unknown key 'owner' of a test is ignored"});
}

TEST(TestList, LongNamesAsPythonWritesThem) {
  const std::string name = "test_x[" + std::string(200, 'x') + "]";
  EXPECT_EQ(listed_in("? " + name + "\n: path: p\nb:\n  path: p\n"), "p::" + name + " p::b");
  EXPECT_EQ(listed_in("noise\n? " + name + "\n: path: p\nb:\n  path: p\n"), "p::" + name + " p::b");
}

TEST(TestList, AHundredThousandTestsTakeNoTime) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) {
    const auto number = std::to_string(i);
    text += "test_function_" + number + ":\n  labels:\n  - slow\n  - group_" + number +
            "\n  path: tests/unit/test_module_" + std::to_string(i % 997) + ".py\n";
  }
  const testing::CpuTimer timer;
  const auto listed = parse_test_list(text);
  EXPECT_LT(timer.seconds(), 10);
  ASSERT_TRUE(listed);
  EXPECT_EQ(listed->tests.size(), 100'000u);
}

TEST(TestList, BombsAreErrors) {
  EXPECT_NE(error_of(std::string(1'000'000, '[')), "");
  std::string bomb = "a0: &a0 {path: p}\n";
  for (int i = 1; i < 30; ++i) {
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) bomb += "*a" + std::to_string(i - 1) + ", ";
    bomb += "]\n";
  }
  EXPECT_NE(error_of(bomb), "");
  std::string blocks;
  for (int i = 0; i < 100'000; ++i) blocks += "a:\nnoise\n";
  EXPECT_NE(error_of(blocks), "");
}

}  // namespace
}  // namespace testlooper::codec
