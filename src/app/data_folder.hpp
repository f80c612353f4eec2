// The one folder in which everything is kept. Held by one server at a time.
#pragma once

#include <filesystem>
#include <string>

#include "testlooper/base/result.hpp"

namespace testlooper::app {

class DataFolder {
 public:
  // Makes it where it is missing (mode 0700), and empties its `tmp`. `path` "" is
  // $XDG_DATA_HOME/testlooper or ~/.local/share/testlooper. Errors: unavailable, conflict (another
  // server holds it).
  static Result<DataFolder> open(const std::string& path);
  ~DataFolder();
  DataFolder(DataFolder&& other) noexcept;
  DataFolder& operator=(DataFolder&&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path database() const { return path_ / "testlooper.db"; }
  std::filesystem::path clones() const { return path_ / "clones"; }
  std::filesystem::path admin_token() const { return path_ / "admin-token"; }
  std::filesystem::path temp() const { return path_ / "tmp"; }

 private:
  DataFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::filesystem::path path_;
  int lock_ = -1;
};

}  // namespace testlooper::app
