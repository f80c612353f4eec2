#include "support/raw_http.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace testlooper::testing {
namespace {

constexpr int kPatienceSeconds = 30;

[[noreturn]] void give_up(const std::string& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return text;
}

}  // namespace

RawConnection::RawConnection(std::uint16_t port)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval patience{kPatienceSeconds, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd_);
    give_up("connect");
  }
}

RawConnection::~RawConnection() { ::close(fd_); }

void RawConnection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) return;  // read_*() tells
    if (sent < 0) give_up("send");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool RawConnection::receive() {
  std::array<char, 65536> chunk;
  const auto got = ::recv(fd_, chunk.data(), chunk.size(), 0);
  if (got < 0 && errno != ECONNRESET) give_up("no answer");
  if (got <= 0) return false;
  buffer_.append(chunk.data(), static_cast<std::size_t>(got));
  return true;
}

std::string RawConnection::read_until(std::string_view marker) {
  for (std::size_t searched = 0;;) {
    if (const auto at = buffer_.find(marker, searched); at != std::string::npos) {
      auto text = buffer_.substr(0, at + marker.size());
      buffer_.erase(0, text.size());
      return text;
    }
    searched = buffer_.size() - std::min(buffer_.size(), marker.size());
    if (!receive()) throw std::runtime_error("the server closed; so far it sent: " + buffer_);
  }
}

std::string RawConnection::read_to_end() {
  while (receive()) {
  }
  return std::exchange(buffer_, {});
}

RawReply RawConnection::read_reply(bool head_only) {
  RawReply reply;
  reply.head = read_until("\r\n\r\n");
  reply.status = std::stoi(reply.head.substr(reply.head.find(' ') + 1));
  for (std::size_t at = reply.head.find("\r\n") + 2; at + 2 < reply.head.size();) {
    const auto end = reply.head.find("\r\n", at);
    const auto colon = reply.head.find(": ", at);
    reply.fields[lower(reply.head.substr(at, colon - at))] =
        reply.head.substr(colon + 2, end - colon - 2);
    at = end + 2;
  }
  if (head_only || !reply.fields.contains("content-length")) return reply;
  const std::size_t length = std::stoul(reply.fields["content-length"]);
  while (buffer_.size() < length) {
    if (!receive()) throw std::runtime_error("the server closed within a body");
  }
  reply.body = buffer_.substr(0, length);
  buffer_.erase(0, length);
  return reply;
}

std::string RawConnection::read_event() {
  for (;;) {
    auto event = read_until("\n\n");
    if (!event.starts_with(':')) return event;
  }
}

std::string raw_request(std::uint16_t port, const std::string& method, const std::string& target,
                        const RawFields& fields, const std::string& body) {
  RawFields all{{"Host", "127.0.0.1:" + std::to_string(port)}};
  if (!body.empty()) all["Content-Length"] = std::to_string(body.size());
  if (!target.starts_with("/git_updater") && !fields.contains("Cookie")) {
    all["Authorization"] = "Bearer " + kAdminToken;
  }
  for (const auto& [name, value] : fields) all[name] = value;
  if (all.contains("Authorization") && all["Authorization"].empty()) all.erase("Authorization");
  std::string bytes = method + " " + target + " HTTP/1.1\r\n";
  for (const auto& [name, value] : all) bytes += name + ": " + value + "\r\n";
  return bytes + "\r\n" + body;
}

RawReply fetch(std::uint16_t port, const std::string& method, const std::string& target,
               const RawFields& fields, const std::string& body) {
  RawConnection connection(port);
  connection.send(raw_request(port, method, target, fields, body));
  return connection.read_reply(method == "HEAD");
}

RawReply fetch(std::uint16_t port, const std::string& target, const RawFields& fields) {
  return fetch(port, "GET", target, fields);
}

RawReply post_json(std::uint16_t port, const std::string& target, const std::string& body,
                   RawFields fields) {
  fields.emplace("Content-Type", "application/json");
  return fetch(port, "POST", target, fields, body);
}

}  // namespace testlooper::testing
