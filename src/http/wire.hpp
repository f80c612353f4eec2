// One connection's bytes: requests in, answers out, each step with its deadline. Used by one
// coroutine at a time, on the http thread. It knows nothing of what requests mean.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include "http/coro.hpp"
#include "http/guard.hpp"
#include "http/options.hpp"
#include "http/response.hpp"

namespace testlooper::http {

class Wire {
 public:
  Wire(asio::ip::tcp::socket socket, const Timeouts& timeouts, asio::thread_pool& pool);

  // Waits for the first byte of a request; false where the peer is gone or took too long.
  awaitable<bool> wait_for_request(Milliseconds most);
  // The head's text. A refusal of status 0: the peer is gone.
  awaitable<std::expected<std::string, Refusal>> read_head();
  awaitable<std::expected<std::string, Refusal>> read_body(std::string head_text, Head head,
                                                           std::uint64_t most_bytes);
  // False where the peer is gone or reads too slowly.
  awaitable<bool> write(std::string bytes);
  awaitable<bool> write(Response response, bool with_body, bool keep_alive);
  // Says goodbye so that the peer can still read the last answer.
  awaitable<void> linger();
  // Ends whatever is under way.
  void close();

 private:
  awaitable<bool> write_slice(LogSlice slice);

  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  const Timeouts& timeouts_;
  asio::thread_pool& pool_;
};

}  // namespace testlooper::http
