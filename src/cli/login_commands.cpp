#include "cli/login_commands.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <ostream>

#include <CLI/CLI.hpp>

#include "testlooper/base/limits.hpp"

#include "cli/api_answers.hpp"
#include "cli/api_client.hpp"
#include "cli/time_text.hpp"
#include "codec/login_json.hpp"
#include "codec/names.hpp"

namespace testlooper::cli {
namespace {

constexpr const char* kTokens = "/api/v1/tokens";

struct TokenOptions {
  std::string url, name, role = "viewer", expires;
};

// "90d", "12h", "8w" as seconds.
std::optional<std::int64_t> seconds_of(const std::string& text) {
  std::int64_t number = 0;
  const auto end = text.data() + text.size();
  const auto [unit, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || end - unit != 1 || number < 1) return std::nullopt;
  const std::int64_t size = *unit == 'h'   ? 3'600
                            : *unit == 'd' ? 86'400
                            : *unit == 'w' ? 7 * 86'400
                                           : 0;
  constexpr std::int64_t kMost = std::int64_t{limits::kMostTokenDays} * 86'400;
  if (size == 0 || number > kMost / size) return std::nullopt;
  return number * size;
}

std::string check_expires(const std::string& text) {
  if (seconds_of(text)) return "";
  return "'" + text + "' is not a time like 12h, 90d or 8w, at most " +
         std::to_string(limits::kMostTokenDays) + "d";
}

Result<Json> ask(const ApiClient& client, const std::string& method, const std::string& target,
                 const std::string& body = {}) {
  auto answer = client.answer(method, target, body);
  if (!answer) return std::unexpected(answer.error());
  return Json::parse(*answer, nullptr, /*allow_exceptions=*/false);
}

int create_token(const CliContext& context, const ApiClient& client, const TokenOptions& options) {
  const codec::TokenRequest request{.name = options.name,
                                    .role = codec::role_named(options.role).value_or(Role::viewer),
                                    .expires_in_s = seconds_of(options.expires)};
  const auto token = read<std::string>(ask(client, "POST", kTokens, codec::api_json(request)),
                                       [](const Json& json) { return json.at("token"); });
  if (!token) return say_error(context, token.error());
  context.err << "a token of " << options.name << " (" << options.role
              << "); it is shown now and never again:\n";
  context.out << *token << "\n";
  return 0;
}

std::string time_or(const Json& json, const char* none) {
  return json.is_null() ? none : time_text(WallTime{json});
}

int list_tokens(const CliContext& context, const ApiClient& client, const TokenOptions&) {
  const auto text = read<std::string>(ask(client, "GET", kTokens), [](const Json& json) {
    std::string lines;
    for (const auto& token : json.at("tokens")) {
      lines += std::to_string(token.at("id").get<std::int64_t>()) + "  " +
               token.at("name").get<std::string>() + "  " + token.at("role").get<std::string>();
      if (!token.at("revoked_at").is_null()) {
        lines += "  revoked " + time_or(token.at("revoked_at"), "");
      } else {
        lines += "  expires " + time_or(token.at("expires_at"), "never");
      }
      lines += "  used " + time_or(token.at("last_used_at"), "never") + "\n";
    }
    return lines;
  });
  if (!text) return say_error(context, text.error());
  context.out << *text;
  return 0;
}

// By its number, or by a name that one standing token has.
Result<std::int64_t> number_of(const ApiClient& client, const std::string& named) {
  std::int64_t number = 0;
  const auto end = named.data() + named.size();
  if (std::from_chars(named.data(), end, number).ptr == end) return number;
  const auto found =
      read<std::vector<std::int64_t>>(ask(client, "GET", kTokens), [&](const Json& json) {
        std::vector<std::int64_t> ids;
        for (const auto& token : json.at("tokens")) {
          if (token.at("name") == named && token.at("revoked_at").is_null()) {
            ids.push_back(token.at("id"));
          }
        }
        return ids;
      });
  if (!found) return std::unexpected(found.error());
  if (found->empty()) return not_found("there is no token of '" + named + "'");
  if (found->size() > 1) {
    return fail(ErrorKind::conflict, "'" + named + "' has " + std::to_string(found->size()) +
                                         " tokens: name one by its number (token list)");
  }
  return found->front();
}

int revoke_token(const CliContext& context, const ApiClient& client, const TokenOptions& options) {
  const auto number = number_of(client, options.name);
  if (!number) return say_error(context, number.error());
  const auto done =
      client.answer("DELETE", std::string(kTokens) + "/" + std::to_string(*number), "{}");
  if (!done) return say_error(context, done.error());
  context.out << "token " << *number << " is revoked, and its sessions have ended\n";
  return 0;
}

int print_address(const CliContext& context, const ApiClient& client, const TokenOptions&) {
  const auto code = read<std::string>(ask(client, "POST", "/api/v1/login/codes", "{}"),
                                      [](const Json& json) { return json.at("code"); });
  if (!code) return say_error(context, code.error());
  context.err << "this address signs a browser in as you, once, within "
              << limits::kSignInCodeSeconds / 60 << " minutes:\n";
  context.out << client.page_url("/login#code=" + *code) << "\n";
  return 0;
}

using Carry = int (*)(const CliContext&, const ApiClient&, const TokenOptions&);

std::shared_ptr<TokenOptions> on_call(const CliContext& context, CLI::App& command, int& exit_code,
                                      Carry carry_out) {
  auto options = std::make_shared<TokenOptions>();
  add_server_option(command, options->url);
  command.callback([&context, &exit_code, options, carry_out] {
    exit_code = with_client(context, options->url, [&](const ApiClient& client) {
      return carry_out(context, client, *options);
    });
  });
  return options;
}

}  // namespace

void add_login_commands(const CliContext& context, CLI::App& app, int& exit_code) {
  auto& login = *app.add_subcommand("login", "print an address that signs a browser in as you");
  on_call(context, login, exit_code, print_address);

  auto& token = *app.add_subcommand("token", "tokens: who may ask the server, and for what");
  token.require_subcommand(1);
  auto& create = *token.add_subcommand("create", "make one; it is printed once");
  const auto created = on_call(context, create, exit_code, create_token);
  create.add_option("NAME", created->name, "of the person or program it is for: the audit says it")
      ->required();
  create.add_option("--role", created->role, "viewer looks, runner has things run, admin may all")
      ->check(CLI::IsMember({"viewer", "runner", "admin"}))
      ->required();
  create.add_option("--expires", created->expires, "in 12h, 90d, 8w; never by default")
      ->check(CLI::Validator(check_expires, ""));
  on_call(context, *token.add_subcommand("list", "those that stand, and those that did"), exit_code,
          list_tokens);
  auto& revoke = *token.add_subcommand("revoke", "it is good for nothing from now on");
  const auto revoked = on_call(context, revoke, exit_code, revoke_token);
  revoke.add_option("TOKEN", revoked->name, "its number, or the name it is for")->required();
}

}  // namespace testlooper::cli
