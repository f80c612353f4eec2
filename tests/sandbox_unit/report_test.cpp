// What the server takes from the report of a run, which the tested code may have forged.
#include "sandbox/report.hpp"

#include <gtest/gtest.h>

namespace testlooper::sandbox {
namespace {

class Report : public ::testing::Test {
 protected:
  ReportReader reader(std::uint64_t artifact_bytes = 100) {
    return {{{"/one", 4}, {"/two", 0}}, artifact_bytes, [this](std::string_view bytes) {
              tar_ += bytes;
              return Result<void>{};
            }};
  }
  std::string tar_;
};

std::string number(Kind kind, std::uint64_t value) { return frame(kind, encode_number(value)); }

TEST_F(Report, a_run_that_left_everything) {
  auto read = reader();
  const auto bytes = frame(Kind::started) + number(Kind::exited, 0x300) + number(Kind::file, 0) +
                     frame(Kind::bytes, "ab") + frame(Kind::bytes, "cd") +
                     number(Kind::oversized, 1) + frame(Kind::artifacts) +
                     frame(Kind::bytes, "tar") + frame(Kind::complete);
  for (const char each : bytes) ASSERT_TRUE(read.feed({&each, 1}));
  const auto& report = read.report();
  EXPECT_TRUE(report.started && report.complete && report.has_artifacts);
  EXPECT_EQ(report.wait_status, 0x300);
  EXPECT_EQ(report.outputs, (std::map<std::string, std::string>{{"/one", "abcd"}}));
  EXPECT_EQ(report.oversized, std::vector<std::string>{"/two"});
  EXPECT_EQ(tar_, "tar");
}

TEST_F(Report, trouble_is_told) {
  auto read = reader();
  ASSERT_TRUE(read.feed(frame(Kind::trouble, encode(Trouble{"no mount", 1}))));
  EXPECT_EQ(read.report().trouble, (Trouble{"no mount", 1}));
}

TEST_F(Report, more_than_was_asked_for_is_refused) {
  const std::vector<std::string> forged = {
      number(Kind::file, 0) + frame(Kind::bytes, "abcde"),
      number(Kind::file, 0) + frame(Kind::bytes, "abc") + number(Kind::oversized, 0) +
          frame(Kind::bytes, "x"),
      number(Kind::file, 2),
      number(Kind::oversized, 7),
      number(Kind::oversized, 0) + number(Kind::oversized, 0) + number(Kind::oversized, 0),
      frame(Kind::bytes, "for nothing"),
      frame(Kind::artifacts) + frame(Kind::bytes, std::string(101, 'x')),
      frame(Kind::exited, "short"),
      frame(Kind::trouble, "short"),
      frame(Kind::ended),
      frame(Kind::complete) + frame(Kind::started),
      std::string(20, '\xff'),
  };
  for (const auto& bytes : forged) {
    auto read = reader();
    EXPECT_FALSE(read.feed(bytes)) << ::testing::PrintToString(bytes);
  }
}

}  // namespace
}  // namespace testlooper::sandbox
