#include "app/data_folder.hpp"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testlooper/base/limits.hpp"
#include "testlooper/base/time.hpp"

namespace testlooper::app {
namespace {

namespace fs = std::filesystem;

fs::path default_path() {
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data != '\0') {
    return fs::path(data) / "testlooper";
  }
  const char* home = std::getenv("HOME");
  return fs::path(home == nullptr ? "." : home) / ".local/share/testlooper";
}

// A server that was killed is gone once its memory is: a restart at once waits for that.
bool take(int lock) {
  constexpr Milliseconds kAgain{50};
  const auto end = std::chrono::steady_clock::now() + Milliseconds{limits::kDataFolderMs};
  while (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK || std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(kAgain);
  }
  return true;
}

Result<void> make_folders(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (!error) fs::permissions(path, fs::perms::owner_all, error);
  // Files that a killed server was handing to docker.
  if (!error) fs::remove_all(path / "tmp", error);
  for (const auto* name : {"tmp", "logs", "clones"}) {
    if (!error) fs::create_directories(path / name, error);
  }
  if (error) {
    return unavailable("the data folder can't be used: " + error.message(), path.string());
  }
  return {};
}

}  // namespace

Result<DataFolder> DataFolder::open(const std::string& path) {
  std::error_code error;
  const auto folder = fs::absolute(path.empty() ? default_path() : fs::path(path), error);
  fs::create_directories(folder, error);
  const int lock = ::open((folder / "lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (lock < 0) {
    return unavailable("the data folder can't be written; choose another with --data-dir",
                       folder.string());
  }
  if (!take(lock)) {
    ::close(lock);
    return fail(ErrorKind::conflict,
                "another testlooper serves this data folder; stop it, or choose another folder "
                "with --data-dir",
                folder.string());
  }
  DataFolder held(folder, lock);
  if (auto made = make_folders(folder); !made) return std::unexpected(made.error());
  return held;
}

DataFolder::DataFolder(DataFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataFolder::~DataFolder() {
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace testlooper::app
