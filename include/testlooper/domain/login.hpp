// Who may ask for what: tokens, which people and programs are given, and the sessions of browsers
// that signed in with one. Only hashes of their secrets are ever stored, or leave the HTTP layer.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/time.hpp"

namespace testlooper {

// Each may do what those before it may. A viewer looks, a runner has things run, an admin changes
// what the server tests and who may ask it.
enum class Role { viewer, runner, admin };
inline constexpr std::array<std::string_view, 3> kRoleNames{"viewer", "runner", "admin"};
constexpr std::string_view role_name(Role role) {
  return kRoleNames.at(static_cast<std::size_t>(role));
}

// Whether a server asks who one is.
enum class AuthMode { token, off };

struct NewToken {
  std::string hash;  // SHA-256 of its secret, 64 hex digits
  std::string name;  // of the person or program it is for: what the audit says
  Role role = Role::viewer;
  std::optional<WallTime> expires_at;
  bool operator==(const NewToken&) const = default;
};

struct NewSession {
  TokenId token;
  std::string hash;   // as a token's
  std::string agent;  // what the browser calls itself, cut
  WallTime expires_at;
  bool operator==(const NewSession&) const = default;
};

// What is found by the start of a secret's hash: a token that is not revoked, or a session of one.
// It may have expired, and it is for the caller to compare the whole hash.
struct KnownLogin {
  TokenId token;
  SessionId session;  // 0: the token itself was shown
  std::string hash;
  std::string name;
  Role role = Role::viewer;
  std::optional<WallTime> expires_at;
  std::optional<WallTime> last_used;
};

// A token as the engine needs it.
struct KnownToken {
  std::string name;
  Role role = Role::viewer;
  std::optional<WallTime> expires_at;
  bool revoked = false;
};
struct KnownSession {
  TokenId token;
  std::string name;  // the token's
};

namespace pages {

struct TokenLine {
  TokenId id;
  std::string name;
  Role role = Role::viewer;
  WallTime created_at;
  std::string created_by;
  std::optional<WallTime> expires_at, last_used_at, revoked_at;
  std::int64_t sessions = 0;  // that stand
};
struct TokensPage {
  Revision revision = 0;
  std::vector<TokenLine> tokens;  // those that stand first, then the newest
};

struct SessionLine {
  SessionId id;
  TokenId token;
  std::string name;  // the token's
  Role role = Role::viewer;
  std::string agent;
  WallTime created_at, expires_at, last_used_at;
};
struct SessionsPage {
  Revision revision = 0;
  std::vector<SessionLine> sessions;  // the newest first
};

}  // namespace pages
}  // namespace testlooper
