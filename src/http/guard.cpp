#include "http/guard.hpp"

#include <algorithm>

#include <arpa/inet.h>

#include "testlooper/base/limits.hpp"

#include "http/text.hpp"

namespace testlooper::http {
namespace {

using Refused = std::unexpected<Refusal>;

Refused bad(std::string message) { return Refused({400, "invalid", std::move(message)}); }

bool is_token_char(char c) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return is_alnum(c) || kMarks.find(c) != std::string_view::npos;
}
bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}
bool is_visible(char c) { return c > ' ' && c < '\x7f'; }
// Bytes above 0x7f are allowed in values, control characters other than a tab are not.
bool is_value_char(char c) {
  return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != '\x7f');
}

// Takes the line up to the next CRLF off the front.
std::optional<std::string_view> take_line(std::string_view& text) {
  const auto end = text.find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const auto line = text.substr(0, end);
  text.remove_prefix(end + 2);
  return line;
}

// A path from the root, without anything that two readers could read in two ways.
std::optional<Refusal> check_target(std::string_view target) {
  const Refusal odd{400, "invalid", "the request target is not a plain path"};
  if (target.size() > limits::kHttpTargetBytes) {
    return Refusal{414, "invalid", "the request target is longer than 8 KB"};
  }
  if (!target.starts_with('/') || target.starts_with("//")) return odd;
  if (!std::ranges::all_of(target, is_visible)) return odd;
  if (target.find_first_of("#\\") != std::string_view::npos) return odd;
  const auto path = target.substr(0, target.find('?'));
  for (const auto segment : split(path.substr(1), '/')) {
    const auto decoded = percent_decoded(segment);
    if (!decoded || decoded->find('\0') != std::string::npos) return odd;
    if (*decoded == "." || *decoded == "..") return odd;
  }
  return std::nullopt;
}

std::optional<Refusal> read_request_line(std::string_view line, Head& head) {
  const Refusal malformed{400, "invalid", "the request line is malformed"};
  const auto parts = split(line, ' ');
  if (parts.size() != 3 || !is_token(parts[0])) return malformed;
  if (parts[2] != "HTTP/1.1" && parts[2] != "HTTP/1.0") return malformed;
  head.method = parts[0];
  head.target = parts[1];
  head.minor_version = parts[2].back() - '0';
  return check_target(head.target);
}

std::optional<Refusal> read_field(std::string_view line, Head& head) {
  const auto colon = line.find(':');
  // A folded line begins with a blank, which no name may have.
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return Refusal{400, "invalid", "a header line is malformed"};
  }
  const auto value = trimmed(line.substr(colon + 1));
  if (!std::ranges::all_of(value, is_value_char)) {
    return Refusal{400, "invalid", "a header value has a control character"};
  }
  head.fields.push_back({to_lower(line.substr(0, colon)), std::string(value)});
  return std::nullopt;
}

std::vector<std::string_view> values_of(const Head& head, std::string_view name) {
  std::vector<std::string_view> found;
  for (const auto& field : head.fields) {
    if (field.name == name) found.push_back(field.value);
  }
  return found;
}

std::optional<Refusal> read_body_kind(Head& head) {
  const auto codings = values_of(head, "transfer-encoding");
  const auto lengths = values_of(head, "content-length");
  if (codings.size() + lengths.size() > 1) {
    return Refusal{400, "invalid", "the length of the body is given more than once"};
  }
  if (!codings.empty()) {
    if (head.minor_version == 0 || to_lower(codings[0]) != "chunked") {
      return Refusal{400, "invalid", "this transfer coding is not taken"};
    }
    head.body = BodyKind::chunked;
  } else if (!lengths.empty()) {
    const auto length = to_number(lengths[0]);
    if (!length) return Refusal{400, "invalid", "the content length is not a number"};
    head.content_length = *length;
    if (*length > 0) head.body = BodyKind::sized;
  }
  const bool reading = head.method == "GET" || head.method == "HEAD";
  if (head.body != BodyKind::none && reading) {
    return Refusal{400, "invalid", "no body goes with " + head.method};
  }
  return std::nullopt;
}

std::optional<Refusal> read_connection(Head& head) {
  head.keep_alive = head.minor_version == 1;
  for (const auto value : values_of(head, "connection")) {
    for (const auto option : split(value, ',')) {
      if (to_lower(trimmed(option)) == "close") head.keep_alive = false;
    }
  }
  if (const auto* expect = head.find("expect")) {
    if (to_lower(*expect) != "100-continue") {
      return Refusal{417, "invalid", "this expectation can't be met"};
    }
    head.expects_continue = head.minor_version == 1 && head.body != BodyKind::none;
  }
  return std::nullopt;
}

