#include "codec/login_json.hpp"

#include <algorithm>

#include "testlooper/base/limits.hpp"

#include "codec/json_body.hpp"
#include "codec/json_members.hpp"
#include "codec/names.hpp"
#include "codec/request_body.hpp"

namespace testlooper::codec {

static void write(JsonWriter& writer, Role role) { writer.value(role_name(role)); }

TL_JSON(pages::TokenLine, id, name, role, created_at, created_by, expires_at, last_used_at,
        revoked_at, sessions)
TL_JSON(pages::TokensPage, revision, tokens)
TL_JSON(pages::SessionLine, id, token, name, role, agent, created_at, expires_at, last_used_at)
TL_JSON(pages::SessionsPage, revision, sessions)
TL_JSON(TokenMade, revision, id, token)
TL_JSON(SignInCode, code, expires_at)
TL_JSON(SignInNeeded, needed)

namespace {

using Json = nlohmann::json;
constexpr std::size_t kShownSecretBytes = 200;  // more is none of ours

Result<void> read_sign_in(const std::string& name, const Json& json, SignIn& request) {
  if (name == "token") return put(read_string(json, kShownSecretBytes, name), request.token);
  if (name == "code") return put(read_string(json, kShownSecretBytes, name), request.code);
  return invalid("is not a member of this request (token, code)", name);
}

// It stands in the audit and in sentences, so it is one short line.
Result<std::string> read_name(const Json& json) {
  auto name = read_string(json, limits::kTokenNameBytes, "name");
  if (!name) return name;
  const auto is_control = [](unsigned char c) { return c < ' ' || c == 0x7f; };
  if (std::ranges::any_of(*name, is_control)) {
    return invalid("must not have control characters", "name");
  }
  if (name->starts_with(' ') || name->ends_with(' ')) {
    return invalid("must not begin or end with a blank", "name");
  }
  return name;
}

Result<void> read_token(const std::string& name, const Json& json, TokenRequest& request) {
  constexpr std::int64_t kMost = std::int64_t{limits::kMostTokenDays} * 86'400;
  if (name == "name") return put(read_name(json), request.name);
  if (name == "role") {
    const auto role = json.is_string() ? role_named(json.get<std::string>()) : std::nullopt;
    if (!role) return invalid("must be viewer, runner or admin", name);
    request.role = *role;
    return {};
  }
  if (name == "expires_in_s") {
    if (json.is_null()) return {};
    if (!json.is_number_integer() || json < 1 || json > kMost) {
      return invalid("must be a whole number of seconds from 1 to " + std::to_string(kMost), name);
    }
    request.expires_in_s = json;
    return {};
  }
  return invalid("is not a member of this request (name, role, expires_in_s)", name);
}

}  // namespace

std::string api_json(const pages::TokensPage& page) { return written(page); }
std::string api_json(const pages::SessionsPage& page) { return written(page); }
std::string api_json(const TokenMade& made) { return written(made); }
std::string api_json(const SignInCode& code) { return written(code); }
std::string api_json(const SignInNeeded& answer) { return written(answer); }

std::string api_json(const Me& me) {
  JsonWriter writer;
  writer.begin_object();
  writer.member("auth", std::string_view(me.asked ? "token" : "off"));
  writer.member("name", me.name);
  writer.member("role", role_name(me.role));
  writer.member("session", me.session);
  writer.key("expires_at");
  write(writer, me.expires_at);
  writer.member("version", me.version);
  writer.end_object();
  return writer.take();
}

Result<SignIn> parse_sign_in(std::string_view body) {
  const auto json = parse_json_object(body);
  if (!json) return std::unexpected(json.error());
  auto request = read_members(*json, SignIn{}, read_sign_in);
  if (request && request->token.empty() == request->code.empty()) {
    return invalid("is missing: send a token, or the code of a one-click address", "token");
  }
  return request;
}

Result<TokenRequest> parse_token_request(std::string_view body) {
  const auto json = parse_json_object(body);
  if (!json) return std::unexpected(json.error());
  if (!json->contains("role")) return invalid("is missing: viewer, runner or admin", "role");
  auto request = read_members(*json, TokenRequest{}, read_token);
  if (request && request->name.empty()) return invalid("is missing: say who it is for", "name");
  return request;
}

std::string api_json(const TokenRequest& request) {
  JsonWriter writer;
  writer.begin_object();
  writer.member("name", request.name);
  writer.member("role", role_name(request.role));
  if (request.expires_in_s) writer.member("expires_in_s", *request.expires_in_s);
  writer.end_object();
  return writer.take();
}

std::string unauthorized_json(std::string_view message, std::string_view token_file) {
  JsonWriter writer;
  writer.begin_object();
  writer.key("error");
  writer.begin_object();
  writer.member("code", std::string_view("unauthorized"));
  writer.member("message", message);
  if (!token_file.empty()) writer.member("token_file", token_file);
  writer.end_object();
  writer.end_object();
  return writer.take();
}

}  // namespace testlooper::codec
