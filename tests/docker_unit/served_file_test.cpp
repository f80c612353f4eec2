// What docker fetches from us, as it would.
#include "docker/served_file.hpp"

#include <fstream>
#include <optional>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "net/http_client.hpp"
#include "support/temp_dir.hpp"

namespace testlooper::docker {
namespace {

class ServedFileTest : public ::testing::Test {
 protected:
  ServedFileTest() : guard_(io_.get_executor()) {
    std::ofstream(dir_.file("context.tar")) << std::string(100'000, 'x');
    auto opened = ServedFile::open(io_.get_executor(), dir_.file("context.tar"));
    EXPECT_TRUE(opened);
    served_.emplace(std::move(*opened));
    const auto slash = served_->url().find('/', 8);
    server_ = served_->url().substr(0, slash);
    target_ = served_->url().substr(slash);
    thread_ = std::thread([this] { io_.run(); });
  }
  ~ServedFileTest() override {
    boost::asio::post(io_, [this] { served_.reset(); });
    guard_.reset();
    thread_.join();
  }
  Result<net::HttpReply> ask(const std::string& target) {
    return net::HttpClient(net::parse_server_url(server_).value()).get(target);
  }

  testing::TempDir dir_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  std::optional<ServedFile> served_;
  std::string server_;
  std::string target_;
  std::thread thread_;
};

TEST_F(ServedFileTest, whoever_knows_the_address_gets_the_file) {
  for (int i = 0; i < 2; ++i) {
    const auto reply = ask(target_);
    ASSERT_TRUE(reply) << reply.error().text();
    EXPECT_EQ(reply->status, 200);
    EXPECT_EQ(reply->body, std::string(100'000, 'x'));
  }
}

TEST_F(ServedFileTest, nobody_else_gets_anything) {
  for (const auto& target : {std::string("/"), std::string("/context.tar"), target_ + "x"}) {
    const auto reply = ask(target);
    ASSERT_TRUE(reply) << reply.error().text();
    EXPECT_EQ(reply->status, 404);
    EXPECT_EQ(reply->body, "");
  }
}

}  // namespace
}  // namespace testlooper::docker
