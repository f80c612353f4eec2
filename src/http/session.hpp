// One connection: reads a request, asks the guard and the router, answers, and again. Lives on the
// http thread; blocking work goes to the pool.
#pragma once

#include <memory>

#include "http/logins.hpp"
#include "http/router.hpp"
#include "http/site.hpp"
#include "http/wire.hpp"

namespace testlooper::http {

class Session {
 public:
  // With `hooks_only`, announcing pushes is all that can be done here.
  Session(Site& site, asio::ip::tcp::socket socket, bool hooks_only)
      : site_(site),
        address_(address_of(socket)),
        wire_(std::move(socket), site.options.timeouts, site.pool),
        hooks_only_(hooks_only) {}

  // Until the connection ends. `self` keeps this alive meanwhile.
  awaitable<void> serve(std::shared_ptr<Session> self);
  // Between two requests, so that nothing is lost by closing it.
  bool idle() const { return idle_; }
  void close() { wire_.close(); }

 private:
  // Each returns whether another request may follow.
  awaitable<bool> serve_request();
  awaitable<bool> refuse(Refusal refusal);
  awaitable<bool> answer(Route route, Head head, std::string body, Visitor visitor, Peer peer);
  awaitable<bool> send_away(Response response, Head head);

  std::expected<Route, Refusal> admit(const Head& head) const;
  awaitable<std::expected<Visitor, Response>> authorise(Route route, Head head, Peer peer);
  awaitable<Response> respond(Route route, Head head, std::string body, Visitor visitor, Peer peer);
  awaitable<Response> respond_to_order(Route route, Head head, std::string body, Visitor visitor,
                                       Peer peer);
  awaitable<Response> run_retention(Visitor visitor);

  static asio::ip::address address_of(const asio::ip::tcp::socket& socket);

  Site& site_;
  asio::ip::address address_;
  Wire wire_;
  bool hooks_only_;
  bool idle_ = true;
};

}  // namespace testlooper::http
