// A small HTTP/1.1 client for commands and hooks: plain TCP, one request a connection, every call
// blocks until its answer or its deadline. One thread at a time. It knows nothing of the API.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "testlooper/base/result.hpp"
#include "testlooper/base/time.hpp"

namespace testlooper::net {

struct ServerUrl {
  std::string host;  // an IPv6 address without its brackets
  std::uint16_t port = 80;
  std::string base;  // a path in front of every target, without a slash at its end

  std::string text() const;
};
// "http://host", with a port and a path or without. Errors: invalid.
Result<ServerUrl> parse_server_url(std::string_view url);

struct HttpReply {
  int status = 0;
  std::string body;
};
using HttpFields = std::vector<std::pair<std::string, std::string>>;

struct ServerEvent {
  std::string name;
  std::string data;
};

class HttpClient {
 public:
  // `fields` go with each request.
  explicit HttpClient(ServerUrl server, Milliseconds timeout = Seconds(30), HttpFields fields = {})
      : server_(std::move(server)), timeout_(timeout), fields_(std::move(fields)) {}

  // Any status is an answer. Errors: unavailable.
  Result<HttpReply> get(const std::string& target) const;
  Result<HttpReply> post(const std::string& target, const std::string& json,
                         const HttpFields& fields = {}) const;
  // Another method with a body: "PUT", "PATCH", "DELETE".
  Result<HttpReply> send(const std::string& method, const std::string& target,
                         const std::string& json) const;

  // Hands on server-sent events as they come, until `on_events` returns false. Errors: unavailable,
  // also where the stream ends or says nothing, not even a comment, for `silence`.
  using OnEvents = std::function<bool(const std::vector<ServerEvent>&)>;
  Result<void> follow(const std::string& target, Milliseconds silence,
                      const OnEvents& on_events) const;

  const ServerUrl& server() const { return server_; }

 private:
  ServerUrl server_;
  Milliseconds timeout_;
  HttpFields fields_;
};

}  // namespace testlooper::net