// The part of a Host value before the port, and the port where it names one.
struct HostPort {
  std::string name;
  std::optional<std::uint16_t> port;
};
std::optional<HostPort> split_host(std::string_view host) {
  const auto end = host.starts_with('[') ? host.find(']') : host.find(':');
  const auto name_end = host.starts_with('[') && end != std::string_view::npos ? end + 1 : end;
  HostPort result{to_lower(host.substr(0, name_end)), std::nullopt};
  if (result.name.empty()) return std::nullopt;
  if (name_end == std::string_view::npos || name_end == host.size()) return result;
  const auto port = to_number(host.substr(name_end + 1));
  if (host[name_end] != ':' || !port || *port > 65'535) return std::nullopt;
  result.port = static_cast<std::uint16_t>(*port);
  return result;
}

bool is_ip_address(std::string name) {
  in6_addr address{};
  if (inet_pton(AF_INET, name.c_str(), &address) == 1) return true;
  if (!name.starts_with('[') || !name.ends_with(']')) return false;
  name = name.substr(1, name.size() - 2);
  return inet_pton(AF_INET6, name.c_str(), &address) == 1;
}

std::optional<Refusal> check_origin(const Head& head, std::string_view host) {
  const Refusal forbidden{403, "forbidden", "a page of another site may not do this"};
  const auto origins = values_of(head, "origin");
  if (origins.size() > 1) return forbidden;
  if (!origins.empty()) {
    const auto origin = to_lower(origins[0]);
    const auto own = to_lower(host);
    if (origin != "http://" + own && origin != "https://" + own) return forbidden;
  }
  for (const auto site : values_of(head, "sec-fetch-site")) {
    if (site != "same-origin" && site != "none") return forbidden;
  }
  return std::nullopt;
}

// Forms of other sites can send text/plain and the two form types without asking; JSON they can't.
std::optional<Refusal> check_content_type(const Head& head) {
  const auto types = values_of(head, "content-type");
  if (types.size() == 1 &&
      to_lower(trimmed(types[0].substr(0, types[0].find(';')))) == "application/json") {
    return std::nullopt;
  }
  return Refusal{415, "unsupported_media_type", "send the body as Content-Type: application/json"};
}

}  // namespace

const std::string* Head::find(std::string_view name) const {
  const auto found = std::ranges::find(fields, name, &Field::name);
  return found == fields.end() ? nullptr : &found->value;
}

std::expected<Head, Refusal> parse_head(std::string_view text) {
  Head head;
  const auto request_line = take_line(text);
  if (!request_line) return bad("the request has no end");
  if (auto refusal = read_request_line(*request_line, head)) return Refused(*refusal);
  for (;;) {
    const auto line = take_line(text);
    if (!line) return bad("the request has no end");
    if (line->empty()) break;
    if (auto refusal = read_field(*line, head)) return Refused(*refusal);
  }
  if (!text.empty()) return bad("the request has bytes after its head");
  if (auto refusal = read_body_kind(head)) return Refused(*refusal);
  if (auto refusal = read_connection(head)) return Refused(*refusal);
  if (values_of(head, "host").size() != 1) return bad("exactly one Host header is needed");
  return head;
}

bool is_own_host(const OwnHosts& own, std::string_view host) {
  const auto given = split_host(host);
  if (!given) return false;
  const bool loopback =
      given->name == "127.0.0.1" || given->name == "localhost" || given->name == "[::1]";
  if (loopback || (own.addresses && is_ip_address(given->name))) {
    if (std::ranges::count(own.ports, given->port.value_or(80)) > 0) return true;
  }
  return std::ranges::any_of(own.allowed_hosts, [&](const std::string& allowed) {
    const auto entry = split_host(allowed);
    return entry && entry->name == given->name && (!entry->port || entry->port == given->port);
  });
}

bool is_behind_tls(const Head& head) {
  const auto* origin = head.find("origin");
  const auto* proxy = head.find("x-forwarded-proto");
  return (origin != nullptr && origin->starts_with("https://")) ||
         (proxy != nullptr && to_lower(*proxy) == "https");
}

std::optional<Refusal> check_sender(const Head& head, const OwnHosts& own) {
  const auto* host = head.find("host");
  if (host == nullptr || !is_own_host(own, *host)) {
    return Refusal{421, "misdirected",
                   "this host name is not ours; add it to allowed_hosts if it should be"};
  }
  if (head.method == "GET" || head.method == "HEAD") return std::nullopt;
  if (auto refusal = check_origin(head, *host)) return refusal;
  return check_content_type(head);
}

}  // namespace testlooper::http
