#include "support/push_listener.hpp"

#include <array>
#include <cctype>
#include <chrono>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "testlooper/base/check.hpp"

namespace testlooper::testing {
namespace {

int listen_on(int port, int& bound) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  TL_CHECK(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  TL_CHECK(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  TL_CHECK(listen(fd, 64) == 0);
  socklen_t size = sizeof address;
  TL_CHECK(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  bound = ntohs(address.sin_port);
  return fd;
}

}  // namespace

std::string HeardPost::field(const std::string& name) const {
  const auto lower = [](std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
  };
  const auto at = lower(head).find("\r\n" + lower(name) + ": ");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 4;
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

PushListener::PushListener(int port, int status)
    : fd_(listen_on(port, port_)), status_(status), thread_([this] { serve(); }) {}

PushListener::~PushListener() {
  resume();
  shutdown(fd_, SHUT_RDWR);  // accept returns
  thread_.join();
  close(fd_);
}

std::string PushListener::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

std::vector<HeardPost> PushListener::wait_for(std::size_t count) {
  std::unique_lock lock(mutex_);
  // The limit only ends a test that has failed.
  TL_CHECK(
      changed_.wait_for(lock, std::chrono::minutes{2}, [&] { return heard_.size() >= count; }));
  return heard_;
}

void PushListener::hold() {
  const std::scoped_lock lock(mutex_);
  held_ = true;
}

void PushListener::resume() {
  const std::scoped_lock lock(mutex_);
  held_ = false;
  changed_.notify_all();
}

void PushListener::serve() {
  for (int connection; (connection = accept(fd_, nullptr, nullptr)) >= 0;) {
    answer(connection);
    close(connection);
  }
}

void PushListener::answer(int connection) {
  std::string text;
  std::array<char, 4096> buffer{};
  HeardPost post;
  while (true) {
    const auto n = read(connection, buffer.data(), buffer.size());
    if (n <= 0) return;
    text.append(buffer.data(), static_cast<std::size_t>(n));
    const auto end = text.find("\r\n\r\n");
    if (end == std::string::npos) continue;
    post = {.head = text.substr(0, end + 2), .body = text.substr(end + 4)};
    if (post.body.size() >= std::stoul(post.field("Content-Length"))) break;
  }
  {
    std::unique_lock lock(mutex_);
    heard_.push_back(post);
    changed_.notify_all();
    changed_.wait(lock, [&] { return !held_; });
  }
  const std::string reply = "HTTP/1.1 " + std::to_string(status_) +
                            " X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  [[maybe_unused]] const auto sent = send(connection, reply.data(), reply.size(), MSG_NOSIGNAL);
}

int closed_port() {
  int port = 0;
  close(listen_on(0, port));
  return port;
}

}  // namespace testlooper::testing
