#include "http/server.hpp"

#include <algorithm>
#include <list>
#include <thread>

#include <boost/asio/ip/tcp.hpp>
#include <spdlog/spdlog.h>

#include "http/session.hpp"
#include "http/site.hpp"

namespace testlooper::http {
namespace {

using asio::ip::tcp;

constexpr std::size_t kPoolThreads = 2;
constexpr Milliseconds kAcceptPause{100};  // for instance while no file descriptor is free

Result<tcp::acceptor> listen(asio::io_context& io, const HttpOptions& options, std::uint16_t port) {
  const auto& address = options.bind_address;
  const auto where = address + ":" + std::to_string(port);
  boost::system::error_code error;
  const auto parsed = asio::ip::make_address(address == "localhost" ? "127.0.0.1" : address, error);
  if (error) return invalid("is not an IP address", "bind_address " + address);
  if (!parsed.is_loopback() && options.auth == AuthMode::off) {
    return invalid(
        "is open to others, and with auth: off nobody is asked who they are; use 127.0.0.1, or "
        "auth: token",
        "bind_address " + address);
  }
  const tcp::endpoint endpoint(parsed, port);
  tcp::acceptor acceptor(io);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  if (error)
    return unavailable("can't listen: " + error.message() + "; choose another port", where);
  return acceptor;
}

}  // namespace

struct HttpServer::Impl {
  Impl(HttpOptions options, Views& views, Comparer& comparer, Commands& commands,
       Retention& retention, EventHub& event_hub, FactsSource facts, std::span<const Asset> assets)
      : hub(event_hub),
        mailbox(std::make_shared<Mailbox>(io)),
        stop_timer(io),
        site{.options = options,
             .own_hosts = {{}, options.allowed_hosts},
             .views = views,
             .comparer = comparer,
             .commands = commands,
             .retention = retention,
             .facts = std::move(facts),
             .assets = assets,
             .executor = io.get_executor(),
             .pool = pool,
             .mailbox = mailbox,
             .viewers = {event_hub, io.get_executor(), options.timeouts.change_interval},
             .waiting_for_engine = {}} {}

  awaitable<void> accept(tcp::acceptor& acceptor, bool hooks_only);
  void admit(tcp::socket socket, bool hooks_only);
  bool make_room();
  void ended(std::list<std::shared_ptr<Session>>::iterator session, std::exception_ptr fault);
  void begin_stop();
  void cut();

  EventHub& hub;
  asio::io_context io{1};
  asio::thread_pool pool{kPoolThreads};
  std::shared_ptr<Mailbox> mailbox;
  asio::steady_timer stop_timer;
  Site site;
  std::list<tcp::acceptor> acceptors;
  std::list<std::shared_ptr<Session>> sessions;
  std::uint16_t port = 0;
  std::uint16_t hook_port = 0;
  std::thread thread;
};

awaitable<void> HttpServer::Impl::accept(tcp::acceptor& acceptor, bool hooks_only) {
  while (!site.stopping) {
    auto [error, socket] = co_await acceptor.async_accept(kAsTuple);
    if (site.stopping) break;
    if (!error) {
      admit(std::move(socket), hooks_only);
      continue;
    }
    spdlog::warn("http: can't accept a connection: {}", error.message());
    asio::steady_timer pause(io, kAcceptPause);
    co_await pause.async_wait(kAsTuple);
  }
}

void HttpServer::Impl::admit(tcp::socket socket, bool hooks_only) {
  if (sessions.size() >= site.options.max_connections && !make_room()) {
    auto full = error_response({ErrorKind::unavailable, "too many connections are open", {}});
    const auto text = head_text(full, false, true) + std::get<std::string>(full.body);
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(text), ignored);
    return;
  }
  auto session = std::make_shared<Session>(site, std::move(socket), hooks_only);
  const auto place = sessions.insert(sessions.end(), session);
  asio::co_spawn(io, session->serve(session),
                 [this, place](std::exception_ptr fault) { ended(place, fault); });
}

