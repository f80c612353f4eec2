#include "sandbox/supervisor/link.hpp"

#include <cerrno>

#include <unistd.h>

namespace testlooper::sandbox {
namespace {

constexpr std::size_t kKeptBytes = 64u << 10;
constexpr std::uint64_t kKeptMs = 10;

}  // namespace

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
  flush();
  auto found = decoder_.next();
  while (!found && !gone()) {
    read_more();
    found = decoder_.next();
  }
  return found;
}

void Link::send(std::string_view bytes) {
  if (kept_.empty()) due_ms_ = now_ms() + kKeptMs;
  kept_ += bytes;
  if (kept_.size() >= kKeptBytes) flush();
}

void Link::flush() {
  std::string_view rest = kept_;
  while (!gone_ && !rest.empty()) {
    const ssize_t done = write(STDOUT_FILENO, rest.data(), rest.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) {
      gone_ = true;
      break;
    }
    rest.remove_prefix(static_cast<std::size_t>(done));
  }
  kept_.clear();
  due_ms_ = kNever;
}

}  // namespace testlooper::sandbox
