// An HTTP client that sends exactly the bytes it is given, for tests on loopback. Every wait has a
// generous deadline and throws after it, so that a test fails instead of hanging.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "support/sample_logins.hpp"

namespace testlooper::testing {

struct RawReply {
  int status = 0;
  std::map<std::string, std::string> fields;  // names in lower case
  std::string head;
  std::string body;
};

class RawConnection {
 public:
  explicit RawConnection(std::uint16_t port);
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  void send(std::string_view bytes);
  // Everything up to and with `marker`.
  std::string read_until(std::string_view marker);
  // Everything until the server closes; a reset counts as a close.
  std::string read_to_end();
  // One answer with a length; `head_only` where it has no body although it names a length.
  RawReply read_reply(bool head_only = false);
  // One server-sent event, comments left out.
  std::string read_event();

 private:
  bool receive();

  int fd_;
  std::string buffer_;
};

using RawFields = std::map<std::string, std::string>;

// The fields that show a token; of nobody's, where it is "".
inline RawFields shown(const std::string& token) {
  return {{"Authorization", token.empty() ? "" : "Bearer " + token}};
}

// The bytes of a request from this machine; `fields` add to or replace Host and the like. It shows
// the admin's token, unless it has a cookie or is for /git_updater; an Authorization of "" is left
// out.
std::string raw_request(std::uint16_t port, const std::string& method, const std::string& target,
                        const RawFields& fields = {}, const std::string& body = {});
// A request on a connection of its own.
RawReply fetch(std::uint16_t port, const std::string& method, const std::string& target,
               const RawFields& fields = {}, const std::string& body = {});
RawReply fetch(std::uint16_t port, const std::string& target, const RawFields& fields = {});
RawReply post_json(std::uint16_t port, const std::string& target, const std::string& body,
                   RawFields fields = {});

}  // namespace testlooper::testing
