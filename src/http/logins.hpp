// Who asks: what a request shows, and whom that is known to be. Lives on the http thread; only the
// store is asked elsewhere.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>

#include <boost/asio/ip/address.hpp>

#include "testlooper/domain/login.hpp"

#include "http/coro.hpp"
#include "http/failed_logins.hpp"
#include "http/guard.hpp"
#include "http/response.hpp"

namespace testlooper::http {

struct Site;

// Where a request comes from.
struct Peer {
  std::string address;  // as failed sign-ins are counted: of IPv6, the network
  bool local = false;   // this machine, and no proxy says that it is for somebody else
};
// `address` is the connection's.
Peer peer_of(const asio::ip::address& address, const Head& head);

// A token in the Authorization field, or else the cookie of a session.
struct Shown {
  bool session = false;
  std::string secret;
};
std::optional<Shown> shown_by(const Head& head);
// Browsers share cookies among all ports of a host, so each server has a name of its own.
std::string cookie_name(const Head& head);

// Somebody who may ask.
struct Visitor {
  bool asked = true;  // false: this server asks nobody who they are
  TokenId token;
  SessionId session;  // 0: a token was shown
  std::string name;
  Role role = Role::admin;
  std::optional<WallTime> expires_at;
  std::string hash = {};     // of what was shown
  std::uint64_t looked = 0;  // Logins::changes() when it was looked up
};

// What the server remembers of those who asked, so that the store is not asked each time.
class Logins {
 public:
  // Nothing where it is to be looked up.
  const KnownLogin* recall(const std::string& hash, WallTime now) const;
  // It was good once, since the last that were forgotten.
  bool was_known(const std::string& hash) const { return known_.contains(hash); }
  // `looked` is changes() before it was looked up: what has changed since is not believed.
  void remember(const KnownLogin& login, std::uint64_t looked, WallTime now);
  void forget(const std::string& hash) { known_.erase(hash); }
  // A token or a session has ended: all are looked up again.
  void changed() { ++changes_; }
  std::uint64_t changes() const { return changes_; }

  // A code that signs a browser in as this login once, for limits::kSignInCodeSeconds.
  std::string new_code(const KnownLogin& login, WallTime now);
  std::optional<KnownLogin> take_code(const std::string& code, WallTime now);

  FailedLogins failed;

 private:
  struct Known {
    KnownLogin login;
    std::uint64_t looked = 0;
    WallTime since;
  };
  struct Code {
    KnownLogin login;
    WallTime until;
  };
  std::map<std::string, Known> known_;  // by hash
  std::uint64_t changes_ = 0;
  std::map<std::string, Code> codes_;  // by hash
};

// The token or session of this secret that stands now. Errors: unavailable.
awaitable<Result<std::optional<KnownLogin>>> find_login(Site& site, bool session, std::string hash);
// The refusal says what to do: 401, 429, or 503 where the store can't be read.
awaitable<std::expected<Visitor, Response>> identify(Site& site, Head head, Peer peer);
// For long answers: false where the visitor's token or session has ended meanwhile.
awaitable<bool> still_welcome(Site& site, Visitor& visitor);

// 401, with what to do.
Response unauthorized(const Site& site, const Peer& peer, std::string_view message);
// 429, after too many failures.
Response too_many_failures(Seconds wait);

}  // namespace testlooper::http
