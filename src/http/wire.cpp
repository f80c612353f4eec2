#include "http/wire.hpp"

#include <array>

#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "testlooper/base/limits.hpp"

namespace testlooper::http {
namespace {

namespace beast = boost::beast;

constexpr std::size_t kReadBytes = 4096;
constexpr std::size_t kBufferBytes = 256u << 10;
constexpr std::size_t kLingerBytes = 1u << 20;
constexpr Seconds kLinger{2};

const Refusal kGone{0, "", ""};
const Refusal kTooLarge{413, "too_large", "the body is larger than this path takes"};

std::string_view text_of(const beast::flat_buffer& buffer) {
  return {static_cast<const char*>(buffer.cdata().data()), buffer.size()};
}

Refusal why_unread(const beast::error_code& error) {
  if (error == beast::http::error::body_limit) return kTooLarge;
  if (error.category() == beast::http::make_error_code(beast::http::error::bad_chunk).category() &&
      error != beast::http::error::partial_message && error != beast::http::error::end_of_stream) {
    return {400, "invalid", "the body is malformed"};
  }
  return kGone;
}

// Of an answer whose body is in memory; they live as long as it does.
std::string_view bytes_of(const Response& response) {
  if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
  if (const auto* shared = std::get_if<SharedText>(&response.body)) return **shared;
  return std::get<StaticBytes>(response.body);
}

}  // namespace

Wire::Wire(asio::ip::tcp::socket socket, const Timeouts& timeouts, asio::thread_pool& pool)
    : stream_(std::move(socket)), buffer_(kBufferBytes), timeouts_(timeouts), pool_(pool) {
  beast::error_code ignored;
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
}

awaitable<bool> Wire::wait_for_request(Milliseconds most) {
  if (buffer_.size() > 0) co_return true;  // it came along with the one before
  buffer_.shrink_to_fit();
  stream_.expires_after(most);
  const auto [error, bytes] =
      co_await stream_.async_read_some(buffer_.prepare(kReadBytes), kAsTuple);
  buffer_.commit(bytes);
  co_return !error;
}

awaitable<std::expected<std::string, Refusal>> Wire::read_head() {
  constexpr std::string_view kEnd = "\r\n\r\n";
  stream_.expires_after(timeouts_.header);
  std::size_t searched = 0;
  for (;;) {
    const auto text = text_of(buffer_);
    const auto end = text.find(kEnd, searched);
    if (std::min(end, text.size()) > limits::kHttpHeaderBytes) {
      co_return std::unexpected(
          Refusal{431, "header_too_large", "the head of the request is larger than 16 KB"});
    }
    if (end != std::string_view::npos) {
      std::string head(text.substr(0, end + kEnd.size()));
      buffer_.consume(head.size());
      co_return head;
    }
    searched = text.size() - std::min(text.size(), kEnd.size() - 1);
    const auto [error, bytes] =
        co_await stream_.async_read_some(buffer_.prepare(kReadBytes), kAsTuple);
    buffer_.commit(bytes);
    if (error) co_return std::unexpected(why_unread(error));
  }
}

awaitable<std::expected<std::string, Refusal>> Wire::read_body(std::string head_text, Head head,
                                                               std::uint64_t most_bytes) {
  if (head.body == BodyKind::none) co_return std::string();
  if (head.content_length > most_bytes) co_return std::unexpected(kTooLarge);
  if (head.expects_continue && !co_await write("HTTP/1.1 100 Continue\r\n\r\n")) {
    co_return std::unexpected(kGone);
  }
  beast::http::request_parser<beast::http::string_body> parser;
  parser.body_limit(most_bytes);
  parser.header_limit(2 * limits::kHttpHeaderBytes);
  beast::error_code error;
  parser.put(asio::buffer(head_text), error);
  if (error || !parser.is_header_done()) {
    co_return std::unexpected(Refusal{400, "invalid", "the head of the request is malformed"});
  }
  stream_.expires_after(timeouts_.body);
  const auto read = co_await beast::http::async_read(stream_, buffer_, parser, kAsTuple);
  if (std::get<0>(read)) co_return std::unexpected(why_unread(std::get<0>(read)));
  co_return std::move(parser.get().body());
}

awaitable<bool> Wire::write(std::string bytes) {
  stream_.expires_after(timeouts_.write);
  const auto [error, written] = co_await asio::async_write(stream_, asio::buffer(bytes), kAsTuple);
  co_return !error;
}

awaitable<bool> Wire::write(Response response, bool with_body, bool keep_alive) {
  auto head = head_text(response, keep_alive, /*with_length=*/true);
  if (!with_body) co_return co_await write(std::move(head));
  if (auto* slice = std::get_if<LogSlice>(&response.body)) {
    co_return co_await write(std::move(head)) && co_await write_slice(std::move(*slice));
  }
  const auto bytes = bytes_of(response);
  const std::array<asio::const_buffer, 2> both{asio::buffer(head),
                                               asio::buffer(bytes.data(), bytes.size())};
  stream_.expires_after(timeouts_.write);
  const auto [error, written] = co_await asio::async_write(stream_, both, kAsTuple);
  co_return !error;
}

awaitable<bool> Wire::write_slice(LogSlice slice) {
  for (;;) {
    auto chunk = co_await on_pool(pool_, [&slice] { return slice.take(limits::kHttpChunkBytes); });
    if (!chunk) co_return false;  // the length is promised already: only an end says it
    if (chunk->empty()) co_return true;
    if (!co_await write(std::move(*chunk))) co_return false;
  }
}

awaitable<void> Wire::linger() {
  beast::error_code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  stream_.expires_after(kLinger);
  buffer_.clear();
  for (std::size_t drained = 0; drained < kLingerBytes;) {
    const auto [error, bytes] =
        co_await stream_.async_read_some(buffer_.prepare(kReadBytes), kAsTuple);
    if (error) break;
    drained += bytes;
  }
}

void Wire::close() { stream_.close(); }

}  // namespace testlooper::http
