#include "sandbox/supervisor/streams.hpp"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace testlooper::sandbox {

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
