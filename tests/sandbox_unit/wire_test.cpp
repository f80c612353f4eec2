// The bytes between server and supervisor: as they are written, however they are cut, and where
// they are not what they should be.
#include <gtest/gtest.h>

#include "sandbox/messages.hpp"

namespace testlooper::sandbox {
namespace {

using namespace std::string_literals;

RunRequest full_request() {
  RunRequest request;
  request.programs = {"bash", "/bin/sh"};
  request.arguments = {"-c", "echo 'a b'\n\0x"s};
  request.variables = {"PATH=/bin", "EMPTY="};
  request.folder = "/testlooper/repo";
  request.uid = 1234;
  request.gid = 1235;
  request.groups = {5, 4'000'000'000};
  request.own_network = true;
  request.disk_bytes = 1ull << 40;
  request.shm_bytes = 7;
  request.timeout_ms = 600'000;
  request.grace_ms = 2'000;
  request.files = "tar";
  request.inputs = {{"/io/input", "a::b\n"}, {"/io/none", ""}};
  request.outputs = {{"/io/report", 64u << 20}};
  request.artifacts = "/io/artifacts";
  request.artifact_bytes = 1'000;
  return request;
}

std::vector<std::string> read(std::string_view bytes, std::size_t piece, bool& broken) {
  FrameDecoder decoder;
  std::vector<std::string> found;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    decoder.feed(bytes.substr(at, piece));
    while (const auto each = decoder.next()) {
      found.push_back(std::to_string(static_cast<int>(each->kind)) + ":" +
                      std::string(each->payload));
    }
  }
  broken = decoder.broken();
  return found;
}

TEST(SandboxWire, a_frame_is_its_kind_its_size_and_its_payload) {
  EXPECT_EQ(frame(Kind::output, "hi"), "\x11\x02\0\0\0hi"s);
  EXPECT_EQ(frame(Kind::go), "\x02\0\0\0\0"s);
  EXPECT_EQ(frames(Kind::request, ""), "");
}

TEST(SandboxWire, large_bytes_are_cut_into_frames) {
  const std::string large(2 * kFramePayloadBytes + 1, 'x');
  bool broken = false;
  const auto found = read(frames(Kind::bytes, large), 1'000, broken);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[2], "40:x");
  EXPECT_FALSE(broken);
}

TEST(SandboxWire, frames_read_the_same_however_they_are_cut) {
  const auto bytes = frame(Kind::hello, "abc") + frame(Kind::go) + frame(Kind::error, "x");
  const std::vector<std::string> expected = {"16:abc", "2:", "18:x"};
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    bool broken = false;
    EXPECT_EQ(read(bytes, piece, broken), expected) << piece;
    EXPECT_FALSE(broken);
  }
}

TEST(SandboxWire, a_size_that_no_frame_has_ends_the_stream) {
  bool broken = false;
  const auto found = read(frame(Kind::go) + "\x11\x01\0\x01\0"s + frame(Kind::go), 3, broken);
  EXPECT_EQ(found, (std::vector<std::string>{"2:"}));
  EXPECT_TRUE(broken);
}

TEST(SandboxWire, messages_come_back_as_they_were) {
  EXPECT_EQ(decode_request(encode(full_request())), full_request());
  EXPECT_EQ(decode_request(encode(RunRequest{})), RunRequest{});
  const Hello hello{3, "no"};
  EXPECT_EQ(decode_hello(encode(hello)), hello);
  const Ended ended{2, true, false};
  EXPECT_EQ(decode_ended(encode(ended)), ended);
  const Trouble trouble{"no mount", 22};
  EXPECT_EQ(decode_trouble(encode(trouble)), trouble);
  EXPECT_EQ(decode_number(encode_number(1ull << 60)), 1ull << 60);
}

TEST(SandboxWire, a_message_is_written_as_it_was_when_this_version_was_given_its_number) {
  EXPECT_EQ(encode(Hello{kProtocolVersion, "no"}),
            "\2\0\0\0\0\0\0\0"
            "\2\0\0\0\0\0\0\0no"s);
  EXPECT_EQ(encode(Ended{3, true, false}),
            "\3\0\0\0\0\0\0\0"
            "\1\0\0\0\0\0\0\0"
            "\0\0\0\0\0\0\0\0"s);
  EXPECT_EQ(encode(full_request()).size(), 353u);
}

TEST(SandboxWire, what_is_cut_or_goes_on_is_no_message) {
  const auto bytes = encode(full_request());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_request(std::string_view(bytes).substr(0, size))) << size;
  }
  EXPECT_FALSE(decode_request(bytes + "x"));
  EXPECT_FALSE(decode_request(std::string(64, '\xff')));
  EXPECT_FALSE(decode_number(""));
}

}  // namespace
}  // namespace testlooper::sandbox
