#include "http/login_api.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "testlooper/base/limits.hpp"

#include "codec/api_json.hpp"
#include "codec/login_json.hpp"
#include "http/engine_reply.hpp"
#include "http/secrets.hpp"
#include "http/text.hpp"

namespace testlooper::http {
namespace {

constexpr std::string_view kUsedCode =
    "this address was used already, or is older than 10 minutes: `testlooper login` prints "
    "another, or sign in with a token";
static_assert(limits::kSignInCodeSeconds == 600);
constexpr std::string_view kNoToken =
    "this token is not known here, was revoked or has expired: ask an admin for another";

Field session_cookie(const Head& head, const std::string& secret, std::int64_t seconds) {
  auto cookie = cookie_name(head) + "=" + secret +
                "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(seconds);
  if (is_behind_tls(head)) cookie += "; Secure";
  return {"Set-Cookie", std::move(cookie)};
}

class LoginApi {
 public:
  LoginApi(Site& site, const Route& route, const Head& head, Visitor visitor, const Peer& peer)
      : site_(site), route_(route), head_(head), visitor_(std::move(visitor)), peer_(peer) {}

  awaitable<Response> answer(std::string body) {
    switch (route_.endpoint) {
      case Endpoint::sign_in_needed:
        return sign_in_needed();
      case Endpoint::sign_in:
        return sign_in(std::move(body));
      case Endpoint::sign_out:
        return sign_out();
      case Endpoint::sign_in_code:
        return sign_in_code();
      case Endpoint::tokens:
        return tokens();
      case Endpoint::create_token:
        return create_token(std::move(body));
      case Endpoint::revoke_token:
        return revoke_token();
      case Endpoint::sessions:
        return sessions();
      case Endpoint::end_session:
        return end_session();
      default:
        return me();
    }
  }

 private:
  std::string who() const { return visitor_.asked ? visitor_.name : "api"; }

  codec::Me told(const Visitor& visitor) const {
    return {visitor.asked,      visitor.name,         visitor.role, visitor.session.value > 0,
            visitor.expires_at, site_.options.version};
  }

  awaitable<Response> me() { co_return json_response(200, codec::api_json(told(visitor_))); }

  // Never 401: a page that asks this before all else leaves no error on the browser's console.
  awaitable<Response> sign_in_needed() {
    auto visitor = co_await identify(site_, head_, peer_);
    if (!visitor && visitor.error().status != 401) co_return std::move(visitor.error());
    co_return json_response(200, codec::api_json(codec::SignInNeeded{!visitor}));
  }

  awaitable<Response> sign_in(std::string body) {
    if (site_.options.auth == AuthMode::off) {
      visitor_.asked = false;
      co_return json_response(200, codec::api_json(told(visitor_)));
    }
    const auto now = site_.facts().now;
    if (const auto wait = site_.logins.failed.wait(peer_.address, now); wait > Seconds{0}) {
      co_return too_many_failures(wait);
    }
    const auto request = codec::parse_sign_in(body);
    if (!request) co_return error_response(request.error());
    const auto login = co_await login_of(*request, now);
    if (!login) co_return error_response(login.error());
    if (!*login) {
      site_.logins.failed.add(peer_.address, now);
      spdlog::warn("http: a sign-in from {} failed", peer_.address);
      co_return unauthorized(site_, peer_, request->code.empty() ? kNoToken : kUsedCode);
    }
    co_return co_await start_session(**login, now);
  }

  awaitable<Result<std::optional<KnownLogin>>> login_of(const codec::SignIn& request,
                                                        WallTime now) {
    if (!request.code.empty()) co_return site_.logins.take_code(request.code, now);
    co_return co_await find_login(site_, false, hash_of(request.token));
  }

