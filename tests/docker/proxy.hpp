// Stands between a DockerHost and docker, so that a test can take docker away and bring it back
// without touching the docker of this machine.
#pragma once

#include <array>
#include <functional>
#include <future>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <unistd.h>

namespace testlooper::docker {

class Proxy {
  using Local = boost::asio::local::stream_protocol;
  using Error = boost::system::error_code;

 public:
  Proxy(std::string path, std::string docker) : path_(std::move(path)), docker_(std::move(docker)) {
    thread_ = std::thread([this] { io_.run(); });
    mend();
  }
  ~Proxy() {
    cut();
    io_.stop();
    thread_.join();
  }

  // Ends all connections and takes no more.
  void cut() {
    on_thread([this] {
      acceptor_.reset();
      ::unlink(path_.c_str());
      for (const auto& pair : pairs_) pair->close();
      pairs_.clear();
    });
  }
  void mend() {
    on_thread([this] {
      acceptor_ = std::make_unique<Local::acceptor>(io_, Local::endpoint(path_));
      accept();
    });
  }

 private:
  void on_thread(const std::function<void()>& work) {
    std::promise<void> done;
    boost::asio::post(io_, [&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }

  struct Pair : std::enable_shared_from_this<Pair> {
    explicit Pair(Local::socket client_)
        : client(std::move(client_)), server(client.get_executor()) {}
    void close() {
      Error ignored;
      client.close(ignored);
      server.close(ignored);
    }
    void pump(Local::socket& from, Local::socket& to, std::array<char, 65536>& buffer) {
      from.async_read_some(
          boost::asio::buffer(buffer),
          [this, self = shared_from_this(), &from, &to, &buffer](Error error, std::size_t size) {
            if (error) return end(to);
            boost::asio::async_write(to, boost::asio::buffer(buffer, size),
                                     [this, self, &from, &to, &buffer](Error failed, std::size_t) {
                                       if (failed) return close();
                                       pump(from, to, buffer);
                                     });
          });
    }
    void end(Local::socket& to) {
      Error ignored;
      to.shutdown(Local::socket::shutdown_send, ignored);
    }
    Local::socket client;
    Local::socket server;
    std::array<char, 65536> up{};
    std::array<char, 65536> down{};
  };

  void accept() {
    acceptor_->async_accept([this](Error error, Local::socket client) {
      if (error) return;
      auto pair = std::make_shared<Pair>(std::move(client));
      Error failed;
      pair->server.connect(Local::endpoint(docker_), failed);
      if (!failed) {
        pairs_.insert(pair);
        pair->pump(pair->client, pair->server, pair->up);
        pair->pump(pair->server, pair->client, pair->down);
      }
      accept();
    });
  }

  std::string path_;
  std::string docker_;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{
      io_.get_executor()};
  std::unique_ptr<Local::acceptor> acceptor_;
  std::set<std::shared_ptr<Pair>> pairs_;
  std::thread thread_;
};

}  // namespace testlooper::docker
