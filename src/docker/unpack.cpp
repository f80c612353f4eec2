#include "docker/unpack.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testlooper/base/limits.hpp"

#include "docker/libarchive.hpp"
#include "docker/log_file.hpp"

namespace testlooper::docker {
namespace {

constexpr std::string_view kFolderName = "artifacts";  // the last part of kArtifactsFolder
constexpr std::size_t kBlockBytes = 64u << 10;
constexpr std::size_t kComponentBytes = 255;
constexpr std::size_t kShownBytes = 200;
// Entries that are looked at, kept or not: a million links cost nobody more than this.
constexpr std::size_t kEntries = limits::kArtifactFiles * 10;

std::vector<std::string> components_of(std::string_view path) {
  std::vector<std::string> components;
  while (true) {
    const auto slash = path.find('/');
    components.emplace_back(path.substr(0, slash));
    if (slash == path.npos) return components;
    path.remove_prefix(slash + 1);
  }
}

// How many bytes the character that begins here takes; 0 where it is no UTF-8.
std::size_t character_bytes(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  const std::size_t size = first < 0x80    ? 1
                           : first < 0xc2  ? 0
                           : first < 0xe0  ? 2
                           : first < 0xf0  ? 3
                           : first <= 0xf4 ? 4
                                           : 0;
  if (size == 0 || size > text.size()) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const unsigned second = size > 1 ? byte(1) : 0;
  const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool beyond = (first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f);
  return overlong || beyond ? 0 : size;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto size = character_bytes(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

// In a sentence: what is not plain is shown as its number.
std::string shown(std::string_view name) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text = "'";
  for (const char c : name.substr(0, kShownBytes)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) {
      text += c;
    } else {
      text += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return text + (name.size() > kShownBytes ? "…'" : "'");
}

// What an entry is that is no plain file; nullopt for a plain one.
std::optional<std::string> why_no_file(archive_entry* entry) {
  if (archive_entry_hardlink(entry) != nullptr) return "it is a hard link";
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
      break;
    case AE_IFLNK:
      return "it is a link";
    case AE_IFIFO:
      return "it is a FIFO";
    case AE_IFSOCK:
      return "it is a socket";
    default:
      return "it is a device";
  }
  if ((archive_entry_mode(entry) & (S_ISUID | S_ISGID)) != 0)
    return "it has a setuid or setgid bit";
  return std::nullopt;
}

// Makes files beneath one folder; no step follows a link.
class Beneath {
 public:
  explicit Beneath(std::string folder) : folder_(std::move(folder)) {}

  // An open, empty file, or an invalid one with errno set.
  File make(const std::string& path) {
    if (root_.fd() < 0) {
      std::error_code error;
      std::filesystem::create_directories(folder_, error);
      root_ = File(::open(folder_.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    }
    auto components = components_of(path);
    const auto name = components.back();
    components.pop_back();
    File at(::openat(root_.fd(), ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
    for (const auto& component : components) {
      if (at.fd() < 0) return at;
      if (::mkdirat(at.fd(), component.c_str(), 0755) != 0 && errno != EEXIST) return File();
      at =
          File(::openat(at.fd(), component.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    }
    if (at.fd() < 0) return at;
    return File(::openat(at.fd(), name.c_str(),
                         O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  }

  void remove(const std::string& path) const {
    std::error_code ignored;
    std::filesystem::remove(std::filesystem::path(folder_) / path, ignored);
  }

 private:
  std::string folder_;
  File root_;
};

class Unpacker {
 public:
  explicit Unpacker(const UnpackRequest& request)
      : request_(request), beneath_(request.folder), left_(request.max_bytes) {}

  ArtifactsInfo unpack() {
    const Archive reader = new_tar_reader();
    if (archive_read_open_filename(reader.get(), request_.tar.c_str(), kBlockBytes) != ARCHIVE_OK) {
      say_broken(reader.get());
    } else {
      read_entries(reader.get());
    }
    if (more_warnings_ > 0) {
      info_.warnings.push_back("and " + std::to_string(more_warnings_) + " more were not kept");
    }
    std::ranges::sort(info_.files, {}, &Artifact::path);
    return std::move(info_);
  }

 private:
  void warn(std::string sentence) {
    if (info_.warnings.size() < limits::kArtifactWarnings) {
      info_.warnings.push_back(std::move(sentence));
    } else {
      ++more_warnings_;
    }
  }
  void refuse(std::string_view name, const std::string& why) {
    warn("the artifact " + shown(name) + " was not kept: " + why);
  }
  void say_broken(archive* reader) {
    if (request_.cut) return say_too_large();
    const char* text = archive_error_string(reader);
    warn(std::string("the rest of the artifacts can't be read: ") +
         (text != nullptr ? text : "the tar is broken"));
  }

  void read_entries(archive* reader) {
    archive_entry* entry = nullptr;
    for (std::size_t number = 0;; ++number) {
      const int status = archive_read_next_header(reader, &entry);
      if (status == ARCHIVE_EOF) break;
      if (status < ARCHIVE_WARN) return say_broken(reader);
      if (number == 0 && archive_entry_filetype(entry) != AE_IFDIR) {
        return warn("TEST_ARTIFACTS is no folder any more, so nothing of it was kept");
      }
      if (number == kEntries || info_.files.size() == limits::kArtifactFiles) {
        return warn("there are more than " + std::to_string(limits::kArtifactFiles) +
                    " artifacts; the rest was not kept");
      }
      if (!take(reader, entry)) return say_broken(reader);
    }
    if (request_.cut) say_too_large();
  }

  void say_too_large() {
    warn("the artifacts are larger than " + std::to_string(request_.max_bytes >> 20) +
         " MB together; the rest was not kept");
  }

  // False where the tar is broken.
  bool take(archive* reader, archive_entry* entry) {
    const char* raw = archive_entry_pathname(entry);
    std::string_view name = raw == nullptr ? "" : raw;
    // The folder's own name is in front of each.
    const bool below =
        name.starts_with(kFolderName) && name.substr(kFolderName.size()).starts_with('/');
    if (below) name.remove_prefix(kFolderName.size() + 1);
    if (archive_entry_filetype(entry) == AE_IFDIR) return true;
    auto why = why_no_file(entry);
    if (!why && !below) why = "it is not in the folder";
    if (!why) why = why_no_artifact(name);
    const auto size = archive_entry_size(entry);
    if (!why && (size < 0 || static_cast<std::uint64_t>(size) > left_)) {
      why = "with it, they would be larger than " + std::to_string(request_.max_bytes >> 20) +
            " MB together";
    }
    if (why) {
      refuse(name, *why);
      return true;
    }
    return keep(reader, std::string(name), static_cast<std::uint64_t>(size));
  }

  bool keep(archive* reader, const std::string& path, std::uint64_t size) {
    const File file = beneath_.make(path);
    if (file.fd() < 0) {
      refuse(path, std::string("it can't be written: ") + std::strerror(errno));
      return true;
    }
    switch (copy(reader, file.fd())) {
      case Copied::whole:
        info_.files.push_back({path, size});
        left_ -= size;
        return true;
      case Copied::tar_broken:
        beneath_.remove(path);
        return false;
      case Copied::disk_broken:
        beneath_.remove(path);
        refuse(path, std::string("it can't be written: ") + std::strerror(errno));
        return true;
    }
    return true;
  }

  enum class Copied { whole, tar_broken, disk_broken };
  static Copied copy(archive* reader, int fd) {
    std::array<char, kBlockBytes> block;
    while (true) {
      const la_ssize_t size = archive_read_data(reader, block.data(), block.size());
      if (size == 0) return Copied::whole;
      if (size < 0) return Copied::tar_broken;
      for (la_ssize_t done = 0; done < size;) {
        const ssize_t wrote =
            ::write(fd, block.data() + done, static_cast<std::size_t>(size - done));
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return Copied::disk_broken;
        done += wrote;
      }
    }
  }

  const UnpackRequest& request_;
  Beneath beneath_;
  std::uint64_t left_;
  std::size_t more_warnings_ = 0;
  ArtifactsInfo info_;
};

}  // namespace

std::optional<std::string> why_no_artifact(std::string_view path) {
  if (path.empty()) return "it has no name";
  if (path.front() == '/') return "its name begins at the root";
  if (path.size() > limits::kArtifactPathBytes) {
    return "its name has more than " + std::to_string(limits::kArtifactPathBytes) + " bytes";
  }
  if (!is_utf8(path)) return "its name is no UTF-8";
  const bool control = std::ranges::any_of(
      path, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (control) return "its name has control characters";
  const auto components = components_of(path);
  if (components.size() > limits::kArtifactDepth + 1) {
    return "it is more than " + std::to_string(limits::kArtifactDepth) + " folders deep";
  }
  for (const auto& component : components) {
    if (component.empty() || component == "." || component == "..") {
      return "its name leads elsewhere";
    }
    if (component.size() > kComponentBytes) return "a part of its name is too long";
  }
  return std::nullopt;
}

ArtifactsInfo unpack_artifacts(const UnpackRequest& request) { return Unpacker(request).unpack(); }

}  // namespace testlooper::docker
