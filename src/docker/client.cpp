#include "docker/client.hpp"

#include <array>
#include <tuple>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <sys/socket.h>

namespace testlooper::docker {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Local = asio::local::stream_protocol;
using boost::system::error_code;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::uint64_t kReplyBytes = 16u << 20;
constexpr std::size_t kReadBytes = 64u << 10;
constexpr std::size_t kIdleConnections = 64;

}  // namespace

struct Connection {
  explicit Connection(const asio::any_io_executor& executor) : stream(executor) {}

  beast::basic_stream<Local> stream;
  beast::flat_buffer buffer;
  http::response_parser<http::buffer_body> reply;  // of a Stream
  std::vector<char> bytes;                         // what a Stream has read
  bool upgraded = false;
  std::string doing;  // "GET /version", for messages
};

namespace {

void set_deadline(Connection& connection, Seconds deadline) {
  if (deadline.count() > 0) {
    connection.stream.expires_after(deadline);
  } else {
    connection.stream.expires_never();
  }
}

Error error_of(const Connection& connection, error_code code) {
  if (code == beast::error::timeout) {
    return {ErrorKind::unavailable, "docker did not answer in time", connection.doing};
  }
  if (code == http::error::end_of_stream || code == http::error::partial_message ||
      code == asio::error::eof) {
    return {ErrorKind::unavailable, "docker closed the connection", connection.doing};
  }
  return {ErrorKind::unavailable, "docker: " + code.message(), connection.doing};
}

// Docker closes a connection that was idle for long, and all when it stops.
bool is_alive(Connection& connection) {
  char byte = 0;
  const auto got =
      ::recv(connection.stream.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

template <typename Body>
http::request<Body> head_of(const Request& request, const std::string& prefix, bool upgrade) {
  http::request<Body> message;
  message.version(11);
  message.method(http::string_to_verb(request.method));
  message.target(prefix + request.target);
  message.set(http::field::host, "docker");
  message.set(http::field::user_agent, "testlooper");
  if (upgrade) {
    message.set(http::field::connection, "Upgrade");
    message.set(http::field::upgrade, "tcp");
  }
  return message;
}

Awaitable<error_code> send_text(Connection& to, Request request, std::string prefix, bool upgrade) {
  auto message = head_of<http::string_body>(request, prefix, upgrade);
  if (!request.body.empty()) message.set(http::field::content_type, request.content_type);
  message.body() = std::move(request.body);
  message.prepare_payload();
  const auto [code, sent] = co_await http::async_write(to.stream, message, kAwait);
  co_return code;
}

Awaitable<error_code> send_file(Connection& to, Request request, std::string prefix) {
  auto message = head_of<http::file_body>(request, prefix, false);
  message.set(http::field::content_type, request.content_type);
  error_code code;
  message.body().open(request.body_file.c_str(), beast::file_mode::scan, code);
  if (code) co_return code;
  message.prepare_payload();
  const auto [failed, sent] = co_await http::async_write(to.stream, message, kAwait);
  co_return failed;
}

Awaitable<error_code> send(Connection& to, Request request, std::string prefix, bool upgrade) {
  to.doing = request.method + " " + request.target.substr(0, request.target.find('?'));
  set_deadline(to, request.deadline);
  error_code code;
  if (request.body_file.empty()) {
    code = co_await send_text(to, std::move(request), std::move(prefix), upgrade);
  } else {
    code = co_await send_file(to, std::move(request), std::move(prefix));
  }
  // Docker may refuse before it has read all; what it answered is still to be read.
  const bool refused = code == asio::error::broken_pipe || code == asio::error::connection_reset;
  co_return refused ? error_code{} : code;
}

}  // namespace

Stream::Stream(const asio::any_io_executor& executor)
    : connection_(std::make_unique<Connection>(executor)) {}
Stream::~Stream() = default;

int Stream::status() const { return static_cast<int>(connection_->reply.get().result_int()); }

void Stream::close() { connection_->stream.close(); }

Awaitable<Result<std::string_view>> Stream::read(Seconds silence) {
  Connection& from = *connection_;
  set_deadline(from, silence);
  from.bytes.resize(kReadBytes);
  const auto bytes = asio::buffer(from.bytes);
  if (from.upgraded && from.buffer.size() > 0) {
    const std::size_t size = asio::buffer_copy(bytes, from.buffer.data());
    from.buffer.consume(size);
    co_return std::string_view(from.bytes.data(), size);
  }
  if (from.upgraded) {
    const auto [code, size] = co_await from.stream.async_read_some(bytes, kAwait);
    if (code && code != asio::error::eof) co_return std::unexpected(error_of(from, code));
    co_return std::string_view(from.bytes.data(), size);
  }
  auto& body = from.reply.get().body();
  body.data = from.bytes.data();
  body.size = kReadBytes;
  while (!from.reply.is_done() && body.size == kReadBytes) {
    const auto [code, size] =
        co_await http::async_read_some(from.stream, from.buffer, from.reply, kAwait);
    if (code && code != http::error::need_buffer) co_return std::unexpected(error_of(from, code));
  }
  co_return std::string_view(from.bytes.data(), kReadBytes - body.size);
}

Awaitable<Result<std::string>> Stream::read_all(std::size_t max_bytes, Seconds silence) {
  std::string all;
  while (all.size() < max_bytes) {
    const auto piece = co_await read(silence);
    if (!piece) co_return std::unexpected(piece.error());
    if (piece->empty()) co_return all;
    all += *piece;
  }
  all.resize(max_bytes);
  co_return all;
}

Awaitable<Result<void>> Stream::write(std::string bytes, Seconds deadline) {
  set_deadline(*connection_, deadline);
  const auto [code, size] =
      co_await asio::async_write(connection_->stream, asio::buffer(bytes), kAwait);
  if (code) co_return std::unexpected(error_of(*connection_, code));
  co_return Result<void>{};
}

Client::Client(asio::any_io_executor executor, std::string socket)
    : executor_(std::move(executor)), socket_(std::move(socket)) {}
Client::~Client() = default;

void Client::close_idle() { idle_.clear(); }

std::unexpected<Error> Client::trouble(Error error) {
  if (trouble_) trouble_();
  return std::unexpected(std::move(error));
}

Awaitable<Result<void>> Client::connect(Connection* connection, Seconds deadline) {
  if (socket_.size() >= sizeof(sockaddr_un::sun_path)) {
    co_return unavailable("the socket's path is too long", socket_);
  }
  set_deadline(*connection, deadline);
  const auto [code] = co_await connection->stream.async_connect(Local::endpoint(socket_), kAwait);
  if (code) {
    co_return trouble({ErrorKind::unavailable,
                       "docker can't be reached at " + socket_ + ": " + code.message(), ""});
  }
  co_return Result<void>{};
}

Client::ConnectionPtr Client::take_idle() {
  while (!idle_.empty()) {
    ConnectionPtr last = std::move(idle_.back());
    idle_.pop_back();
    if (is_alive(*last)) return last;
  }
  return nullptr;
}

Awaitable<Result<Reply>> Client::call(Request request) {
  ConnectionPtr taken = take_idle();
  if (!taken) {
    taken = std::make_unique<Connection>(executor_);
    const auto connected = co_await connect(taken.get(), request.deadline);
    if (!connected) co_return std::unexpected(connected.error());
  }
  Connection& connection = *taken;
  http::response_parser<http::string_body> parser;
  parser.body_limit(kReplyBytes);
  parser.skip(request.method == "HEAD");
  error_code code = co_await send(connection, std::move(request), prefix_, false);
  if (!code) {
    std::tie(code, std::ignore) =
        co_await http::async_read(connection.stream, connection.buffer, parser, kAwait);
  }
  if (code) co_return trouble(error_of(connection, code));
  Reply reply;
  reply.status = static_cast<int>(parser.get().result_int());
  reply.path_facts = std::string(parser.get()["X-Docker-Container-Path-Stat"]);
  reply.body = std::move(parser.get().body());
  connection.stream.expires_never();
  if (parser.get().keep_alive() && idle_.size() < kIdleConnections) {
    idle_.push_back(std::move(taken));
  }
  co_return reply;
}

std::shared_ptr<Stream> Client::make_stream() { return std::make_shared<Stream>(executor_); }

Awaitable<Result<void>> Client::open(std::shared_ptr<Stream> stream, Request request) {
  return open(std::move(stream), std::move(request), false);
}

Awaitable<Result<std::shared_ptr<Stream>>> Client::open(Request request) {
  auto stream = make_stream();
  const auto opened = co_await open(stream, std::move(request), false);
  if (!opened) co_return std::unexpected(opened.error());
  co_return stream;
}

Awaitable<Result<std::shared_ptr<Stream>>> Client::attach(std::string target) {
  Request request;
  request.method = "POST";
  request.target = std::move(target);
  auto stream = make_stream();
  const auto opened = co_await open(stream, std::move(request), true);
  if (!opened) co_return std::unexpected(opened.error());
  co_return stream;
}

Awaitable<Result<void>> Client::open(std::shared_ptr<Stream> stream, Request request,
                                     bool upgrade) {
  Connection& connection = *stream->connection_;
  const auto connected = co_await connect(&connection, request.deadline);
  if (!connected) co_return connected;
  connection.reply.body_limit(boost::none);
  error_code code = co_await send(connection, std::move(request), prefix_, upgrade);
  if (!code) {
    std::tie(code, std::ignore) = co_await http::async_read_header(
        connection.stream, connection.buffer, connection.reply, kAwait);
  }
  if (code) co_return trouble(error_of(connection, code));
  connection.upgraded = connection.reply.get().result() == http::status::switching_protocols;
  co_return Result<void>{};
}

}  // namespace testlooper::docker
