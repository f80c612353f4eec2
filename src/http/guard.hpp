// Decides, before anything is routed, whether a request may be looked at at all. Pure functions
// over the bytes of the head and over its fields; the session acts on what they say. The HTTP
// library takes more than it should (several Host fields, folded lines, odd transfer codings), so
// the head is read here first, strictly, and only what was read here is ever believed.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace testlooper::http {

// Why a request is not taken: an HTTP status, a word for programs, a sentence for people.
struct Refusal {
  unsigned status = 400;
  std::string code;
  std::string message;
  bool operator==(const Refusal&) const = default;
};

struct Field {
  std::string name;  // lower case
  std::string value;
};

enum class BodyKind { none, sized, chunked };

struct Head {
  std::string method;
  std::string target;
  int minor_version = 1;
  std::vector<Field> fields;
  BodyKind body = BodyKind::none;
  std::uint64_t content_length = 0;
  bool keep_alive = true;
  bool expects_continue = false;

  // The first field of this (lower-case) name, or nullptr.
  const std::string* find(std::string_view name) const;
};

// `text` is everything up to and with the empty line.
std::expected<Head, Refusal> parse_head(std::string_view text);

// Names under which this server may be addressed: loopback names with one of `ports`, and
// `allowed_hosts`, each "name" (any port) or "name:port". One that listens on more than loopback is
// addressed by any IP address too: what a page of another site can't have its own name resolve to.
struct OwnHosts {
  std::vector<std::uint16_t> ports;
  std::vector<std::string> allowed_hosts;
  bool addresses = false;
};
bool is_own_host(const OwnHosts& own, std::string_view host);
// TLS ends before us: the browser's own word for where the page is from tells of it, or a proxy's.
bool is_behind_tls(const Head& head);

// Whether the sender may ask for this: Host for every method, and for those that change something
// Origin, Sec-Fetch-Site and Content-Type too, so that no page of another site can do it.
std::optional<Refusal> check_sender(const Head& head, const OwnHosts& own);

}  // namespace testlooper::http