  awaitable<Response> start_session(KnownLogin login, WallTime now) {
    constexpr Seconds kLife{std::int64_t{limits::kSessionDays} * 86'400};
    const auto until = std::min(now + kLife, login.expires_at.value_or(now + kLife));
    const auto secret = new_secret();
    const auto* agent = head_.find("user-agent");
    const auto done = co_await give_order(
        site_, orders::StartSession{{login.token, hash_of(secret),
                                     agent == nullptr ? "" : agent->substr(0, limits::kAgentBytes),
                                     until}});
    if (!done && done.error().kind == ErrorKind::not_found) {
      co_return unauthorized(site_, peer_, kNoToken);
    }
    if (!done) co_return error_response(done.error());
    const Visitor in{.token = login.token,
                     .session = SessionId{done->id},
                     .name = login.name,
                     .role = login.role,
                     .expires_at = until};
    auto response = json_response(200, codec::api_json(told(in)));
    response.fields.push_back(session_cookie(head_, secret, (until - now).count() / 1000));
    co_return response;
  }

  awaitable<Response> sign_out() {
    if (!visitor_.session) {
      co_return refusal_response(
          {409, "conflict", "no session is shown here, so there is nothing to end"});
    }
    auto response = co_await ended(visitor_.session);
    response.fields.push_back(session_cookie(head_, "", 0));
    co_return response;
  }

  awaitable<Response> ended(SessionId session) {
    const auto done = co_await give_order(site_, orders::EndSession{session, who()});
    forget_all();
    co_return answer_to(done);
  }

  // Long answers look again whether their visitor may still have them.
  void forget_all() {
    site_.logins.changed();
    site_.viewers.wake_members();
  }

  static Response answer_to(const Result<orders::Done>& done) {
    return done ? json_response(202, codec::order_done_json(*done)) : error_response(done.error());
  }

  awaitable<Response> sign_in_code() {
    if (!visitor_.asked) {
      co_return refusal_response({409, "conflict", "this server asks nobody to sign in"});
    }
    const auto now = site_.facts().now;
    const KnownLogin login{visitor_.token,      {}, {}, visitor_.name, visitor_.role,
                           visitor_.expires_at, {}};
    const codec::SignInCode code{site_.logins.new_code(login, now),
                                 now + Seconds{limits::kSignInCodeSeconds}};
    co_return json_response(200, codec::api_json(code));
  }

  awaitable<Response> tokens() {
    const auto page = co_await on_pool(site_.pool, [this] { return site_.views.tokens(); });
    co_return page ? json_response(200, codec::api_json(*page)) : error_response(page.error());
  }

  awaitable<Response> create_token(std::string body) {
    const auto request = codec::parse_token_request(body);
    if (!request) co_return error_response(request.error());
    NewToken token{.hash = {}, .name = request->name, .role = request->role, .expires_at = {}};
    if (request->expires_in_s) {
      token.expires_at = site_.facts().now + Seconds{*request->expires_in_s};
    }
    const auto secret = new_token();
    token.hash = hash_of(secret);
    const auto done = co_await give_order(site_, orders::CreateToken{std::move(token), who()});
    if (!done) co_return error_response(done.error());
    co_return json_response(
        200, codec::api_json(codec::TokenMade{done->revision, TokenId{done->id}, secret}));
  }

  awaitable<Response> revoke_token() {
    const auto done = co_await give_order(site_, orders::RevokeToken{TokenId{route_.id}, who()});
    forget_all();
    co_return answer_to(done);
  }

  // An admin's are all; one's own are those of the token that one signed in with.
  awaitable<Result<pages::SessionsPage>> own_sessions() {
    auto page = co_await on_pool(site_.pool, [this] { return site_.views.sessions(); });
    if (page && visitor_.role != Role::admin) {
      std::erase_if(page->sessions,
                    [this](const auto& each) { return each.token != visitor_.token; });
    }
    co_return page;
  }

  awaitable<Response> sessions() {
    const auto page = co_await own_sessions();
    co_return page ? json_response(200, codec::api_json(*page)) : error_response(page.error());
  }

  awaitable<Response> end_session() {
    const auto page = co_await own_sessions();
    if (!page) co_return error_response(page.error());
    const SessionId id{route_.id};
    if (std::ranges::find(page->sessions, id, &pages::SessionLine::id) == page->sessions.end()) {
      co_return error_response(
          not_found("you have no session " + std::to_string(route_.id)).error());
    }
    co_return co_await ended(id);
  }

  Site& site_;
  const Route& route_;
  const Head& head_;
  Visitor visitor_;
  const Peer& peer_;
};

}  // namespace

bool is_login(Endpoint endpoint) {
  switch (endpoint) {
    case Endpoint::me:
    case Endpoint::sign_in_needed:
    case Endpoint::sign_in:
    case Endpoint::sign_out:
    case Endpoint::sign_in_code:
    case Endpoint::tokens:
    case Endpoint::create_token:
    case Endpoint::revoke_token:
    case Endpoint::sessions:
    case Endpoint::end_session:
      return true;
    default:
      return false;
  }
}

awaitable<Response> login_response(Site& site, Route route, Head head, std::string body,
                                   Visitor visitor, Peer peer) {
  LoginApi api(site, route, head, std::move(visitor), peer);
  auto response = co_await api.answer(std::move(body));
  response.fields.push_back({"Cache-Control", "no-store"});
  co_return response;
}

}  // namespace testlooper::http
