#include "sandbox/supervisor/link.hpp"

#include <cerrno>

#include <unistd.h>

namespace testlooper::sandbox {

std::optional<std::uint64_t> Link::stop_asked() {
  std::optional<std::uint64_t> grace;
  while (const auto each = decoder_.next()) {
    if (each->kind == Kind::stop && !grace) grace = decode_number(each->payload);
  }
  return grace;
}

void Link::read_more() {
  char bytes[kFramePayloadBytes];
  const ssize_t size = read(STDIN_FILENO, bytes, sizeof bytes);
  if (size < 0 && errno == EINTR) return;
  if (size <= 0) {
    gone_ = true;
    return;
  }
  decoder_.feed({bytes, static_cast<std::size_t>(size)});
}

std::optional<Frame> Link::wait() {
  auto found = decoder_.next();
  while (!found && !gone()) {
    read_more();
    found = decoder_.next();
  }
  return found;
}

void Link::send(std::string_view bytes) {
  while (!gone_ && !bytes.empty()) {
    const ssize_t done = write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) {
      gone_ = true;
      return;
    }
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
}

}  // namespace testlooper::sandbox
