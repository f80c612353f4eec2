#include "cli/api_answers.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace testlooper::cli {
namespace {

constexpr std::string_view kWhereToken =
    "; a command takes its token from TESTLOOPER_TOKEN or --token-file, and finds that of a server "
    "that you run on this machine by itself";

ErrorKind kind_of(int status) {
  if (status == 404) return ErrorKind::not_found;
  if (status == 409) return ErrorKind::conflict;
  return status >= 500 ? ErrorKind::unavailable : ErrorKind::invalid;
}

}  // namespace

Result<Json> checked(const Result<net::HttpReply>& reply) {
  if (!reply) {
    auto error = reply.error();
    error.message += "; is `testlooper serve` running there?";
    return std::unexpected(error);
  }
  auto json = Json::parse(reply->body, nullptr, /*allow_exceptions=*/false);
  if (reply->status < 300 && json.is_object()) return json;
  if (json.is_object() && json["error"].is_object() && json["error"]["message"].is_string()) {
    std::string message = json["error"]["message"];
    if (reply->status == 401) message += std::string(kWhereToken);
    return fail(kind_of(reply->status), std::move(message));
  }
  return fail(kind_of(reply->status),
              "answers " + std::to_string(reply->status) + "; is that a TestLooper server?");
}

Result<void> done(const Result<net::HttpReply>& reply) {
  if (const auto json = checked(reply); !json) return std::unexpected(json.error());
  return {};
}

}  // namespace testlooper::cli
