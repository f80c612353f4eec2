#include <charconv>

#include "net/http_client.hpp"

namespace testlooper::net {
namespace {

bool read_port(std::string_view digits, std::uint16_t& port) {
  const auto end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, port);
  return !digits.empty() && parsed.ec == std::errc{} && parsed.ptr == end && port > 0;
}

}  // namespace

Result<ServerUrl> parse_server_url(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  const std::string where(url);
  if (!url.starts_with(kScheme)) return invalid("must begin with http://", where);
  url.remove_prefix(kScheme.size());
  ServerUrl server;
  auto authority = url.substr(0, url.find('/'));
  server.base = url.substr(authority.size());
  while (server.base.ends_with('/')) server.base.pop_back();
  const auto bracket = authority.starts_with('[') ? authority.find(']') : 0;
  if (bracket == std::string_view::npos) return invalid("has no ] after its address", where);
  if (const auto colon = authority.find(':', bracket); colon != std::string_view::npos) {
    if (!read_port(authority.substr(colon + 1), server.port)) {
      return invalid("has a port that is none", where);
    }
    authority = authority.substr(0, colon);
  }
  server.host = bracket > 0 ? authority.substr(1, bracket - 1) : authority;
  if (server.host.empty()) return invalid("names no host", where);
  return server;
}

std::string ServerUrl::text() const {
  const bool v6 = host.find(':') != std::string::npos;
  return "http://" + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port) + base;
}

}  // namespace testlooper::net
