#include "net/http_client.hpp"

#include <optional>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "net/event_parser.hpp"

namespace testlooper::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::awaitable;
using asio::ip::tcp;
using boost::system::error_code;
using Request = http::request<http::string_body>;
using ReplyParser = http::response_parser<http::string_body>;

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::uint64_t kReplyBytes = 256u << 20;

Request make_request(const ServerUrl& server, const HttpFields& fields, http::verb method,
                     const std::string& target) {
  Request request(method, server.base + target, 11);
  const bool v6 = server.host.find(':') != std::string::npos;
  request.set(http::field::host,
              (v6 ? "[" + server.host + "]" : server.host) + ":" + std::to_string(server.port));
  request.set(http::field::user_agent, "testlooper");
  for (const auto& [name, value] : fields) request.set(name, value);
  return request;
}

Request with_json(Request request, const std::string& json) {
  request.set(http::field::content_type, "application/json");
  request.body() = json;
  return request;
}

// Runs to its end on this thread.
template <typename T>
T run(asio::io_context& io, awaitable<T> work) {
  std::optional<T> result;
  asio::co_spawn(io, std::move(work), [&result](std::exception_ptr fault, T value) {
    if (fault) std::rethrow_exception(fault);
    result = std::move(value);
  });
  io.run();
  return std::move(*result);
}

awaitable<error_code> connect(beast::tcp_stream& stream, ServerUrl server) {
  tcp::resolver resolver(stream.get_executor());
  const auto [unresolved, addresses] =
      co_await resolver.async_resolve(server.host, std::to_string(server.port), kAsTuple);
  if (unresolved) co_return unresolved;
  co_return std::get<0>(co_await stream.async_connect(addresses, kAsTuple));
}

awaitable<error_code> exchange(beast::tcp_stream& stream, ServerUrl server, Request request,
                               HttpReply& reply) {
  if (const auto error = co_await connect(stream, server)) co_return error;
  const auto written = co_await http::async_write(stream, request, kAsTuple);
  if (std::get<0>(written)) co_return std::get<0>(written);
  beast::flat_buffer buffer;
  ReplyParser parser;
  parser.body_limit(kReplyBytes);
  const auto read = co_await http::async_read(stream, buffer, parser, kAsTuple);
  reply = {static_cast<int>(parser.get().result_int()), std::move(parser.get().body())};
  co_return std::get<0>(read);
}

awaitable<error_code> follow_events(beast::tcp_stream& stream, ServerUrl server, Request request,
                                    Milliseconds silence, HttpClient::OnEvents on_events,
                                    int& status) {
  if (const auto error = co_await connect(stream, server)) co_return error;
  const auto written = co_await http::async_write(stream, request, kAsTuple);
  if (std::get<0>(written)) co_return std::get<0>(written);
  beast::flat_buffer buffer;
  ReplyParser parser;
  parser.body_limit(boost::none);
  EventParser events;
  while (!parser.is_done()) {
    stream.expires_after(silence);
    const auto read = co_await http::async_read_some(stream, buffer, parser, kAsTuple);
    if (std::get<0>(read)) co_return std::get<0>(read);
    if (parser.is_header_done()) status = static_cast<int>(parser.get().result_int());
    const auto batch = events.take(std::exchange(parser.get().body(), {}));
    if (status == 200 && !batch.empty() && !on_events(batch)) co_return error_code();
  }
  co_return http::make_error_code(http::error::end_of_stream);
}

std::unexpected<Error> unreachable(const ServerUrl& server, const error_code& error) {
  const auto why = error == beast::error::timeout ? "does not answer in time" : error.message();
  return unavailable("can't be reached: " + why, server.text());
}

Result<HttpReply> ask(const ServerUrl& server, Request request, Milliseconds timeout) {
  asio::io_context io;
  beast::tcp_stream stream(io);
  stream.expires_after(timeout);
  HttpReply reply;
  request.prepare_payload();
  request.keep_alive(false);
  const auto error = run(io, exchange(stream, server, std::move(request), reply));
  if (error) return unreachable(server, error);
  return reply;
}

}  // namespace

Result<HttpReply> HttpClient::get(const std::string& target) const {
  return ask(server_, make_request(server_, fields_, http::verb::get, target), timeout_);
}

Result<HttpReply> HttpClient::post(const std::string& target, const std::string& json,
                                   const HttpFields& fields) const {
  auto request = with_json(make_request(server_, fields_, http::verb::post, target), json);
  for (const auto& [name, value] : fields) request.set(name, value);
  return ask(server_, std::move(request), timeout_);
}

Result<HttpReply> HttpClient::send(const std::string& method, const std::string& target,
                                   const std::string& json) const {
  auto request = make_request(server_, fields_, http::string_to_verb(method), target);
  return ask(server_, with_json(std::move(request), json), timeout_);
}

Result<void> HttpClient::follow(const std::string& target, Milliseconds silence,
                                const OnEvents& on_events) const {
  asio::io_context io;
  beast::tcp_stream stream(io);
  stream.expires_after(timeout_);
  int status = 0;
  auto request = make_request(server_, fields_, http::verb::get, target);
  request.set(http::field::accept, "text/event-stream");
  const auto error =
      run(io, follow_events(stream, server_, std::move(request), silence, on_events, status));
  if (status != 0 && status != 200) {
    return unavailable("answers " + std::to_string(status) + " to " + target, server_.text());
  }
  if (error) return unreachable(server_, error);
  return {};
}

}  // namespace testlooper::net
