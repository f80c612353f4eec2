#include "http/guard.hpp"

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

namespace testlooper::http {
namespace {

std::string with_lines(const std::string& request_line, const std::string& lines) {
  return request_line + "\r\nHost: localhost:8001\r\n" + lines + "\r\n";
}

unsigned status_of(const std::string& text) {
  const auto head = parse_head(text);
  return head ? 200 : head.error().status;
}

TEST(ParseHead, ReadsWhatAnOrdinaryClientSends) {
  const auto head = parse_head(
      "POST /git_updater?x=1 HTTP/1.1\r\nHost: localhost:8001\r\nContent-Length: 12\r\n"
      "X-Odd_Name:  a b\t\r\nEmpty:\r\n\r\n");
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(head->method, "POST");
  EXPECT_EQ(head->target, "/git_updater?x=1");
  EXPECT_EQ(head->body, BodyKind::sized);
  EXPECT_EQ(head->content_length, 12u);
  EXPECT_EQ(*head->find("x-odd_name"), "a b");
  EXPECT_EQ(*head->find("empty"), "");
  EXPECT_EQ(head->find("absent"), nullptr);
  EXPECT_TRUE(head->keep_alive);
}

TEST(ParseHead, KnowsWhenAConnectionGoesOn) {
  EXPECT_TRUE(parse_head(with_lines("GET / HTTP/1.1", ""))->keep_alive);
  EXPECT_FALSE(parse_head(with_lines("GET / HTTP/1.1", "Connection: x, Close\r\n"))->keep_alive);
  EXPECT_FALSE(parse_head(with_lines("GET / HTTP/1.0", ""))->keep_alive);
}

TEST(ParseHead, TakesChunkedOnHttp11Only) {
  const std::string chunked = "Transfer-Encoding: Chunked\r\n";
  EXPECT_EQ(parse_head(with_lines("POST / HTTP/1.1", chunked))->body, BodyKind::chunked);
  EXPECT_EQ(status_of(with_lines("POST / HTTP/1.0", chunked)), 400u);
}

TEST(ParseHead, MeetsNoOtherExpectationThanContinue) {
  const auto head =
      parse_head(with_lines("POST / HTTP/1.1", "Content-Length: 1\r\nExpect: 100-Continue\r\n"));
  EXPECT_TRUE(head->expects_continue);
  EXPECT_EQ(status_of(with_lines("POST / HTTP/1.1", "Expect: tea\r\n")), 417u);
}

TEST(ParseHead, RefusesBodiesOfTwoLengths) {
  const std::vector<std::string> lines{
      "Transfer-Encoding: gzip\r\n",
      "Transfer-Encoding: gzip, chunked\r\n",
      "Transfer-Encoding: xchunked\r\n",
      "Transfer-Encoding: chunked, identity\r\n",
      "Transfer-Encoding: \r\n",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
      "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
      "Content-Length: 5\r\nContent-Length: 5\r\n",
      "Content-Length: 5\r\nContent-Length: 6\r\n",
      "Content-Length: 5, 5\r\n",
      "Content-Length: +5\r\n",
      "Content-Length: -5\r\n",
      "Content-Length: 0x5\r\n",
      "Content-Length: 5 5\r\n",
      "Content-Length:\r\n",
      "Content-Length: 99999999999999999999999\r\n",
  };
  for (const auto& line : lines) {
    EXPECT_EQ(status_of(with_lines("POST /git_updater HTTP/1.1", line)), 400u) << line;
  }
}

TEST(ParseHead, RefusesABodyWhereNobodyReadsOne) {
  EXPECT_EQ(status_of(with_lines("GET / HTTP/1.1", "Content-Length: 5\r\n")), 400u);
  EXPECT_EQ(status_of(with_lines("GET / HTTP/1.1", "Transfer-Encoding: chunked\r\n")), 400u);
  EXPECT_EQ(status_of(with_lines("GET / HTTP/1.1", "Content-Length: 0\r\n")), 200u);
}

TEST(ParseHead, RefusesLinesThatReadersReadDifferently) {
  const std::vector<std::string> lines{"X: a\r\n folded\r\n",
                                       "X: a\r\n\tfolded\r\n",
                                       " X: a\r\n",
                                       "X : a\r\n",
                                       ": a\r\n",
                                       "X\r\n",
                                       "X: a\rb\r\n",
                                       "X: a\nY: b\r\n",
                                       "X: a\x01\r\n",
                                       "X: a\x7f\r\n",
                                       "X(Y): a\r\n",
                                       "X\xc3\xa4: a\r\n",
                                       std::string("X: \0\r\n", 6)};
  for (const auto& line : lines) {
    EXPECT_EQ(status_of(with_lines("GET / HTTP/1.1", line)), 400u) << line;
  }
}

TEST(ParseHead, WantsExactlyOneHost) {
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\r\n"), 400u);
  EXPECT_EQ(status_of("GET / HTTP/1.0\r\n\r\n"), 400u);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n"), 400u);
}

TEST(ParseHead, RefusesOddRequestLines) {
  const std::vector<std::string> lines{"GET /",
                                       "GET  / HTTP/1.1",
                                       "GET / HTTP/1.1 ",
                                       " GET / HTTP/1.1",
                                       "GET / HTTP/2.0",
                                       "GET / HTTP/1.2",
                                       "GET / http/1.1",
                                       "GET / HTTP/1.1x",
                                       "G\tT / HTTP/1.1",
                                       "GET\t/\tHTTP/1.1",
                                       "/ HTTP/1.1",
                                       "",
                                       "\r\nGET / HTTP/1.1"};
  for (const auto& line : lines) EXPECT_EQ(status_of(with_lines(line, "")), 400u) << line;
}

TEST(ParseHead, RefusesOddTargets) {
  const std::vector<std::string> targets{"*",
                                         "http://localhost:8001/",
                                         "localhost:8001",
                                         "//evil.example/",
                                         "/a#b",
                                         "/a\\b",
                                         "/\xc3\xa4",
                                         "/a/../b",
                                         "/a/%2e%2E/b",
                                         "/.",
                                         "/%2e",
                                         "/a%00b",
                                         "/a%zzb",
                                         "/a%2",
                                         "/a%"};
  for (const auto& target : targets) {
    EXPECT_EQ(status_of(with_lines("GET " + target + " HTTP/1.1", "")), 400u) << target;
  }
  for (const auto* target : {"/", "/r/a%2Fb", "/r/a..b/...", "/?q=../x", "/a?b=%"}) {
    EXPECT_EQ(status_of(with_lines("GET " + std::string(target) + " HTTP/1.1", "")), 200u)
        << target;
  }
  const std::string endless = "/" + std::string(limits::kHttpTargetBytes, 'a');
  EXPECT_EQ(status_of(with_lines("GET " + endless + " HTTP/1.1", "")), 414u);
}

TEST(ParseHead, RefusesWhatHasNoEndOrTwo) {
  EXPECT_EQ(status_of(""), 400u);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\n"), 400u);
  EXPECT_EQ(status_of(with_lines("GET / HTTP/1.1", "") + "x"), 400u);
}

const OwnHosts kOwn{{8001, 8002}, {"ci.example.org", "Other.example:9000", "[2001:db8::1]:9000"}};

TEST(IsOwnHost, TakesLoopbackNamesWithOurPortsAndAllowedOnes) {
  for (const auto* host :
       {"127.0.0.1:8001", "localhost:8001", "LOCALHOST:8002", "[::1]:8001", "ci.example.org",
        "CI.example.org:443", "other.example:9000", "[2001:db8::1]:9000"}) {
    EXPECT_TRUE(is_own_host(kOwn, host)) << host;
  }
}

TEST(IsOwnHost, RefusesForgedOnes) {
  for (const auto* host : {"",
                           ":",
                           ":8001",
                           "localhost",
                           "localhost:80",
                           "localhost:8003",
                           "localhost:",
                           "localhost:8001x",
                           "localhost:+8001",
                           "localhost:8001:8001",
                           "localhost:73537",
                           "localhost.:8001",
                           "localhost.evil.example:8001",
                           "evil.example:8001",
                           "127.0.0.2:8001",
                           "127.0.0.1.evil.example",
                           "[::1]",
                           "[::1]8001",
                           "[::1",
                           "::1:8001",
                           "[::2]:8001",
                           "user@localhost:8001",
                           "localhost:8001/",
                           "other.example",
                           "other.example:9001",
                           "sub.ci.example.org",
                           "ci.example.org.evil.example",
                           "ci.example.org:x"}) {
    EXPECT_FALSE(is_own_host(kOwn, host)) << host;
  }
}

struct Sender {
  std::string method;
  std::string lines;
  unsigned status;  // 0: may pass
};

TEST(CheckSender, HoldsAgainstTheTable) {
  const std::string json = "Content-Type: application/json\r\n";
  const std::vector<Sender> table{
      {"GET", "", 0},
      {"HEAD", "", 0},
      // Reading changes nothing, and other sites can't see the answer.
      {"GET", "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\n", 0},
      {"POST", json, 0},
      {"POST", "Content-Type: Application/JSON; charset=utf-8\r\n", 0},
      {"POST", json + "Origin: http://localhost:8001\r\n", 0},
      {"POST", json + "Origin: HTTPS://localhost:8001\r\nSec-Fetch-Site: same-origin\r\n", 0},
      {"POST", json + "Sec-Fetch-Site: none\r\n", 0},
      {"POST", json + "Origin: http://localhost:8002\r\n", 403},
      {"POST", json + "Origin: http://127.0.0.1:8001\r\n", 403},
      {"POST", json + "Origin: http://localhost\r\n", 403},
      {"POST", json + "Origin: http://localhost:8001.evil.example\r\n", 403},
      {"POST", json + "Origin: http://evil.example\r\n", 403},
      {"POST", json + "Origin: ftp://localhost:8001\r\n", 403},
      {"POST", json + "Origin: localhost:8001\r\n", 403},
      {"POST", json + "Origin: null\r\n", 403},
      {"POST", json + "Origin:\r\n", 403},
      {"POST", json + "Origin: http://localhost:8001\r\nOrigin: http://evil.example\r\n", 403},
      {"POST", json + "Sec-Fetch-Site: cross-site\r\n", 403},
      {"POST", json + "Sec-Fetch-Site: same-site\r\n", 403},
      {"POST", json + "Sec-Fetch-Site:\r\n", 403},
      {"POST", json + "Sec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site\r\n", 403},
      {"DELETE", json + "Origin: http://evil.example\r\n", 403},
      {"POST", "", 415},
      {"POST", "Content-Type: text/plain\r\n", 415},
      {"POST", "Content-Type: application/x-www-form-urlencoded\r\n", 415},
      {"POST", "Content-Type: multipart/form-data; boundary=application/json\r\n", 415},
      {"POST", "Content-Type: application/jsonp\r\n", 415},
      {"POST", "Content-Type: text/plain; application/json\r\n", 415},
      {"POST", json + "Content-Type: text/plain\r\n", 415},
  };
  for (const auto& sender : table) {
    const auto head = parse_head(with_lines(sender.method + " / HTTP/1.1", sender.lines));
    ASSERT_TRUE(head) << sender.lines;
    const auto refusal = check_sender(*head, kOwn);
    EXPECT_EQ(refusal ? refusal->status : 0, sender.status) << sender.method << " " << sender.lines;
  }
}

TEST(CheckSender, RefusesOtherHostsForEveryMethod) {
  for (const auto* method : {"GET", "HEAD", "POST"}) {
    const auto head = parse_head(std::string(method) + " / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    EXPECT_EQ(check_sender(*head, kOwn)->status, 421u) << method;
  }
}

}  // namespace
}  // namespace testlooper::http
