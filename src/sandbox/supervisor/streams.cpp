#include "sandbox/supervisor/streams.hpp"

#include <cerrno>
#include <ctime>

#include <fcntl.h>
#include <unistd.h>

namespace testlooper::sandbox {

std::uint64_t now_ms() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1000 +
         static_cast<std::uint64_t>(now.tv_nsec) / 1'000'000;
}

int ms_until(std::uint64_t deadline, std::uint64_t now) {
  constexpr std::uint64_t kLongWhile = 1'000'000;
  if (deadline <= now) return 0;
  const auto left = deadline - now;
  return static_cast<int>(left > kLongWhile ? kLongWhile : left + 1);
}

bool open_pipe(int& to_read, int& to_write) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  to_read = ends[0];
  to_write = ends[1];
  return true;
}

void close_and_forget(int& fd) {
  if (fd >= 0) close(fd);
  fd = -1;
}

std::string_view pass_on(int& fd, Kind kind, Link& link, char (&bytes)[kFramePayloadBytes]) {
  const ssize_t size = read(fd, bytes, sizeof bytes);
  if (size < 0 && errno == EINTR) return {};
  if (size <= 0) {
    close_and_forget(fd);
    return {};
  }
  const std::string_view text(bytes, static_cast<std::size_t>(size));
  link.send(frame(kind, text));
  return text;
}

}  // namespace testlooper::sandbox
