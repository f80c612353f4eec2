#include "docker/frames.hpp"

#include <string>

#include <gtest/gtest.h>

namespace testlooper::docker {
namespace {

std::string frame(char kind, const std::string& text) {
  std::string bytes{kind, 0, 0, 0};
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(text.size() >> shift);
  return bytes + text;
}

struct Collected {
  std::string out;
  std::string err;
  FrameReader::Sink sink() {
    return [this](Output stream, std::string_view text) -> Result<void> {
      (stream == Output::out ? out : err) += text;
      return {};
    };
  }
};

TEST(Frames, output_and_errors_are_told_apart) {
  Collected got;
  FrameReader reader;
  ASSERT_TRUE(reader.feed(frame(1, "one") + frame(2, "two") + frame(1, "three"), got.sink()));
  EXPECT_EQ(got.out, "onethree");
  EXPECT_EQ(got.err, "two");
  EXPECT_TRUE(reader.at_boundary());
}

TEST(Frames, pieces_may_be_cut_anywhere) {
  const std::string bytes = frame(1, "one") + frame(2, "") + frame(2, "two") + frame(1, "three");
  for (std::size_t size = 1; size <= bytes.size(); ++size) {
    Collected got;
    FrameReader reader;
    for (std::size_t at = 0; at < bytes.size(); at += size) {
      ASSERT_TRUE(reader.feed(std::string_view(bytes).substr(at, size), got.sink()));
    }
    EXPECT_EQ(got.out, "onethree") << size;
    EXPECT_EQ(got.err, "two") << size;
  }
}

TEST(Frames, a_stream_that_ends_within_a_frame_was_cut) {
  Collected got;
  FrameReader header, payload;
  ASSERT_TRUE(header.feed(std::string_view("\1\0\0", 3), got.sink()));
  EXPECT_FALSE(header.at_boundary());
  ASSERT_TRUE(payload.feed(frame(1, "text").substr(0, 10), got.sink()));
  EXPECT_FALSE(payload.at_boundary());
}

TEST(Frames, a_hostile_length_takes_no_memory) {
  Collected got;
  FrameReader reader;
  ASSERT_TRUE(reader.feed(std::string_view("\1\0\0\0\xff\xff\xff\xffrest", 12), got.sink()));
  EXPECT_EQ(got.out, "rest");
  EXPECT_FALSE(reader.at_boundary());
}

TEST(Frames, what_is_no_frame_is_an_error) {
  for (const std::string& bytes : {std::string("HTTP/1.1 200"), std::string("\4\0\0\0\0\0\0\0", 8),
                                   std::string("\1\0\1\0\0\0\0\0", 8)}) {
    Collected got;
    FrameReader reader;
    const auto fed = reader.feed(bytes, got.sink());
    ASSERT_FALSE(fed);
    EXPECT_EQ(fed.error().kind, ErrorKind::unavailable);
    EXPECT_EQ(got.out + got.err, "");
  }
}

TEST(Frames, the_sinks_error_ends_the_reading) {
  FrameReader reader;
  const auto fed = reader.feed(frame(1, "x") + frame(1, "y"), [](Output, std::string_view) {
    return Result<void>(unavailable("the disk is full"));
  });
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().message, "the disk is full");
}

}  // namespace
}  // namespace testlooper::docker
