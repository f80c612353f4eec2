// The JSON of /api/v1 for signing in, tokens and sessions, as codec/api_json is for the rest. Pure;
// any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/login.hpp"

namespace testlooper::codec {

std::string api_json(const pages::TokensPage& page);
std::string api_json(const pages::SessionsPage& page);

// Who asks, as it is told to whoever asks.
struct Me {
  bool asked = true;  // false: this server asks nobody who they are
  std::string name;
  Role role = Role::viewer;
  bool session = false;  // a browser's; false: a token was shown
  std::optional<WallTime> expires_at;
  std::string version;
};
std::string api_json(const Me& me);

// Whether who asks has to sign in before asking for more.
struct SignInNeeded {
  bool needed = true;
};
std::string api_json(const SignInNeeded& answer);

// The body of a sign-in: a token, or the code of a one-click address.
struct SignIn {
  std::string token, code;  // one of them is ""
};
// Errors: invalid, naming the member.
Result<SignIn> parse_sign_in(std::string_view body);

// The body that asks for a token.
struct TokenRequest {
  std::string name;
  Role role = Role::viewer;
  std::optional<std::int64_t> expires_in_s;  // absent: never
};
Result<TokenRequest> parse_token_request(std::string_view body);
std::string api_json(const TokenRequest& request);

// The only answer that ever has the secret.
struct TokenMade {
  Revision revision = 0;
  TokenId id;
  std::string token;
};
std::string api_json(const TokenMade& made);

struct SignInCode {
  std::string code;
  WallTime expires_at;
};
std::string api_json(const SignInCode& code);

// A refusal that says where a token can be found, "" where that is not for the asker to know.
std::string unauthorized_json(std::string_view message, std::string_view token_file);

}  // namespace testlooper::codec
