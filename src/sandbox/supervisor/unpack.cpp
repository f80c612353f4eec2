#include "sandbox/supervisor/unpack.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace testlooper::sandbox {
namespace {

using Step = std::optional<Trouble>;

constexpr std::size_t kBlock = 512;
constexpr char kLongName = 'L', kLongTarget = 'K';
constexpr char kFile = '0', kOldFile = '\0', kLink = '2', kFolder = '5';

// A number is in octal digits, or where its first bit is set, in base 256.
std::uint64_t number_in(std::string_view field) {
  std::uint64_t value = 0;
  if (!field.empty() && (field[0] & 0x80) != 0) {
    for (const char each : field.substr(1)) value = value << 8 | static_cast<unsigned char>(each);
    return value;
  }
  for (const char each : field) {
    if (each >= '0' && each <= '7') value = value * 8 + static_cast<unsigned>(each - '0');
  }
  return value;
}

std::string text_in(std::string_view field) {
  return std::string(field.substr(0, field.find('\0')));
}

struct Entry {
  std::string path;
  std::string target;
  mode_t mode = 0;
  std::int64_t time = 0;
  char kind = 0;
  std::string_view content;
};

// One entry after the other, long names put together with what they are of.
class TarReader {
 public:
  explicit TarReader(std::string_view tar) : rest_(tar) {}

  // None at the end of all, or where the rest is no tar: then broken() is true.
  std::optional<Entry> next() {
    Entry entry;
    while (rest_.size() >= kBlock) {
      const auto header = rest_.substr(0, kBlock);
      // The end of one of several.
      if (header[0] == '\0') {
        rest_.remove_prefix(kBlock);
        continue;
      }
      const auto size = number_in(header.substr(124, 12));
      if (size > rest_.size() - kBlock) break;
      const auto content = rest_.substr(kBlock, static_cast<std::size_t>(size));
      rest_.remove_prefix(
          std::min(rest_.size(), kBlock + (content.size() + kBlock - 1) / kBlock * kBlock));
      const char kind = header[156];
      if (kind == kLongName || kind == kLongTarget) {
        (kind == kLongName ? entry.path : entry.target) = text_in(content);
        continue;
      }
      if (entry.path.empty()) entry.path = text_in(header.substr(0, 100));
      if (entry.target.empty()) entry.target = text_in(header.substr(157, 100));
      entry.mode = static_cast<mode_t>(number_in(header.substr(100, 8))) & 07777;
      entry.time = static_cast<std::int64_t>(number_in(header.substr(136, 12)));
      entry.kind = kind;
      entry.content = content;
      return entry;
    }
    broken_ = !rest_.empty();
    return std::nullopt;
  }
  bool broken() const { return broken_; }

 private:
  std::string_view rest_;
  bool broken_ = false;
};

Step trouble_at(const std::string& path) { return Trouble{path + " can't be unpacked", errno}; }

bool make_folder(const std::string& path, mode_t mode) {
  return mkdir(path.c_str(), mode) == 0 || errno == EEXIST;
}

bool make_parents(const std::string& path) {
  for (auto slash = path.find('/', 1); slash != path.npos; slash = path.find('/', slash + 1)) {
    if (!make_folder(path.substr(0, slash), 0755)) return false;
  }
  return true;
}

bool set_time(const std::string& path, std::int64_t time) {
  const timespec times[] = {{time, 0}, {time, 0}};
  return utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0;
}

bool write_file(const std::string& path, const Entry& entry) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  std::string_view rest = entry.content;
  bool good = fchmod(fd, entry.mode) == 0;
  while (good && !rest.empty()) {
    const ssize_t done = write(fd, rest.data(), rest.size());
    good = done > 0 || (done < 0 && errno == EINTR);
    if (done > 0) rest.remove_prefix(static_cast<std::size_t>(done));
  }
  close(fd);
  return good && set_time(path, entry.time);
}

bool put(const std::string& path, const Entry& entry) {
  if (entry.kind != kFolder) unlink(path.c_str());
  switch (entry.kind) {
    case kFile:
    case kOldFile:
      return write_file(path, entry);
    case kLink:
      return symlink(entry.target.c_str(), path.c_str()) == 0 && set_time(path, entry.time);
    case kFolder:
      return make_folder(path, entry.mode) && chmod(path.c_str(), entry.mode) == 0;
    default:
      errno = EINVAL;
      return false;
  }
}

std::string absolute(std::string path) {
  while (path.ends_with('/')) path.pop_back();
  return path.starts_with('/') ? path : "/" + path;
}

}  // namespace

std::optional<Trouble> unpack(std::string_view tar) {
  TarReader reader(tar);
  std::vector<std::pair<std::string, std::int64_t>> folders;
  const mode_t usual = umask(0);
  Step failed;
  while (const auto entry = reader.next()) {
    const auto path = absolute(entry->path);
    if (!make_parents(path) || !put(path, *entry)) {
      failed = trouble_at(path);
      break;
    }
    if (entry->kind == kFolder) folders.emplace_back(path, entry->time);
  }
  // What comes into a folder changes its time.
  for (const auto& [path, time] : folders) set_time(path, time);
  umask(usual);
  if (!failed && reader.broken()) return Trouble{"the commit's files are no tar", EPROTO};
  return failed;
}

}  // namespace testlooper::sandbox
