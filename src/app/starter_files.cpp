#include "app/starter_files.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <ranges>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "testlooper/base/limits.hpp"

#include "starter/find.hpp"

namespace testlooper::app {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> not_written(const fs::path& path, const std::string& why) {
  return unavailable(fmt::format("{} can't be written: {}", path.string(), why));
}

// Where a file is written at first, so that one which is there is whole until all have been.
fs::path new_path(const std::string& folder, const starter::StarterFile& file) {
  return fs::path(folder) / (file.path + ".new");
}

Result<void> write_new(const fs::path& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) return not_written(path, std::strerror(errno));
  std::size_t done = 0;
  while (done < text.size()) {
    const auto written = ::write(file, text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const std::string why = std::strerror(errno);
      ::close(file);
      return not_written(path, why);
    }
    done += static_cast<std::size_t>(written);
  }
  if (::close(file) != 0) return not_written(path, std::strerror(errno));
  return {};
}

// The folders of the path that are not there yet. Errors: unavailable, also where one is a link.
Result<void> make_folders(const fs::path& root, const fs::path& inner,
                          std::vector<fs::path>& made) {
  auto path = root;
  for (const auto& part : inner.parent_path()) {
    path /= part;
    std::error_code error;
    const auto status = fs::symlink_status(path, error);
    if (fs::is_directory(status)) continue;
    if (fs::exists(status)) return not_written(path, "it is there, and is no folder");
    if (!fs::create_directory(path, error)) return not_written(path, error.message());
    made.push_back(path);
  }
  return {};
}

}  // namespace

starter::RepoFiles read_repo(const std::string& folder, std::vector<std::string> paths) {
  starter::RepoFiles files;
  files.paths = std::move(paths);
  for (const auto& path : starter::files_to_read(files.paths)) {
    const auto full = fs::path(folder) / path;
    std::error_code error;
    if (!fs::is_regular_file(fs::symlink_status(full, error))) continue;
    std::ifstream stream(full, std::ios::binary);
    std::string text(limits::kConfigBytes, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    files.texts[path] = std::move(text);
  }
  return files;
}

std::vector<std::string> present(const std::string& folder,
                                 const std::vector<starter::StarterFile>& files) {
  std::vector<std::string> found;
  for (const auto& file : files) {
    std::error_code error;
    if (fs::exists(fs::symlink_status(fs::path(folder) / file.path, error)))
      found.push_back(file.path);
  }
  return found;
}

Result<void> write_files(const std::string& folder,
                         const std::vector<starter::StarterFile>& files) {
  std::vector<fs::path> made;
  Result<void> result;
  for (const auto& file : files) {
    result = make_folders(folder, file.path, made);
    const auto path = new_path(folder, file);
    if (result) result = write_new(path, file.text);
    if (!result) break;
    made.push_back(path);
  }
  std::error_code error;
  for (const auto& file : files) {
    if (!result) break;
    // A link that is there is replaced, not followed.
    fs::rename(new_path(folder, file), fs::path(folder) / file.path, error);
    if (error) result = not_written(fs::path(folder) / file.path, error.message());
  }
  if (result) return {};
  for (const auto& path : std::views::reverse(made)) fs::remove(path, error);
  return result;
}

}  // namespace testlooper::app
