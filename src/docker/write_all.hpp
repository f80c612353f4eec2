// All bytes to a file, whatever interrupts it. Blocks.
#pragma once

#include <cerrno>
#include <string_view>

#include <unistd.h>

namespace testlooper::docker {

// False: the disk did not take them; errno says why.
inline bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(fd, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

}  // namespace testlooper::docker
