#include "http/logins.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "testlooper/base/limits.hpp"

#include "codec/login_json.hpp"
#include "http/secrets.hpp"
#include "http/site.hpp"
#include "http/text.hpp"

namespace testlooper::http {
namespace {

constexpr std::string_view kNobody =
    "sign in first: open /login in a browser, or send a token as `Authorization: Bearer TOKEN`";
constexpr std::string_view kUnknownToken =
    "this token is not known here, was revoked or has expired: ask an admin for another";
constexpr std::string_view kEnded = "the session has ended: sign in again";

bool has_expired(const KnownLogin& login, WallTime now) {
  return login.expires_at && *login.expires_at <= now;
}

std::string counted_address(const asio::ip::address& address) {
  if (address.is_v4()) return address.to_string();
  const auto v6 = address.to_v6();
  if (v6.is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_string();
  auto bytes = v6.to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return asio::ip::address_v6(bytes).to_string();
}

std::string_view last_of(std::string_view list) {
  return trimmed(list.substr(list.rfind(',') == std::string_view::npos ? 0 : list.rfind(',') + 1));
}

Visitor visitor_of(const KnownLogin& login, std::uint64_t looked) {
  return {true,       login.token,      login.session, login.name,
          login.role, login.expires_at, login.hash,    looked};
}

// Written now and then: to bring it to the disk with each request would cost more than the request.
void note_use(Site& site, KnownLogin& login, WallTime now) {
  constexpr Seconds kPeriod{limits::kLastUsedSeconds};
  if (login.last_used && now - *login.last_used < kPeriod) return;
  login.last_used = now;
  site.commands.carry_out(orders::NoteLogin{login.token, login.session},
                          [](const Result<orders::Done>&) {});
}

}  // namespace

Peer peer_of(const asio::ip::address& address, const Head& head) {
  const bool forwarded = head.find("forwarded") != nullptr ||
                         head.find("x-forwarded-for") != nullptr ||
                         head.find("x-real-ip") != nullptr;
  const auto own =
      address.is_v6() && address.to_v6().is_v4_mapped()
          ? asio::ip::address(asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()))
          : address;
  Peer peer{counted_address(own), own.is_loopback() && !forwarded};
  // Its proxy on this machine tells for whom it asks: the last entry is what the proxy saw itself.
  const auto* list = head.find("x-forwarded-for");
  if (own.is_loopback() && list != nullptr) {
    boost::system::error_code error;
    const auto client = asio::ip::make_address(std::string(last_of(*list)), error);
    if (!error) peer.address = counted_address(client);
  }
  return peer;
}

std::string cookie_name(const Head& head) {
  const auto* host = head.find("host");
  const auto colon = host == nullptr ? std::string::npos : host->find_last_of(":]");
  const bool has_port = colon != std::string::npos && host->at(colon) == ':';
  return "testlooper_session_" + (has_port ? host->substr(colon + 1) : "80");
}

std::optional<Shown> shown_by(const Head& head) {
  if (const auto* field = head.find("authorization")) {
    constexpr std::string_view kScheme = "bearer ";
    const bool bearer = to_lower(std::string_view(*field).substr(0, kScheme.size())) == kScheme;
    return Shown{false, bearer ? std::string(trimmed(field->substr(kScheme.size()))) : ""};
  }
  const auto name = cookie_name(head) + "=";
  for (const auto& field : head.fields) {
    if (field.name != "cookie") continue;
    for (const auto part : split(field.value, ';')) {
      const auto pair = trimmed(part);
      if (pair.starts_with(name)) return Shown{true, std::string(pair.substr(name.size()))};
    }
  }
  return std::nullopt;
}

const KnownLogin* Logins::recall(const std::string& hash, WallTime now) const {
  constexpr Seconds kBelieved{limits::kKnownLoginSeconds};
  const auto found = known_.find(hash);
  if (found == known_.end() || found->second.looked != changes_) return nullptr;
  const auto age = now - found->second.since;
  if (age < Milliseconds{0} || age >= kBelieved) return nullptr;
  return has_expired(found->second.login, now) ? nullptr : &found->second.login;
}

void Logins::remember(const KnownLogin& login, std::uint64_t looked, WallTime now) {
  if (known_.size() >= limits::kKnownLogins) known_.clear();
  known_[login.hash] = {login, looked, now};
}

std::string Logins::new_code(const KnownLogin& login, WallTime now) {
  std::erase_if(codes_, [&](const auto& each) { return each.second.until <= now; });
  if (codes_.size() >= limits::kSignInCodes) {
    codes_.erase(
        std::ranges::min_element(codes_, {}, [](const auto& each) { return each.second.until; }));
  }
  auto code = new_secret();
  codes_[hash_of(code)] = {login, now + Seconds{limits::kSignInCodeSeconds}};
  return code;
}

std::optional<KnownLogin> Logins::take_code(const std::string& code, WallTime now) {
  auto found = codes_.extract(hash_of(code));
  if (found.empty() || found.mapped().until <= now) return std::nullopt;
  return std::move(found.mapped().login);
}

awaitable<Result<std::optional<KnownLogin>>> find_login(Site& site, bool session,
                                                        std::string hash) {
  auto found = co_await on_pool(site.pool, [&]() -> Result<std::optional<KnownLogin>> {
    const auto start = hash.substr(0, kHashStart);
    return session ? site.views.session_login(start) : site.views.token_login(start);
  });
  if (!found || !*found) co_return found;
  const auto& login = **found;
  const auto now = site.facts().now;
  if (!same_hash(login.hash, hash) || has_expired(login, now)) co_return std::nullopt;
  co_return found;
}

awaitable<std::expected<Visitor, Response>> identify(Site& site, Head head, Peer peer) {
  if (site.options.auth == AuthMode::off)
    co_return Visitor{.asked = false, .token = {}, .session = {}, .name = {}, .expires_at = {}};
  const auto shown = shown_by(head);
  if (!shown) co_return std::unexpected(unauthorized(site, peer, kNobody));
  const auto now = site.facts().now;
  const auto hash = hash_of(shown->secret);
  const auto looked = site.logins.changes();
  if (const auto* known = site.logins.recall(hash, now)) co_return visitor_of(*known, looked);
  // An ended session is no guess: a page that was left open asks on.
  if (const auto wait = site.logins.failed.wait(peer.address, now);
      !shown->session && wait > Seconds{0} && !site.logins.was_known(hash)) {
    co_return std::unexpected(too_many_failures(wait));
  }
  auto found = co_await find_login(site, shown->session, hash);
  if (!found) co_return std::unexpected(error_response(found.error()));
  if (!*found) {
    site.logins.forget(hash);
    if (!shown->session) {
      site.logins.failed.add(peer.address, now);
      spdlog::warn("http: a token from {} is none of ours", peer.address);
    }
    co_return std::unexpected(unauthorized(site, peer, shown->session ? kEnded : kUnknownToken));
  }
  note_use(site, **found, now);
  site.logins.remember(**found, looked, now);
  co_return visitor_of(**found, looked);
}

awaitable<bool> still_welcome(Site& site, Visitor& visitor) {
  if (!visitor.asked) co_return true;
  if (visitor.expires_at && *visitor.expires_at <= site.facts().now) co_return false;
  const auto looked = site.logins.changes();
  if (visitor.looked == looked) co_return true;
  const auto found = co_await find_login(site, visitor.session.value > 0, visitor.hash);
  visitor.looked = looked;
  co_return !found || found->has_value();  // a store that can't be read proves nothing
}

Response unauthorized(const Site& site, const Peer& peer, std::string_view message) {
  auto response = json_response(
      401, codec::unauthorized_json(message, peer.local ? site.options.token_file : ""));
  response.fields.push_back({"WWW-Authenticate", "Bearer"});
  response.fields.push_back({"Cache-Control", "no-store"});
  return response;
}

Response too_many_failures(Seconds wait) {
  auto response = refusal_response({429, "too_many_attempts",
                                    "too many sign-ins from your address failed: wait " +
                                        std::to_string(wait.count()) + " seconds, then try again"});
  response.fields.push_back({"Retry-After", std::to_string(wait.count())});
  return response;
}

}  // namespace testlooper::http
