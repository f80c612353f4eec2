// The client against a server that says, byte for byte, what the test wants.
#include "docker/client.hpp"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "support/temp_dir.hpp"

namespace testlooper::docker {
namespace {

namespace asio = boost::asio;
using Local = asio::local::stream_protocol;

// Takes connections one after the other; each gets the next script.
class ScriptedServer {
 public:
  using Script = std::function<void(Local::socket&)>;

  ScriptedServer(const std::string& path, std::vector<Script> scripts)
      : acceptor_(io_, Local::endpoint(path)),
        thread_([this, scripts = std::move(scripts)] { serve(scripts); }) {}
  ~ScriptedServer() { thread_.join(); }
  int connections() const { return connections_; }

 private:
  void serve(const std::vector<Script>& scripts) {
    for (const auto& script : scripts) {
      Local::socket socket(io_);
      acceptor_.accept(socket);
      ++connections_;
      script(socket);
    }
  }

  asio::io_context io_;
  Local::acceptor acceptor_;
  std::atomic<int> connections_ = 0;
  std::thread thread_;
};

// The head of the next request.
std::string read_head(Local::socket& socket) {
  std::string text;
  boost::system::error_code error;
  const std::size_t size = asio::read_until(socket, asio::dynamic_buffer(text), "\r\n\r\n", error);
  return text.substr(0, size);
}

void say(Local::socket& socket, std::string_view text, std::size_t piece = 1'000'000) {
  boost::system::error_code ignored;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    asio::write(socket, asio::buffer(text.substr(at, piece)), ignored);
  }
}

void wait_for_close(Local::socket& socket) {
  boost::system::error_code error;
  char byte = 0;
  while (!error) socket.read_some(asio::buffer(&byte, 1), error);
}

constexpr std::string_view kChunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n "
    "\r\n5\r\nworld\r\n0\r\n\r\n";

class ClientTest : public ::testing::Test {
 protected:
  // Runs the coroutine to its end.
  template <typename T>
  T await(Awaitable<T> work) {
    std::optional<T> result;
    std::exception_ptr failure;
    asio::co_spawn(io_, std::move(work), [&](std::exception_ptr e, T value) {
      failure = e;
      result.emplace(std::move(value));
    });
    io_.restart();
    io_.run();
    EXPECT_FALSE(failure);
    return std::move(*result);
  }
  Result<Reply> call(const std::string& target, Seconds deadline = Seconds{20}) {
    Request request;
    request.method = "GET";
    request.target = target;
    request.deadline = deadline;
    return await(client_.call(std::move(request)));
  }
  Result<std::shared_ptr<Stream>> open(const std::string& target) {
    Request request;
    request.method = "GET";
    request.target = target;
    return await(client_.open(std::move(request)));
  }

  testlooper::testing::TempDir dir_;
  std::string path_ = dir_.file("sock");
  asio::io_context io_{1};
  Client client_{io_.get_executor(), path_};
};

TEST_F(ClientTest, a_reply_is_read_also_where_it_comes_byte_by_byte) {
  ScriptedServer server(path_, {[](Local::socket& socket) {
                          read_head(socket);
                          say(socket, kChunked, 1);
                        }});
  const auto reply = call("/x");
  ASSERT_TRUE(reply) << reply.error().text();
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->body, "hello world");
}

TEST_F(ClientTest, the_request_names_the_version_that_is_spoken) {
  std::string head;
  ScriptedServer server(path_, {[&](Local::socket& socket) {
                          head = read_head(socket);
                          say(socket, "HTTP/1.1 204 No Content\r\n\r\n");
                        }});
  client_.speak("1.41");
  ASSERT_TRUE(call("/x?y=z"));
  EXPECT_TRUE(head.starts_with("GET /v1.41/x?y=z HTTP/1.1\r\nHost: docker\r\n")) << head;
}

