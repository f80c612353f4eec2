// The pure pieces below the server: characters, ranges, events, answers, pages, signatures, news.
#include <array>

#include <gtest/gtest.h>
#include <zlib.h>

#include "http/event_hub.hpp"
#include "http/log_text.hpp"
#include "http/response.hpp"
#include "http/signature.hpp"
#include "http/static_files.hpp"

namespace testlooper::http {
namespace {

TEST(WholeCharacters, HoldsBackOnlyWhatMayBecomeACharacter) {
  const std::string euro = "\xe2\x82\xac", clef = "\xf0\x9d\x84\x9e";
  EXPECT_EQ(whole_characters(""), 0u);
  EXPECT_EQ(whole_characters("abc"), 3u);
  EXPECT_EQ(whole_characters("a" + euro), 4u);
  EXPECT_EQ(whole_characters("a" + euro.substr(0, 2)), 1u);
  EXPECT_EQ(whole_characters("a" + euro.substr(0, 1)), 1u);
  EXPECT_EQ(whole_characters("a" + clef), 5u);
  EXPECT_EQ(whole_characters("a" + clef.substr(0, 3)), 1u);
  EXPECT_EQ(whole_characters("a\xff"), 2u);
  EXPECT_EQ(whole_characters("\x80\x80\x80\x80"), 4u);
  EXPECT_EQ(whole_characters("a\xc3"), 1u);
  EXPECT_EQ(whole_characters("a\xc0"), 2u);
}

struct RangeCase {
  std::string field;
  RangeKind kind;
  ByteRange range;
};

TEST(RequestedRange, IsReadAsTheStandardSays) {
  const std::vector<RangeCase> cases{
      {"", RangeKind::whole, {0, 100}},
      {"bytes=0-9", RangeKind::part, {0, 10}},
      {"bytes=90-", RangeKind::part, {90, 100}},
      {"bytes=90-500", RangeKind::part, {90, 100}},
      {"bytes=-10", RangeKind::part, {90, 100}},
      {"bytes=-500", RangeKind::part, {0, 100}},
      {"bytes=99-99", RangeKind::part, {99, 100}},
      {"bytes=0-18446744073709551615", RangeKind::part, {0, 100}},
      {"bytes=100-", RangeKind::unsatisfiable, {}},
      {"bytes=-0", RangeKind::unsatisfiable, {}},
      {"bytes=9-5", RangeKind::whole, {0, 100}},
      {"bytes=0-1,5-6", RangeKind::whole, {0, 100}},
      {"bytes=-", RangeKind::whole, {0, 100}},
      {"bytes=x-y", RangeKind::whole, {0, 100}},
      {"lines=0-9", RangeKind::whole, {0, 100}},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(requested_range(c.field, 100), (RequestedRange{c.kind, c.range})) << c.field;
  }
  EXPECT_EQ(requested_range("bytes=0-", 0).kind, RangeKind::unsatisfiable);
}

TEST(SseEvent, HasNameIdAndData) {
  EXPECT_EQ(sse_event("log", "{}", 7), "event: log\nid: 7\ndata: {}\n\n");
  EXPECT_EQ(sse_event("reload", "{}"), "event: reload\ndata: {}\n\n");
}

TEST(AcceptsCoding, ReadsWeights) {
  EXPECT_TRUE(accepts_coding("gzip", "gzip"));
  EXPECT_TRUE(accepts_coding("br;q=1.0, GZIP;q=0.5", "gzip"));
  EXPECT_FALSE(accepts_coding("", "gzip"));
  EXPECT_FALSE(accepts_coding("br, gzip;q=0", "gzip"));
  EXPECT_FALSE(accepts_coding("gzip;q=0.000", "gzip"));
  EXPECT_FALSE(accepts_coding("xgzip", "gzip"));
}

TEST(EtagMatches, ComparesWeakly) {
  EXPECT_TRUE(etag_matches("\"a\", W/\"b\"", "\"b\""));
  EXPECT_TRUE(etag_matches("\"b\"", "W/\"b\""));
  EXPECT_TRUE(etag_matches("*", "\"b\""));
  EXPECT_FALSE(etag_matches("", "\"b\""));
  EXPECT_FALSE(etag_matches("\"c\"", "\"b\""));
}

std::string gunzipped(const std::string& packed, std::size_t size) {
  std::string text(size, '\0');
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string copy = packed;
  stream.next_in = reinterpret_cast<Bytef*>(copy.data());
  stream.avail_in = static_cast<uInt>(copy.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  inflateEnd(&stream);
  return text;
}

TEST(Compress, MakesLargeAnswersSmallForThoseWhoTakeIt) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "line " + std::to_string(i) + "\n";
  auto packed = json_response(200, text);
  compress(packed, "gzip, br");
  EXPECT_LT(packed.body_bytes(), text.size() / 2);
  EXPECT_EQ(gunzipped(std::get<std::string>(packed.body), text.size()), text);
  EXPECT_NE(head_text(packed, true, true).find("Content-Encoding: gzip\r\n"), std::string::npos);

  auto plain = json_response(200, text);
  compress(plain, "");
  EXPECT_EQ(plain.body_bytes(), text.size());
  auto small = json_response(200, "{}");
  compress(small, "gzip");
  EXPECT_EQ(small.body_bytes(), 2u);
}

TEST(HeadText, HasTheSecurityFieldsWhateverTheAnswer) {
  for (const unsigned status : {200u, 304u, 404u, 503u}) {
    const auto head = head_text(json_response(status, "{}"), true, true);
    for (const auto* field :
         {"Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; ",
          "frame-ancestors 'none'\r\n", "X-Content-Type-Options: nosniff\r\n",
          "Referrer-Policy: same-origin\r\n"}) {
      EXPECT_NE(head.find(field), std::string::npos) << status << " " << field;
    }
    EXPECT_EQ(head.find("Set-Cookie"), std::string::npos);
  }
}

constexpr std::array<Asset, 2> kAssets{
    Asset{"/index.html", "text/html; charset=utf-8", "<html>", "", "", "\"1\"", false},
    Asset{"/assets/app-1.js", "text/javascript", "plain", "zipped", "brotli", "\"2\"", true}};

Response asset(std::string_view path, const std::string& lines = "") {
  const auto head = parse_head("GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n");
  return static_response(kAssets, path, *head);
}

TEST(StaticFiles, PathsOfTheApplicationShareOnePage) {
  for (const auto* path :
       {"/", "/r/demo/b/feature/x", "/runs/5", "/tasks/5", "/engine", "/retention", "/audit"}) {
    const auto page = asset(path);
    EXPECT_EQ(page.status, 200u) << path;
    EXPECT_EQ(std::get<StaticBytes>(page.body), "<html>") << path;
  }
  EXPECT_NE(head_text(asset("/"), true, true).find("Cache-Control: no-cache\r\n"),
            std::string::npos);
}

TEST(StaticFiles, NothingElseIsThere) {
  for (const auto* path : {"/etc/passwd", "/index.htm", "/assets", "/assets/", "/assets/../x",
                           "//index.html", "/runs", "/favicon.ico"}) {
    EXPECT_EQ(asset(path).status, 404u) << path;
  }
}

TEST(StaticFiles, AreSentAsTheClientTakesThemAndKeptAsLongAsTheyMay) {
  const auto best = asset("/assets/app-1.js", "Accept-Encoding: gzip, br\r\n");
  EXPECT_EQ(std::get<StaticBytes>(best.body), "brotli");
  EXPECT_EQ(std::get<StaticBytes>(asset("/assets/app-1.js", "Accept-Encoding: gzip\r\n").body),
            "zipped");
  EXPECT_EQ(std::get<StaticBytes>(asset("/assets/app-1.js").body), "plain");
  EXPECT_NE(head_text(best, true, true).find("max-age=31536000, immutable"), std::string::npos);
  EXPECT_EQ(asset("/assets/app-1.js", "If-None-Match: \"2\"\r\n").status, 304u);
  EXPECT_EQ(asset("/assets/app-1.js", "If-None-Match: \"1\"\r\n").status, 200u);
}

// The example of GitHub's documentation.
TEST(Signature, IsTheHmacOfTheBody) {
  const std::string secret = "It's a Secret to Everybody", body = "Hello, World!";
  const std::string good =
      "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
  EXPECT_TRUE(is_signed(good, body, secret));
  EXPECT_FALSE(is_signed(good, body + " ", secret));
  EXPECT_FALSE(is_signed(good, body, secret + "x"));
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto bad = good;
    bad[i] = bad[i] == '0' ? '1' : '0';
    EXPECT_FALSE(is_signed(bad, body, secret)) << i;
  }
  for (const auto& bad : {std::string(), good.substr(0, 70), good.substr(7), good + "0"}) {
    EXPECT_FALSE(is_signed(bad, body, secret)) << bad;
  }
}

TEST(EventHub, WakesOnceAndMergesUntilSomebodyTakes) {
  EventHub hub;
  int woken = 0;
  hub.published({4, {CommitId{1}}, false, true});
  hub.on_news([&] { ++woken; });
  EXPECT_EQ(woken, 1) << "news from before count too";
  hub.published({6, {CommitId{2}, CommitId{1}}, true, false});
  hub.published({5, {}, false, false});
  hub.log_grew({TaskId{1}, 1}, 10, false);
  hub.log_grew({TaskId{1}, 1}, 30, true);
  hub.log_grew({TaskId{1}, 1}, 20, false);
  EXPECT_EQ(woken, 1);

  const auto news = hub.take();
  ASSERT_TRUE(news.change);
  EXPECT_EQ(news.change->revision, 6u);
  EXPECT_EQ(news.change->commits, (std::vector{CommitId{1}, CommitId{2}}));
  EXPECT_TRUE(news.change->refs && news.change->engine);
  EXPECT_TRUE(news.logs.at({TaskId{1}, 1}));

  EXPECT_FALSE(hub.take().change);
  hub.log_grew({TaskId{1}, 1}, 40, false);
  EXPECT_EQ(woken, 2);
  hub.on_news({});
  hub.take();
  hub.published({7, {}, false, false});
  EXPECT_EQ(woken, 2);
}

}  // namespace
}  // namespace testlooper::http
