#include "cli/token_source.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>

#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/files.hpp"

namespace testlooper::cli {
namespace {

constexpr std::size_t kTokenBytes = 67;  // "tl_" and 64 hex digits

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string without_end(std::string text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

Result<std::string> read_token(const std::string& path) {
  auto text = read_file(path);
  if (!text) return text;
  auto token = without_end(std::move(*text));
  const auto is_printable = [](char c) { return c > ' ' && c < '\x7f'; };
  if (token.empty() || !std::ranges::all_of(token, is_printable)) {
    return invalid("must hold a token, and nothing else", path);
  }
  return token;
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

// The users whose processes listen on this port of this machine, as the kernel says.
bool listens_here(std::uint16_t port, uid_t user) {
  bool found = false;
  for (const auto* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream lines(table);
    std::string line;
    std::getline(lines, line);  // the names of the columns
    while (std::getline(lines, line)) {
      std::istringstream columns(line);
      std::string slot, local, remote, state, queues, timer, retries;
      uid_t owner = 0;
      if (!(columns >> slot >> local >> remote >> state >> queues >> timer >> retries >> owner)) {
        continue;
      }
      const auto colon = local.rfind(':');
      unsigned number = 0;
      std::from_chars(local.data() + colon + 1, local.data() + local.size(), number, 16);
      if (state != "0A" || number != port) continue;
      if (owner != user) return false;  // who else listens there would be shown the token
      found = true;
    }
  }
  return found;
}

// A file of ours that nobody else can read, with nothing but a token in it.
std::optional<std::string> own_token(const std::string& path) {
  struct stat file{};
  if (lstat(path.c_str(), &file) != 0 || !S_ISREG(file.st_mode)) return std::nullopt;
  if (file.st_uid != geteuid() || (file.st_mode & 077) != 0) return std::nullopt;
  auto token = read_token(path);
  if (!token || token->size() != kTokenBytes || !token->starts_with("tl_")) return std::nullopt;
  return std::move(*token);
}

// Asked without a token, a server tells those on its machine where its own one is.
std::string token_of_local_server(const net::ServerUrl& server) {
  if (!is_loopback(server.host) || !listens_here(server.port, geteuid())) return {};
  const auto reply = net::HttpClient(server).get("/api/v1/me");
  if (!reply || reply->status != 401) return {};
  const auto json = nlohmann::json::parse(reply->body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("error") || !json["error"].is_object()) return {};
  const auto& error = json["error"];
  if (!error.contains("token_file") || !error["token_file"].is_string()) return {};
  return own_token(error["token_file"]).value_or("");
}

}  // namespace

Result<std::string> find_token(const net::ServerUrl& server, const std::string& token_file) {
  if (auto token = from_environment("TESTLOOPER_TOKEN"); !token.empty()) return token;
  const auto file = token_file.empty() ? from_environment("TESTLOOPER_TOKEN_FILE") : token_file;
  if (!file.empty()) return read_token(file);
  return token_of_local_server(server);
}

}  // namespace testlooper::cli
