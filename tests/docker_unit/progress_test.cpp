#include "docker/progress.hpp"

#include <gtest/gtest.h>

#include "docker/protobuf.hpp"

namespace testlooper::docker {
namespace {

// A trace as docker 20.10 sends it for `FROM bb:2` and `RUN --mount=type=cache,... echo hello`.
constexpr const char* kAnnounced =
    R"({"id":"moby.buildkit.trace","aux":"CnQKR3NoYTI1NjpjMzg5YTZjODBkZWMzZWMxNzdmZmNmOWE5NGU2MTRiZWJlMDUyMjA5NzAzNmExNjQyOWIwNjljMDExOGVhZDlhGilbc3RhZ2UtMCAxLzJdIEZST00gZG9ja2VyLmlvL2xpYnJhcnkvYmI6MgrNAQpHc2hhMjU2OjYxZmYxZjFjZTQ4N2NiMDQ1ZDJjNTkxNDlmNDBiNjYxNjcxNWU4Zjk3MDE5OWJhMjk5OGIzYWY0ZTFiYWQ4YzUSR3NoYTI1NjpjMzg5YTZjODBkZWMzZWMxNzdmZmNmOWE5NGU2MTRiZWJlMDUyMjA5NzAzNmExNjQyOWIwNjljMDExOGVhZDlhGjlbc3RhZ2UtMCAyLzJdIFJVTiAtLW1vdW50PXR5cGU9Y2FjaGUsdGFyZ2V0PS9jIGVjaG8gaGVsbG8="})";
constexpr const char* kCached =
    R"({"id":"moby.buildkit.trace","aux":"CpIBCkdzaGEyNTY6YzM4OWE2YzgwZGVjM2VjMTc3ZmZjZjlhOTRlNjE0YmViZTA1MjIwOTcwMzZhMTY0MjliMDY5YzAxMThlYWQ5YRopW3N0YWdlLTAgMS8yXSBGUk9NIGRvY2tlci5pby9saWJyYXJ5L2JiOjIgASoMCLGCkNgGEJO36oIBMgwIsoKQ2AYQz67rggE="})";
constexpr const char* kStarted =
    R"({"id":"moby.buildkit.trace","aux":"CtsBCkdzaGEyNTY6NjFmZjFmMWNlNDg3Y2IwNDVkMmM1OTE0OWY0MGI2NjE2NzE1ZThmOTcwMTk5YmEyOTk4YjNhZjRlMWJhZDhjNRJHc2hhMjU2OmMzODlhNmM4MGRlYzNlYzE3N2ZmY2Y5YTk0ZTYxNGJlYmUwNTIyMDk3MDM2YTE2NDI5YjA2OWMwMTE4ZWFkOWEaOVtzdGFnZS0wIDIvMl0gUlVOIC0tbW91bnQ9dHlwZT1jYWNoZSx0YXJnZXQ9L2MgZWNobyBoZWxsbyoMCLKCkNgGEJDmqIMB"})";
constexpr const char* kWrote =
    R"({"id":"moby.buildkit.trace","aux":"GmEKR3NoYTI1Njo2MWZmMWYxY2U0ODdjYjA0NWQyYzU5MTQ5ZjQwYjY2MTY3MTVlOGY5NzAxOTliYTI5OThiM2FmNGUxYmFkOGM1EgwIsoKQ2AYQ0qrtwwEYASIGaGVsbG8K"})";
constexpr const char* kCompleted =
    R"({"id":"moby.buildkit.trace","aux":"CukBCkdzaGEyNTY6NjFmZjFmMWNlNDg3Y2IwNDVkMmM1OTE0OWY0MGI2NjE2NzE1ZThmOTcwMTk5YmEyOTk4YjNhZjRlMWJhZDhjNRJHc2hhMjU2OmMzODlhNmM4MGRlYzNlYzE3N2ZmY2Y5YTk0ZTYxNGJlYmUwNTIyMDk3MDM2YTE2NDI5YjA2OWMwMTE4ZWFkOWEaOVtzdGFnZS0wIDIvMl0gUlVOIC0tbW91bnQ9dHlwZT1jYWNoZSx0YXJnZXQ9L2MgZWNobyBoZWxsbyoMCLKCkNgGEJDmqIMBMgwIsoKQ2AYQ+9GgywE="})";

std::string read(const std::string& bytes, std::size_t piece) {
  ProgressReader reader;
  std::string lines;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const auto got = reader.feed(std::string_view(bytes).substr(at, piece));
    EXPECT_TRUE(got);
    lines += got.value_or("");
  }
  return lines;
}

TEST(Progress, a_classic_build_reads_as_it_was_written) {
  const std::string bytes =
      "{\"stream\":\"Step 1/2 : FROM bb:2\"}\r\n{\"stream\":\"\\n\"}\r\n"
      "{\"stream\":\" ---\\u003e 58027ae5ea1c\\n\"}\r\n{\"aux\":{\"ID\":\"sha256:04\"}}\r\n";
  for (const std::size_t piece : {1uz, 7uz, bytes.size()}) {
    EXPECT_EQ(read(bytes, piece), "Step 1/2 : FROM bb:2\n ---> 58027ae5ea1c\n");
  }
}

TEST(Progress, a_pull_tells_what_it_does_without_the_bars) {
  EXPECT_EQ(read("{\"status\":\"Pulling from library/x\",\"id\":\"1\"}\n"
                 "{\"status\":\"Downloading\",\"progressDetail\":{\"current\":1,\"total\":2},"
                 "\"progress\":\"[=> ]\",\"id\":\"ab\"}\n"
                 "{\"status\":\"Download complete\",\"progressDetail\":{},\"id\":\"ab\"}\n"
                 "{\"status\":\"Status: Downloaded newer image for x:1\"}\n",
                 1000),
            "1: Pulling from library/x\nab: Download complete\n"
            "Status: Downloaded newer image for x:1\n");
}

TEST(Progress, the_error_is_told_apart_from_the_lines) {
  ProgressReader reader;
  const auto lines =
      reader.feed("{\"errorDetail\":{\"message\":\"it broke\"},\"error\":\"it broke\"}\n");
  ASSERT_TRUE(lines);
  EXPECT_EQ(*lines, "");
  EXPECT_EQ(reader.error(), "it broke");
}

TEST(Progress, a_buildkit_build_reads_like_a_log) {
  const std::string bytes = std::string(kAnnounced) + "\n" + kCached + "\n" + kStarted + "\n" +
                            kStarted + "\n" + kWrote + "\n" + kCompleted + "\n" + kCompleted + "\n";
  EXPECT_EQ(read(bytes, 100),
            "#1 [stage-0 1/2] FROM docker.io/library/bb:2\n"
            "#1 CACHED\n"
            "#2 [stage-0 2/2] RUN --mount=type=cache,target=/c echo hello\n"
            "#2 hello\n"
            "#2 DONE\n");
}

TEST(Progress, rubbish_is_left_out_and_a_line_without_end_is_an_error) {
  EXPECT_EQ(read("not json\n7\n[]\n{\"id\":\"moby.buildkit.trace\",\"aux\":\"!\"}\n"
                 "{\"id\":\"moby.buildkit.trace\",\"aux\":{\"x\":1}}\n",
                 5),
            "");
  ProgressReader reader;
  const auto fed = reader.feed(std::string(5u << 20, 'x'));
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().kind, ErrorKind::unavailable);
}

TEST(Progress, broken_protobuf_reads_as_nothing) {
  for (const std::string& message :
       {std::string("\x0a\xff\xff\xff\xff\x0f", 6), std::string("\x0b", 1), std::string("\x80", 1),
        std::string(20, '\xff'),
        std::string("\x0a\x05"
                    "ab",
                    4)}) {
    ProtoReader reader(message);
    EXPECT_FALSE(reader.next());
    EXPECT_EQ(BuildkitTrace().read(message), "");
  }
}

}  // namespace
}  // namespace testlooper::docker
