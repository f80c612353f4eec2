#include "retention/disk.hpp"

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include <sys/statvfs.h>

namespace testlooper::retention {
namespace {

std::vector<std::string> places_of(const Holding& holding) {
  if (holding.kind == KeptKind::artifacts) return {attempt_artifacts_path(holding.attempt)};
  const auto log = attempt_log_path(holding.attempt);
  return {log, log + ".idx", attempt_run_logs_path(holding.attempt)};
}

}  // namespace

Result<DiskRoom> disk_room(const std::filesystem::path& folder) {
  struct statvfs facts{};
  if (::statvfs(folder.c_str(), &facts) != 0) {
    return unavailable(std::string("the disk's room is not known: ") + std::strerror(errno),
                       folder.string());
  }
  return DiskRoom{std::uint64_t{facts.f_bavail} * facts.f_frsize,
                  std::uint64_t{facts.f_blocks} * facts.f_frsize};
}

std::uint64_t database_bytes(const std::filesystem::path& database) {
  std::uint64_t bytes = 0;
  for (const auto* beside : {"", "-wal", "-shm"}) {
    std::error_code error;
    const auto size = std::filesystem::file_size(database.string() + beside, error);
    if (!error) bytes += size;
  }
  return bytes;
}

Result<void> remove_files(const std::filesystem::path& data_folder, const Holding& holding) {
  for (const auto& place : places_of(holding)) {
    std::error_code error;
    std::filesystem::remove_all(data_folder / place, error);
    if (error) return unavailable("it can't be removed: " + error.message(), place);
  }
  return {};
}

}  // namespace testlooper::retention
