#include "docker/served_file.hpp"

#include <random>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

#include "testlooper/base/time.hpp"

namespace testlooper::docker {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr Seconds kRequestDeadline{30};
// Of the whole file: the build has a time limit of its own.
constexpr Seconds kFileDeadline{3'600};

std::string unguessable_name() {
  std::random_device random;
  std::string name;
  for (int i = 0; i < 4; ++i) name += fmt::format("{:08x}", random());
  return name;
}

asio::awaitable<void> refuse(beast::tcp_stream& stream, unsigned version) {
  http::response<http::empty_body> none{http::status::not_found, version};
  none.content_length(0);
  none.keep_alive(false);
  error_code e;
  co_await http::async_write(stream, none, asio::redirect_error(asio::use_awaitable, e));
}

}  // namespace

struct ServedFile::State {
  State(const asio::any_io_executor& executor, std::string path_)
      : acceptor(executor), path(std::move(path_)) {}

  static asio::awaitable<void> serve(std::shared_ptr<State> state);
  static asio::awaitable<void> answer(std::shared_ptr<State> state, Tcp::socket socket);

  Tcp::acceptor acceptor;
  std::string path;
  std::string target;
  std::string url;
};

asio::awaitable<void> ServedFile::State::serve(std::shared_ptr<State> state) {
  while (state->acceptor.is_open()) {
    error_code e;
    auto socket =
        co_await state->acceptor.async_accept(asio::redirect_error(asio::use_awaitable, e));
    if (e) co_return;
    asio::co_spawn(state->acceptor.get_executor(), answer(state, std::move(socket)),
                   asio::detached);
  }
}

asio::awaitable<void> ServedFile::State::answer(std::shared_ptr<State> state, Tcp::socket socket) {
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer;
  http::request<http::empty_body> request;
  error_code e;
  stream.expires_after(kRequestDeadline);
  co_await http::async_read(stream, buffer, request, asio::redirect_error(asio::use_awaitable, e));
  if (e) co_return;
  http::response<http::file_body> response{http::status::ok, request.version()};
  if (request.method() == http::verb::get && request.target() == state->target) {
    response.body().open(state->path.c_str(), beast::file_mode::scan, e);
  }
  if (!response.body().is_open()) co_return co_await refuse(stream, request.version());
  response.set(http::field::content_type, "application/x-tar");
  response.keep_alive(false);
  response.content_length(response.body().size());
  stream.expires_after(kFileDeadline);
  co_await http::async_write(stream, response, asio::redirect_error(asio::use_awaitable, e));
  stream.socket().shutdown(Tcp::socket::shutdown_send, e);
}

Result<ServedFile> ServedFile::open(const asio::any_io_executor& executor, std::string path) {
  auto state = std::make_shared<State>(executor, std::move(path));
  const Tcp::endpoint loopback(asio::ip::address_v4::loopback(), 0);
  error_code e;
  state->acceptor.open(loopback.protocol(), e);
  if (!e) state->acceptor.bind(loopback, e);
  if (!e) state->acceptor.listen(Tcp::acceptor::max_listen_connections, e);
  if (e) return unavailable("no port of the loopback for the build's context: " + e.message());
  state->target = "/" + unguessable_name() + "/context.tar";
  state->url =
      fmt::format("http://127.0.0.1:{}{}", state->acceptor.local_endpoint().port(), state->target);
  asio::co_spawn(executor, State::serve(state), asio::detached);
  return ServedFile(std::move(state));
}

ServedFile::ServedFile(std::shared_ptr<State> state) : state_(std::move(state)) {}

ServedFile::~ServedFile() {
  error_code ignored;
  if (state_) state_->acceptor.close(ignored);
}

const std::string& ServedFile::url() const { return state_->url; }

}  // namespace testlooper::docker
