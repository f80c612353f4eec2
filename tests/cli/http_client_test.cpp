#include "net/http_client.hpp"

#include <gtest/gtest.h>

#include "net/event_parser.hpp"
#include "net/percent.hpp"

namespace testlooper::net {
namespace {

std::string round_trip(const std::string& url) {
  const auto server = parse_server_url(url);
  return server ? server->text() : server.error().message;
}

TEST(ServerUrl, IsReadAndWritten) {
  EXPECT_EQ(round_trip("http://127.0.0.1:8001"), "http://127.0.0.1:8001");
  EXPECT_EQ(round_trip("http://ci.example.org/"), "http://ci.example.org:80");
  EXPECT_EQ(round_trip("http://ci.example.org/test/looper//"),
            "http://ci.example.org:80/test/looper");
  EXPECT_EQ(round_trip("http://[::1]:8001/x"), "http://[::1]:8001/x");
}

TEST(ServerUrl, SaysWhatIsWrong) {
  EXPECT_EQ(round_trip("https://localhost"), "must begin with http://");
  EXPECT_EQ(round_trip("localhost:8001"), "must begin with http://");
  EXPECT_EQ(round_trip("http://"), "names no host");
  EXPECT_EQ(round_trip("http://:8001"), "names no host");
  EXPECT_EQ(round_trip("http://[::1"), "has no ] after its address");
  for (const auto* url :
       {"http://a:", "http://a:0", "http://a:x", "http://a:70000", "http://a:80:80"}) {
    EXPECT_EQ(round_trip(url), "has a port that is none") << url;
  }
}

TEST(PercentEncoded, LeavesOnlyPlainCharacters) {
  EXPECT_EQ(percent_encoded("feature/x y"), "feature%2Fx%20y");
  EXPECT_EQ(percent_encoded("a-b.c_d~E9"), "a-b.c_d~E9");
  EXPECT_EQ(percent_encoded("\xc3\xa4?&#%"), "%C3%A4%3F%26%23%25");
}

TEST(EventParser, TakesEventsFromPieces) {
  EventParser parser;
  EXPECT_TRUE(parser.take("event: sn").empty());
  const auto first = parser.take("apshot\nid: 7\ndata: {\"a\"");
  EXPECT_TRUE(first.empty());
  const auto events = parser.take(":1}\n\n: still here\n\nevent: reload\ndata: {}\n\nevent: ch");
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].name, "snapshot");
  EXPECT_EQ(events[0].data, "{\"a\":1}");
  EXPECT_EQ(events[1].name, "reload");
}

}  // namespace
}  // namespace testlooper::net
