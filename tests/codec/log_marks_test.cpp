#include "codec/log_marks.hpp"

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

namespace testlooper::codec {
namespace {

using Parts = std::vector<std::pair<std::string, std::string>>;

// Each part's name and its text. However the output is cut into pieces, the parts are the same.
Parts parts_of(const std::string& output) {
  Parts found;
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, output.size() + 1}) {
    LogMarks marks;
    for (std::size_t at = 0; at < output.size(); at += piece) {
      marks.feed(std::string_view(output).substr(at, piece));
    }
    Parts parts;
    for (const auto& part : marks.finish()) {
      parts.emplace_back(part.name, output.substr(part.begin, part.end - part.begin));
    }
    if (piece > 1) EXPECT_EQ(parts, found);
    found = std::move(parts);
  }
  return found;
}

TEST(LogMarks, OutputWithoutMarksHasNoParts) {
  EXPECT_EQ(parts_of(""), Parts{});
  EXPECT_EQ(parts_of("a\n[ b ]\n# c\n=== d\n--- e\n##testlooper[\n##testlooper[go x]\n"), Parts{});
}

TEST(LogMarks, OwnMarksNameATestById) {
  EXPECT_EQ(
      parts_of(
          "before\n##testlooper[start a.py::t[1]]\nhello\n##testlooper[end a.py::t[1]]\r\nafter"),
      (Parts{{"a.py::t[1]",
              "##testlooper[start a.py::t[1]]\nhello\n##testlooper[end a.py::t[1]]\r\n"}}));
}

TEST(LogMarks, OwnMarksMayOverlapAndRepeat) {
  EXPECT_EQ(parts_of("##testlooper[start a]\n##testlooper[start b]\n##testlooper[end a]\nx\n"
                     "##testlooper[end b]\n##testlooper[start a]\ny"),
            (Parts{{"a", "##testlooper[start a]\n##testlooper[start b]\n##testlooper[end a]\n"},
                   {"b", "##testlooper[start b]\n##testlooper[end a]\nx\n##testlooper[end b]\n"},
                   {"a", "##testlooper[start a]\ny"}}));
}

TEST(LogMarks, AnEndWithoutABeginningSaysNothing) {
  EXPECT_EQ(parts_of("x\n##testlooper[end a]\n"), Parts{});
}

TEST(LogMarks, WhatWasLeftOutEndsAPartAndBeginsAnother) {
  EXPECT_EQ(parts_of("##testlooper[start a]\n1\n[testlooper: 99 bytes left out]\n2\n"
                     "##testlooper[end d]\n3\n##testlooper[end e]\n"),
            (Parts{{"a", "##testlooper[start a]\n1\n[testlooper: 99 bytes left out]\n"},
                   {"d", "[testlooper: 99 bytes left out]\n2\n##testlooper[end d]\n"}}));
}

TEST(LogMarks, GoogleTest) {
  EXPECT_EQ(parts_of("[==========] Running 3 tests\n"
                     "[ RUN      ] A.b\nx\n[       OK ] A.b (0 ms)\n"
                     "between\n"
                     "[ RUN      ] P/A.c/0\nf.cc:1: Failure\n"
                     "[  FAILED  ] P/A.c/0, where GetParam() = 3 (1 ms)\n"
                     "[ RUN      ] A.crashes\nboom\n"
                     "[  FAILED  ] P/A.c/0\n"),
            (Parts{{"A.b", "[ RUN      ] A.b\nx\n[       OK ] A.b (0 ms)\n"},
                   {"P/A.c/0",
                    "[ RUN      ] P/A.c/0\nf.cc:1: Failure\n"
                    "[  FAILED  ] P/A.c/0, where GetParam() = 3 (1 ms)\n"},
                   {"A.crashes", "[ RUN      ] A.crashes\nboom\n[  FAILED  ] P/A.c/0\n"}}));
}

TEST(LogMarks, GoogleTestInColours) {
  EXPECT_EQ(
      parts_of("\x1b[0;32m[ RUN      ] \x1b[mA.b\nx\n\x1b[0;32m[       OK ] \x1b[mA.b (0 ms)\n")
          .size(),
      1u);
}

TEST(LogMarks, GoWithTestsWithinTests) {
  EXPECT_EQ(parts_of("=== RUN   TestA\na\n=== RUN   TestA/x\nx\n=== RUN   TestA/y\ny\n"
                     "--- FAIL: TestA (0.01s)\n    --- PASS: TestA/x (0.00s)\n"
                     "=== RUN   TestB\nb\n--- PASS: TestB (0.00s)\nPASS\n"),
            (Parts{{"TestA",
                    "=== RUN   TestA\na\n=== RUN   TestA/x\nx\n=== RUN   TestA/y\ny\n"
                    "--- FAIL: TestA (0.01s)\n"},
                   {"TestA/x", "=== RUN   TestA/x\nx\n"},
                   {"TestA/y", "=== RUN   TestA/y\ny\n"},
                   {"TestB", "=== RUN   TestB\nb\n--- PASS: TestB (0.00s)\n"}}));
}

TEST(LogMarks, GoTestsThatTakeTurnsHaveNoPartOfTheirOwn) {
  EXPECT_EQ(
      parts_of("=== RUN   TestA\n=== PAUSE TestA\n=== RUN   TestB\nb\n--- PASS: TestB (0.00s)\n"
               "=== CONT  TestA\na\n--- PASS: TestA (0.00s)\n"),
      (Parts{{"TestB", "=== RUN   TestB\nb\n--- PASS: TestB (0.00s)\n"}}));
}

TEST(LogMarks, AnEndlessLineAndEndlessBeginningsCostNoMemory) {
  LogMarks marks;
  const std::string piece(64u << 10, '#');
  for (int i = 0; i < 100; ++i) marks.feed(piece);
  marks.feed("\n");
  for (int i = 0; i < 5000; ++i) marks.feed("##testlooper[start " + std::to_string(i) + "]\n");
  EXPECT_EQ(marks.finish().size(), limits::kOpenMarks);
}

}  // namespace
}  // namespace testlooper::codec
