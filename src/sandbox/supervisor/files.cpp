#include "sandbox/supervisor/files.hpp"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace testlooper::sandbox {
namespace {

constexpr std::size_t kPieceBytes = 16u << 10;

}  // namespace

std::string read_file(const std::string& path, std::size_t most) {
  std::string text;
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return text;
  char piece[kPieceBytes];
  ssize_t size = 0;
  while (text.size() < most && (size = read(fd, piece, sizeof piece)) > 0) {
    text.append(piece, static_cast<std::size_t>(size));
  }
  close(fd);
  return text;
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = write(fd, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

}  // namespace testlooper::sandbox