TEST_F(ClientTest, a_connection_serves_many_calls_and_a_dead_one_is_replaced) {
  const auto answer_once = [](Local::socket& socket) {
    read_head(socket);
    say(socket, kChunked);
  };
  ScriptedServer server(path_, {[&](Local::socket& socket) {
                                  answer_once(socket);
                                  answer_once(socket);
                                },
                                answer_once});
  EXPECT_TRUE(call("/1"));
  EXPECT_TRUE(call("/2"));
  EXPECT_TRUE(call("/3"));
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(ClientTest, silence_ends_at_the_deadline) {
  int troubles = 0;
  client_.on_trouble([&] { ++troubles; });
  ScriptedServer server(path_, {wait_for_close});
  const auto reply = call("/_ping?x", Seconds{1});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(reply.error().text(), "GET /_ping: docker did not answer in time");
  EXPECT_EQ(troubles, 1);
}

TEST_F(ClientTest, answers_that_are_cut_or_no_http_are_errors) {
  for (const std::string_view answer :
       {std::string_view(""), std::string_view("HTTP/1.1 200 OK\r\nContent-Le"),
        std::string_view("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhel"),
        kChunked.substr(0, 60), std::string_view("SSH-2.0-OpenSSH\r\n\r\n"),
        std::string_view("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"),
        std::string_view(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n")}) {
    std::filesystem::remove(path_);
    ScriptedServer server(path_, {[&](Local::socket& socket) {
                            read_head(socket);
                            say(socket, answer);
                          }});
    const auto reply = call("/x");
    ASSERT_FALSE(reply) << answer;
    EXPECT_EQ(reply.error().kind, ErrorKind::unavailable);
  }
}

TEST_F(ClientTest, where_nobody_listens_the_socket_is_named) {
  const auto reply = call("/x");
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().text(),
            "docker can't be reached at " + path_ + ": No such file or directory");
  Client far(io_.get_executor(), "/" + std::string(200, 'x'));
  EXPECT_FALSE(await(far.call(Request{})));
}

TEST_F(ClientTest, a_body_is_read_as_it_comes) {
  ScriptedServer server(path_, {[](Local::socket& socket) {
                          read_head(socket);
                          say(socket, kChunked, 1);
                        }});
  const auto stream = open("/x");
  ASSERT_TRUE(stream);
  EXPECT_EQ((*stream)->status(), 200);
  EXPECT_EQ(await((*stream)->read_all(100, Seconds{20})).value(), "hello world");
  EXPECT_EQ(await((*stream)->read(Seconds{20})).value(), "");
}

TEST_F(ClientTest, no_more_of_a_body_is_read_than_was_asked_for) {
  ScriptedServer server(path_, {[](Local::socket& socket) {
                          read_head(socket);
                          say(socket, kChunked);
                        }});
  EXPECT_EQ(await((*open("/x"))->read_all(7, Seconds{20})).value(), "hello w");
}

TEST_F(ClientTest, a_body_that_is_cut_is_an_error) {
  ScriptedServer server(path_, {[](Local::socket& socket) {
                          read_head(socket);
                          say(socket, kChunked.substr(0, 60));
                        }});
  const auto stream = open("/x");
  ASSERT_TRUE(stream);
  EXPECT_FALSE(await((*stream)->read_all(100, Seconds{20})));
}

TEST_F(ClientTest, an_attached_stream_goes_both_ways_and_begins_with_what_came_with_the_answer) {
  ScriptedServer server(
      path_, {[](Local::socket& socket) {
        EXPECT_NE(read_head(socket).find("Upgrade: tcp\r\n"), std::string::npos);
        say(socket, "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nfirst");
        char byte = 0;
        asio::read(socket, asio::buffer(&byte, 1));
        say(socket, std::string(3, byte));
      }});
  const auto stream = await(client_.attach("/containers/x/attach"));
  ASSERT_TRUE(stream) << stream.error().text();
  EXPECT_EQ(await((*stream)->read(Seconds{20})).value(), "first");
  EXPECT_TRUE(await((*stream)->write("z", Seconds{20})));
  EXPECT_EQ(await((*stream)->read_all(3, Seconds{20})).value(), "zzz");
  EXPECT_EQ(await((*stream)->read(Seconds{20})).value(), "");
}

TEST_F(ClientTest, closing_ends_a_read_that_waits_for_ever) {
  ScriptedServer server(path_, {[](Local::socket& socket) {
                          read_head(socket);
                          say(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                          wait_for_close(socket);
                        }});
  const auto stream = open("/containers/x/wait");
  ASSERT_TRUE(stream);
  asio::steady_timer soon(io_, Milliseconds{10});
  soon.async_wait([&](const boost::system::error_code&) { (*stream)->close(); });
  EXPECT_FALSE(await((*stream)->read(Seconds{0})));
}

TEST_F(ClientTest, an_early_refusal_of_an_upload_is_heard) {
  std::ofstream(dir_.file("big")) << std::string(20u << 20, 'x');
  ScriptedServer server(
      path_, {[](Local::socket& socket) {
        read_head(socket);
        say(socket, "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
        socket.shutdown(Local::socket::shutdown_receive);
        wait_for_close(socket);
      }});
  Request request;
  request.method = "PUT";
  request.target = "/containers/x/archive";
  request.body_file = dir_.file("big");
  const auto reply = await(client_.call(std::move(request)));
  ASSERT_TRUE(reply) << reply.error().text();
  EXPECT_EQ(reply->status, 404);
  EXPECT_EQ(reply->body, "no");
}

}  // namespace
}  // namespace testlooper::docker
