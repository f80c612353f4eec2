// The guard, the deadlines and the caps, with raw bytes over real sockets.
#include <atomic>
#include <optional>
#include <thread>

#include <sys/resource.h>
#include <unistd.h>

#include "testlooper/base/limits.hpp"

#include "http/server_fixture.hpp"

namespace testlooper::http {
namespace {

class ServerGuardTest : public ServerTest {
 protected:
  // Everything the server says to these bytes until it closes.
  std::string said_to(const std::string& bytes) const {
    RawConnection connection(port());
    connection.send(bytes);
    return connection.read_to_end();
  }
  std::string host_line() const {
    return "Host: localhost:" + std::to_string(port()) + "\r\nAuthorization: Bearer " +
           testing::kAdminToken + "\r\n";
  }
};

int answers_in(const std::string& text) {
  int answers = 0;
  for (auto at = text.find("HTTP/1.1 "); at != std::string::npos;
       at = text.find("HTTP/1.1 ", at + 1)) {
    ++answers;
  }
  return answers;
}

TEST_F(ServerGuardTest, EachOddRequestGetsOneRefusalAndTheEndOfItsConnection) {
  serve();
  const auto json = "Content-Type: application/json\r\n" + host_line();
  const std::string post = "POST /git_updater HTTP/1.1\r\n";
  // A second request hides behind each: it must never be answered.
  const std::string hidden = "GET /healthz HTTP/1.1\r\n" + host_line() + "\r\n";
  const std::vector<std::string> requests{
      post + json + "Transfer-Encoding: gzip\r\n\r\n",
      post + json + "Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\n",
      post + json + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
      post + json + "Content-Length: 3\r\nContent-Length: 0\r\n\r\n",
      post + json + "X: a\r\n b: c\r\nContent-Length: 0\r\n\r\n",
      post + json + "X: a\rb\r\n\r\n",
      "POST /git_updater HTTP/1.0\r\n" + json + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "GET /healthz HTTP/1.1\r\n\r\n",
      "GET /healthz HTTP/1.1\r\n" + host_line() + host_line() + "\r\n",
      "GET http://localhost/healthz HTTP/1.1\r\n" + host_line() + "\r\n",
      "GET /../healthz HTTP/1.1\r\n" + host_line() + "\r\n",
      "GET /healthz HTTP/1.1\r\n" + host_line() + "Content-Length: 5\r\n\r\n",
      "\r\n\r\nGET /healthz HTTP/1.1\r\n" + host_line() + "\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15),
  };
  for (const auto& request : requests) {
    const auto said = said_to(request + hidden);
    EXPECT_TRUE(said.starts_with("HTTP/1.1 400 ")) << request << " -> " << said;
    EXPECT_EQ(answers_in(said), 1) << request;
    EXPECT_NE(said.find("Connection: close\r\n"), std::string::npos) << request;
    EXPECT_NE(said.find("{\"error\":{\"code\":\"invalid\""), std::string::npos) << request;
  }
}

TEST_F(ServerGuardTest, OtherHostsAreMisdirected) {
  options_.allowed_hosts = {"ci.example.org"};
  serve();
  EXPECT_EQ(fetch(port(), "/healthz", {{"Host", "ci.example.org"}}).status, 200);
  for (const auto* host : {"evil.example", "localhost", "ci.example.org.evil.example", ""}) {
    EXPECT_EQ(fetch(port(), "/healthz", {{"Host", host}}).status, 421) << host;
  }
}

TEST_F(ServerGuardTest, HeadsHaveALimit) {
  serve();
  const std::string line = "GET /healthz HTTP/1.1\r\n" + host_line();
  const auto padded = [&](std::size_t bytes) { return line + "X: " + std::string(bytes, 'x'); };
  EXPECT_TRUE(said_to(padded(limits::kHttpHeaderBytes)).starts_with("HTTP/1.1 431 "))
      << "a head that is still going on";
  EXPECT_TRUE(said_to(padded(limits::kHttpHeaderBytes) + "\r\n\r\n").starts_with("HTTP/1.1 431 "));
  const auto fits =
      said_to(padded(limits::kHttpHeaderBytes - 200) + "\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(fits.starts_with("HTTP/1.1 200 ")) << fits;
}

TEST_F(ServerGuardTest, BodiesHaveALimitByPath) {
  serve();
  const auto post = [&](const std::string& target, const std::string& framing,
                        const std::string& body) {
    return said_to("POST " + target + " HTTP/1.1\r\nContent-Type: application/json\r\n" +
                   host_line() + framing + "\r\n\r\n" + body)
        .substr(9, 3);
  };
  const std::string runs = "/api/v1/repos/demo/commits/main/runs";
  const auto sized = [](std::size_t bytes) { return "Content-Length: " + std::to_string(bytes); };
  EXPECT_EQ(post(runs, sized(limits::kHttpBodyBytes + 1), ""), "413") << "before it is sent";
  EXPECT_EQ(post("/git_updater", sized(limits::kWebhookBodyBytes + 1), "x"), "413");
  const std::string large(limits::kHttpBodyBytes + 1, ' ');
  EXPECT_EQ(post(runs, sized(large.size()), large), "413");
  // More than other paths take, but not more than a webhook may have: it is read, and is not JSON.
  EXPECT_EQ(post("/git_updater", sized(large.size()) + "\r\nConnection: close", large), "400");

  std::string chunks;
  for (int i = 0; i < 20; ++i) chunks += "10000\r\n" + std::string(65536, ' ') + "\r\n";
  EXPECT_EQ(post(runs, "Transfer-Encoding: chunked", chunks + "0\r\n\r\n"), "413");
}

TEST_F(ServerGuardTest, AChunkedBodyIsReadAndItsTrailersMeanNothing) {
  serve();
  const auto said = said_to(
      "POST /api/v1/repos/demo/commits/main/runs HTTP/1.1\r\nContent-Type: application/json\r\n" +
      host_line() +
      "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
      "8\r\n{\"times\"\r\n4;ext=1\r\n: 3}\r\n0\r\nHost: evil.example\r\n\r\n");
  EXPECT_TRUE(said.starts_with("HTTP/1.1 202 ")) << said;
  EXPECT_EQ(commands_.requested().at(0).wish.counts.runs, 3);
  const auto broken = said_to(
      "POST /api/v1/repos/demo/commits/main/runs HTTP/1.1\r\nContent-Type: application/json\r\n" +
      host_line() + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n");
  EXPECT_TRUE(broken.starts_with("HTTP/1.1 400 ")) << broken;
}

TEST_F(ServerGuardTest, AClientMayAskBeforeItSendsItsBody) {
  serve();
  RawConnection connection(port());
  connection.send("POST /api/v1/repos/demo/commits/main/runs HTTP/1.1\r\n" + host_line() +
                  "Content-Type: application/json\r\nContent-Length: 12\r\n"
                  "Expect: 100-continue\r\n\r\n");
  EXPECT_EQ(connection.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  connection.send("{\"times\": 4}");
  EXPECT_EQ(connection.read_reply().status, 202);
}

TEST_F(ServerGuardTest, OtherMethodsAreNotTaken) {
  serve();
  for (const auto* method : {"PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get"}) {
    const auto reply = fetch(port(), method, "/healthz", {{"Content-Type", "application/json"}});
    EXPECT_EQ(reply.status, 405) << method;
    EXPECT_EQ(reply.fields.at("allow"), "GET, HEAD, POST, PUT, PATCH, DELETE");
  }
}

TEST_F(ServerGuardTest, RequestsMayComeInPiecesOrTogether) {
  serve();
  const std::string request = "GET /healthz HTTP/1.1\r\n" + host_line() + "\r\n";
  RawConnection pieces(port());
  for (const char c : request) pieces.send(std::string(1, c));
  EXPECT_EQ(pieces.read_reply().status, 200);
  RawConnection together(port());
  together.send(request + request + request);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(together.read_reply().status, 200);
}

TEST_F(ServerGuardTest, WhoSendsNothingOrTooSlowlyIsClosed) {
  options_.timeouts.header = Milliseconds(50);
  serve();
  EXPECT_EQ(said_to(""), "");
  EXPECT_EQ(said_to("GET /healthz HTTP/1.1\r\nX-Slow: "), "");
  EXPECT_EQ(fetch(port(), "/healthz").status, 200);
}

TEST_F(ServerGuardTest, EachByteDoesNotBuyMoreTime) {
  options_.timeouts.header = Milliseconds(100);
  serve();
  RawConnection slow(port());
  slow.send("GET /healthz HTTP/1.1\r\nX-Slow: ");
  std::jthread drip([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) slow.send("x");
  });
  const auto said = slow.read_to_end();
  // A flood runs into the limit of the head, a trickle into its deadline; either way it ends.
  EXPECT_TRUE(said.empty() || said.starts_with("HTTP/1.1 431 ")) << said;
}

TEST_F(ServerGuardTest, ABodyHasADeadlineToo) {
  options_.timeouts.body = Milliseconds(50);
  serve();
  EXPECT_EQ(said_to("POST /git_updater HTTP/1.1\r\nContent-Type: application/json\r\n" +
                    host_line() + "Content-Length: 100\r\n\r\n{"),
            "");
}

TEST_F(ServerGuardTest, AnIdleConnectionIsClosed) {
  options_.timeouts.idle = Milliseconds(50);
  serve();
  RawConnection connection(port());
  connection.send(raw_request(port(), "GET", "/healthz"));
  EXPECT_EQ(connection.read_reply().status, 200);
  EXPECT_EQ(connection.read_to_end(), "");
}

TEST_F(ServerGuardTest, WhenFullTheOldestIdleConnectionMakesRoom) {
  options_.max_connections = 2;
  serve();
  RawConnection oldest(port()), second(port());
  for (auto* connection : {&oldest, &second}) {
    connection->send(raw_request(port(), "GET", "/healthz"));
    EXPECT_EQ(connection->read_reply().status, 200);
  }
  EXPECT_EQ(fetch(port(), "/healthz").status, 200);
  EXPECT_EQ(oldest.read_to_end(), "");
  second.send(raw_request(port(), "GET", "/healthz"));
  EXPECT_EQ(second.read_reply().status, 200);
}

TEST_F(ServerGuardTest, WhenFullOfBusyOnesTheNextIsSentAway) {
  options_.max_connections = 2;
  serve();
  RawConnection one(port()), two(port());
  for (auto* connection : {&one, &two}) {
    connection->send(raw_request(port(), "GET", "/api/v1/events"));
    connection->read_until("event: snapshot");
  }
  RawConnection third(port());
  const auto said = third.read_to_end();
  EXPECT_TRUE(said.starts_with("HTTP/1.1 503 ")) << said;
  EXPECT_NE(said.find("Retry-After: 1\r\n"), std::string::npos);
}

// All file descriptors but those that are open, as long as it lives.
class NoDescriptorsLeft {
 public:
  NoDescriptorsLeft() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit few{std::min<rlim_t>(before_.rlim_cur, 512), before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
    for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) taken_.push_back(fd);
  }
  ~NoDescriptorsLeft() {
    for (const int fd : taken_) ::close(fd);
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }
  void give_one_back() {
    ::close(taken_.back());
    taken_.pop_back();
  }

 private:
  rlimit before_{};
  std::vector<int> taken_;
};

#if !__has_feature(undefined_behavior_sanitizer)  // which needs descriptors to look at an object
TEST_F(ServerGuardTest, AcceptingGoesOnAfterDescriptorsRanOut) {
  serve();
  std::optional<RawConnection> client;
  {
    NoDescriptorsLeft none;
    none.give_one_back();
    client.emplace(port());  // takes it, so the server has none to accept with
    client->send(raw_request(port(), "GET", "/healthz"));
  }
  EXPECT_EQ(client->read_reply().status, 200);
  EXPECT_EQ(fetch(port(), "/healthz").status, 200);
}
#endif

TEST_F(ServerGuardTest, TwoHundredClientsAtOnce) {
  serve();
  constexpr int kClients = 200, kThreads = 4, kRounds = 5;
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        std::vector<std::unique_ptr<RawConnection>> clients;
        for (int i = 0; i < kClients / kThreads; ++i) {
          clients.push_back(std::make_unique<RawConnection>(port()));
        }
        for (int round = 0; round < kRounds; ++round) {
          for (auto& client : clients) client->send(raw_request(port(), "GET", "/api/v1/repos"));
          for (auto& client : clients) good += client->read_reply().status == 200 ? 1 : 0;
        }
      });
    }
  }
  EXPECT_EQ(good, kClients * kRounds);
}

