#include "http/log_file.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testlooper/base/limits.hpp"

#include "http/text.hpp"

namespace testlooper::http {
namespace {

constexpr std::size_t kRecordBytes = 9;
constexpr char kOwnLine = 0;

// -1 where a component is missing, is a link, or leads upwards.
int open_beneath(const std::string& folder, const std::string& path) {
  int at = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  const auto components = split(path, '/');
  for (std::size_t i = 0; i < components.size() && at >= 0; ++i) {
    const std::string name(components[i]);
    const bool last = i + 1 == components.size();
    const int how = last ? O_RDONLY | O_NONBLOCK : O_PATH | O_DIRECTORY;
    const bool plain = !name.empty() && name != "." && name != "..";
    const int next = plain ? ::openat(at, name.c_str(), how | O_NOFOLLOW | O_CLOEXEC) : -1;
    ::close(at);
    at = next;
  }
  return at;
}

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 8; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

// The parts of the log that the index gives to `stream`, as far as the log is written. Lines of our
// own, which say that something was left out, belong to both streams.
std::vector<ByteRange> parts_of(std::string_view index, char stream, std::uint64_t log_bytes) {
  std::vector<ByteRange> parts;
  for (std::size_t at = 0; at + kRecordBytes <= index.size(); at += kRecordBytes) {
    const auto next = at + kRecordBytes;
    const bool last = next + kRecordBytes > index.size();
    const auto end = last ? log_bytes : little_endian(index.substr(next, 8));
    const ByteRange part{little_endian(index.substr(at, 8)), std::min(end, log_bytes)};
    const char owner = index[at + 8];
    if ((owner == stream || owner == kOwnLine) && part.begin < part.end) parts.push_back(part);
  }
  return parts;
}

}  // namespace

Result<std::shared_ptr<const LogFile>> LogFile::open(const std::string& data_dir,
                                                     const std::string& path) {
  const int fd = open_beneath(data_dir, path);
  struct stat info{};
  if (fd < 0 || ::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    if (fd >= 0) ::close(fd);
    return not_found("this attempt has no log on the disk");
  }
  return std::shared_ptr<const LogFile>(new LogFile(fd));
}

LogFile::~LogFile() { ::close(fd_); }

std::uint64_t LogFile::size() const {
  struct stat info{};
  return ::fstat(fd_, &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

Result<std::string> LogFile::read(std::uint64_t offset, std::size_t most) const {
  std::string bytes(most, '\0');
  std::size_t filled = 0;
  while (filled < most) {
    const auto got =
        ::pread(fd_, bytes.data() + filled, most - filled, static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unavailable("the log can't be read from the disk");
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

std::uint64_t LogSlice::bytes() const {
  std::uint64_t total = 0;
  for (std::size_t i = next_; i < parts_.size(); ++i) total += parts_[i].end - parts_[i].begin;
  return total;
}

LogSlice LogSlice::cut(ByteRange range) const {
  std::vector<ByteRange> parts;
  std::uint64_t position = 0;  // of the part, within the slice
  for (const auto& part : parts_) {
    const auto length = part.end - part.begin;
    const auto from = std::max(range.begin, position);
    const auto to = std::min(range.end, position + length);
    if (from < to) parts.push_back({part.begin + (from - position), part.begin + (to - position)});
    position += length;
  }
  return {file_, std::move(parts)};
}

Result<std::string> LogSlice::take(std::size_t most) {
  std::string taken;
  while (taken.size() < most && next_ < parts_.size()) {
    auto& part = parts_[next_];
    const auto wanted = std::min<std::uint64_t>(part.end - part.begin, most - taken.size());
    auto bytes = file_->read(part.begin, static_cast<std::size_t>(wanted));
    if (!bytes) return bytes;
    if (bytes->size() < wanted) return unavailable("the log became shorter while it was read");
    taken += *bytes;
    part.begin += wanted;
    if (part.begin == part.end) ++next_;
  }
  return taken;
}

Result<LogSlice> open_log(const std::string& data_dir, const std::string& path, LogStream stream) {
  auto file = LogFile::open(data_dir, path);
  if (!file) return std::unexpected(file.error());
  const auto log_bytes = (*file)->size();
  if (stream == LogStream::both) {
    return LogSlice(*file, {ByteRange{0, log_bytes}});
  }
  auto index_file = LogFile::open(data_dir, path + ".idx");
  if (!index_file) return not_found("this log does not tell its streams apart");
  constexpr std::size_t kMost = limits::kLogSwitches * kRecordBytes;
  const auto index_bytes = (*index_file)->size();
  if (index_bytes > kMost) {
    return fail(ErrorKind::conflict,
                "this log switches between its streams too often; read both together");
  }
  auto index = (*index_file)->read(0, static_cast<std::size_t>(index_bytes));
  if (!index) return std::unexpected(index.error());
  return LogSlice(*file, parts_of(*index, stream == LogStream::out ? '\1' : '\2', log_bytes));
}

}  // namespace testlooper::http
