// A file of ours that docker has read, or will not read any more: deleted with the object.
#pragma once

#include <filesystem>
#include <string>
#include <utility>

namespace testlooper::docker {

class TempFile {
 public:
  explicit TempFile(std::string path) : path_(std::move(path)) {}
  ~TempFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace testlooper::docker