// Closes the connection that has been idle among the oldest. False where all are busy.
bool HttpServer::Impl::make_room() {
  const auto oldest = std::ranges::find_if(sessions, &Session::idle);
  if (oldest == sessions.end()) return false;
  (*oldest)->close();
  return true;
}

void HttpServer::Impl::ended(std::list<std::shared_ptr<Session>>::iterator session,
                             std::exception_ptr fault) {
  sessions.erase(session);
  if (site.stopping && sessions.empty()) stop_timer.cancel();
  if (!fault) return;
  try {
    std::rethrow_exception(fault);
  } catch (const std::exception& what) {
    spdlog::error("http: a connection failed: {}", what.what());
  }
}

void HttpServer::Impl::begin_stop() {
  site.stopping = true;
  for (auto& acceptor : acceptors) acceptor.close();
  site.viewers.wake_all();
  for (const auto& session : sessions) {
    if (session->idle()) session->close();
  }
  if (sessions.empty()) return;
  stop_timer.expires_after(site.options.timeouts.stop);
  stop_timer.async_wait([this](const boost::system::error_code& error) {
    if (!error) cut();
  });
}

void HttpServer::Impl::cut() {
  for (const auto& session : sessions) session->close();
  for (auto* signal : site.waiting_for_engine) signal->raise();
  site.viewers.wake_all();
}

HttpServer::HttpServer(HttpOptions options, Views& views, Comparer& comparer, Commands& commands,
                       Retention& retention, EventHub& hub, FactsSource facts,
                       std::span<const Asset> assets)
    : impl_(std::make_unique<Impl>(std::move(options), views, comparer, commands, retention, hub,
                                   std::move(facts), assets)) {}

HttpServer::~HttpServer() { stop(); }

Result<void> HttpServer::start() {
  auto& impl = *impl_;
  const auto& options = impl.site.options;
  const auto open = [&impl, &options](std::uint16_t port) -> Result<std::uint16_t> {
    auto acceptor = listen(impl.io, options, port);
    if (!acceptor) return std::unexpected(acceptor.error());
    impl.acceptors.push_back(std::move(*acceptor));
    const auto bound = impl.acceptors.back().local_endpoint().address();
    impl.site.own_hosts.addresses = !bound.is_loopback();
    return impl.site.own_hosts.ports.emplace_back(impl.acceptors.back().local_endpoint().port());
  };
  const auto port = open(options.port);
  if (!port) return std::unexpected(port.error());
  impl.port = *port;
  if (options.hook_port && *options.hook_port != impl.port) {
    const auto hook_port = open(*options.hook_port);
    if (!hook_port) return std::unexpected(hook_port.error());
    impl.hook_port = *hook_port;
  }
  bool hooks_only = false;
  for (auto& acceptor : impl.acceptors) {
    asio::co_spawn(impl.io, impl.accept(acceptor, std::exchange(hooks_only, true)),
                   [](std::exception_ptr fault) {
                     if (fault) std::rethrow_exception(fault);
                   });
  }
  impl.hub.on_news([&impl] { impl.mailbox->post([&impl] { impl.site.viewers.take_news(); }); });
  impl.thread = std::thread([&impl] { impl.io.run(); });
  return {};
}

void HttpServer::stop() {
  auto& impl = *impl_;
  if (!impl.thread.joinable()) return;
  impl.hub.on_news({});
  impl.mailbox->post([&impl] { impl.begin_stop(); });
  impl.thread.join();
  impl.mailbox->close();
  impl.pool.join();
}

std::string HttpServer::sign_in_code(const KnownLogin& login) {
  return impl_->site.logins.new_code(login, impl_->site.facts().now);
}

std::uint16_t HttpServer::port() const { return impl_->port; }
std::uint16_t HttpServer::hook_port() const { return impl_->hook_port; }

}  // namespace testlooper::http
