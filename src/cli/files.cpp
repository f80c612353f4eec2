#include "cli/files.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <sys/stat.h>

namespace testlooper::cli {
namespace {

std::unexpected<Error> because_of_errno(const std::string& path) {
  const auto kind = errno == ENOENT ? ErrorKind::not_found : ErrorKind::unavailable;
  return fail(kind, std::strerror(errno), path);
}

}  // namespace

Result<std::string> read_file(const std::string& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) return because_of_errno(path);
  std::string content(std::istreambuf_iterator<char>(in), {});
  if (in.bad()) return because_of_errno(path);
  return content;
}

Result<void> replace_file(const std::string& path, const std::string& content, mode_t mode) {
  const std::string temporary = path + ".new";
  errno = 0;
  std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
  out << content;
  out.close();
  if (!out || chmod(temporary.c_str(), mode) != 0 ||
      std::rename(temporary.c_str(), path.c_str()) != 0) {
    auto error = because_of_errno(path);
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    return error;
  }
  return {};
}

}  // namespace testlooper::cli
