#include "http/session.hpp"

#include <spdlog/spdlog.h>

#include "codec/api_json.hpp"
#include "http/access.hpp"
#include "http/engine_reply.hpp"
#include "http/login_api.hpp"
#include "http/openapi.hpp"
#include "http/orders_api.hpp"
#include "http/pages_api.hpp"
#include "http/shared_response.hpp"
#include "http/static_files.hpp"
#include "http/streams.hpp"

namespace testlooper::http {

asio::ip::address Session::address_of(const asio::ip::tcp::socket& socket) {
  boost::system::error_code gone;
  return socket.remote_endpoint(gone).address();
}

awaitable<void> Session::serve(std::shared_ptr<Session> self) {
  // A new connection has to say something soon; one that proved itself may rest.
  auto patience = site_.options.timeouts.header;
  while (!site_.stopping) {
    idle_ = true;
    if (!co_await wire_.wait_for_request(patience)) break;
    idle_ = false;
    if (!co_await serve_request()) break;
    patience = site_.options.timeouts.idle;
  }
  wire_.close();
}

awaitable<bool> Session::serve_request() {
  auto text = co_await wire_.read_head();
  if (!text) co_return co_await refuse(text.error());
  const auto head = parse_head(*text);
  if (!head) co_return co_await refuse(head.error());
  const auto route = admit(*head);
  if (!route) co_return co_await refuse(route.error());
  spdlog::debug("http: {} {}", head->method, head->target);
  const auto peer = peer_of(address_, *head);
  auto visitor = co_await authorise(*route, *head, peer);
  if (!visitor) co_return co_await send_away(std::move(visitor.error()), *head);
  if (head->method == "GET" && route->endpoint == Endpoint::events) {
    co_await stream_events(site_, wire_, std::move(*visitor));
    co_return false;
  }
  if (head->method == "GET" && route->endpoint == Endpoint::log_stream) {
    co_await stream_log(site_, wire_, *route, *head, std::move(*visitor));
    co_return false;
  }
  auto body = co_await wire_.read_body(std::move(*text), *head, most_body_bytes(route->endpoint));
  if (!body) co_return co_await refuse(body.error());
  co_return co_await answer(*route, *head, std::move(*body), std::move(*visitor), peer);
}

std::expected<Route, Refusal> Session::admit(const Head& head) const {
  if (auto refusal = check_sender(head, site_.own_hosts)) return std::unexpected(*refusal);
  auto found = route(head.method, head.target);
  if (found && hooks_only_ && found->endpoint != Endpoint::git_updater &&
      found->endpoint != Endpoint::healthz) {
    return std::unexpected(Refusal{404, "not_found", "this port takes /git_updater only"});
  }
  return found;
}

// Whoever may not ask for this is told so before a body is read.
awaitable<std::expected<Visitor, Response>> Session::authorise(Route route, Head head, Peer peer) {
  const auto access = access_of(route.endpoint, site_.options.public_badges);
  const bool shows = access == Access::signature && head.find("authorization") != nullptr;
  const auto needed = shows ? std::optional{Role::runner} : needed_role(access);
  if (!needed) {
    co_return Visitor{.asked = true,
                      .token = {},
                      .session = {},
                      .name = {},
                      .role = Role::viewer,
                      .expires_at = {}};
  }
  auto visitor = co_await identify(site_, std::move(head), std::move(peer));
  if (!visitor) co_return visitor;
  if (auto refusal = check_role(*needed, visitor->role, visitor->name)) {
    co_return std::unexpected(refusal_response(*refusal));
  }
  co_return visitor;
}

awaitable<bool> Session::send_away(Response response, Head head) {
  const bool keep_alive = head.body == BodyKind::none && head.keep_alive && !site_.stopping;
  const bool sent = co_await wire_.write(std::move(response), head.method != "HEAD", keep_alive);
  if (sent && !keep_alive) co_await wire_.linger();
  co_return sent&& keep_alive;
}

// A refused request may have a body that nobody reads, so its connection can't go on.
awaitable<bool> Session::refuse(Refusal refusal) {
  if (refusal.status == 0) co_return false;
  auto response = refusal_response(refusal);
  if (refusal.status == 405)
    response.fields.push_back({"Allow", "GET, HEAD, POST, PUT, PATCH, DELETE"});
  if (co_await wire_.write(std::move(response), true, false)) co_await wire_.linger();
  co_return false;
}

awaitable<bool> Session::answer(Route route, Head head, std::string body, Visitor visitor,
                                Peer peer) {
  Response response;
  try {
    response = co_await respond(std::move(route), head, std::move(body), std::move(visitor),
                                std::move(peer));
  } catch (const std::exception& fault) {
    spdlog::error("http: {} {}: {}", head.method, head.target, fault.what());
    response = refusal_response({500, "internal", "the server failed at this; its log says more"});
  }
  const bool reads = head.method == "GET" || head.method == "HEAD";
  if (!reads) ++site_.orders;
  const bool keep_alive = head.keep_alive && !site_.stopping;
  const bool with_body = head.method != "HEAD" && response.status != 304;
  co_return co_await wire_.write(std::move(response), with_body, keep_alive) && keep_alive;
}

awaitable<Response> Session::respond(Route route, Head head, std::string body, Visitor visitor,
                                     Peer peer) {
  if (is_order(route.endpoint)) {
    co_return co_await respond_to_order(std::move(route), std::move(head), std::move(body),
                                        std::move(visitor), std::move(peer));
  }
  if (is_login(route.endpoint)) {
    co_return co_await login_response(site_, std::move(route), std::move(head), std::move(body),
                                      std::move(visitor), std::move(peer));
  }
  if (is_shared(route.endpoint)) {
    co_return co_await shared_response(site_, std::move(route), std::move(head));
  }
  if (is_read(route.endpoint)) {
    const ReadContext context{site_.views, site_.comparer, site_.retention, site_.options,
                              site_.facts};
    co_return co_await on_pool(site_.pool, [&] { return read_response(context, route, head); });
  }
  switch (route.endpoint) {
    case Endpoint::match:
      co_return co_await on_pool(site_.pool,
                                 [&] { return match_response(site_.views, route, body); });
    case Endpoint::openapi:
      co_return json_response(200, std::string(openapi_document()));
    case Endpoint::healthz:
      co_return json_response(200, codec::health_json(true, ""));
    case Endpoint::run_retention:
      co_return co_await run_retention(std::move(visitor));
    case Endpoint::page:
      co_return static_response(site_.assets, route.path, head);
    default:  // HEAD of a stream
      co_return Response{200, "text/event-stream", {}, StaticBytes()};
  }
}

awaitable<Response> Session::run_retention(Visitor visitor) {
  const auto done = co_await give_order(
      site_, orders::RunRetention{visitor.asked ? std::move(visitor.name) : "api"});
  if (!done) co_return error_response(done.error());
  site_.retention.run_soon();
  co_return json_response(202, codec::retention_started_json());
}

awaitable<Response> Session::respond_to_order(Route route, Head head, std::string body,
                                              Visitor visitor, Peer peer) {
  if (auto paused = refusal_of_work(site_.facts(), route.endpoint)) co_return std::move(*paused);
  const auto& secret = site_.options.webhook_secret;
  const PushTrust trust{secret, visitor.token.value > 0 || (secret.empty() && peer.local)};
  using Read = std::expected<Order, Response>;
  auto order = co_await on_pool(
      site_.pool, [&]() -> Read { return read_order(site_.views, trust, route, head, body); });
  if (!order) co_return std::move(order.error());
  if (visitor.asked && visitor.token) sign(*order, visitor.name);
  co_return co_await carry_out_order(site_, std::move(*order));
}

}  // namespace testlooper::http