TEST_F(ServerGuardTest, WithoutALoginOpenAddressesAreRefused) {
  options_.auth = AuthMode::off;
  for (const auto* address : {"0.0.0.0", "::", "8.8.8.8", "example.org", ""}) {
    options_.bind_address = address;
    HttpServer server(
        options_, views_, comparer_, commands_, retention_, hub_, [this] { return facts_; },
        kTestAssets);
    EXPECT_EQ(server.start().error().kind, ErrorKind::invalid) << address;
  }
}

TEST_F(ServerGuardTest, ATakenPortIsSaidPlainly) {
  serve();
  options_.port = port();
  HttpServer second(
      options_, views_, comparer_, commands_, retention_, hub_, [this] { return facts_; },
      kTestAssets);
  const auto started = second.start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().text(), "127.0.0.1:" + std::to_string(port()) +
                                        ": can't listen: Address already in use; choose another "
                                        "port");
}

TEST_F(ServerGuardTest, StoppingEndsEverythingInTime) {
  options_.timeouts.stop = Milliseconds(50);
  serve();
  RawConnection idle(port()), viewer(port()), half(port());
  idle.send(raw_request(port(), "GET", "/healthz"));
  idle.read_reply();
  viewer.send(raw_request(port(), "GET", "/api/v1/events"));
  viewer.read_until("event: snapshot");
  half.send("GET /healthz HTTP/1.1\r\n");
  server_->stop();
  EXPECT_EQ(idle.read_to_end(), "");
  viewer.read_to_end();
  half.read_to_end();
  server_->stop();  // again, to no effect
}

}  // namespace
}  // namespace testlooper::http
