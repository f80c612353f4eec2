#include "docker/log_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace testlooper::docker {
namespace {

constexpr std::size_t kBufferBytes = 64u << 10;
constexpr std::uint64_t kSmallestHalf = 1u << 10;
// Bounds the index: who changes the stream with each byte keeps fewer bytes.
constexpr std::uint64_t kSwitchesPerHalf = 1u << 16;
constexpr std::uint8_t kOwnLine = 0;
constexpr std::size_t kRecordBytes = 9;

std::unexpected<Error> disk_error(const std::string& what, const std::string& path) {
  return unavailable(what + ": " + std::strerror(errno), path);
}

Result<File> open_file(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0644);
  if (fd < 0) return disk_error("the log can't be opened", path);
  return File(fd);
}

std::uint64_t size_of(const File& file) {
  struct stat is{};
  return ::fstat(file.fd(), &is) == 0 ? static_cast<std::uint64_t>(is.st_size) : 0;
}

// Removes from `text` what was written, also where it fails half-way.
bool write_out(int fd, std::string_view& text) {
  while (!text.empty()) {
    const ssize_t done = ::write(fd, text.data(), text.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

bool write_at(int fd, std::string_view text, std::uint64_t offset) {
  while (!text.empty()) {
    const ssize_t done = ::pwrite(fd, text.data(), text.size(), static_cast<off_t>(offset));
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(done));
    offset += static_cast<std::uint64_t>(done);
  }
  return true;
}

bool read_at(int fd, char* to, std::size_t size, std::uint64_t offset) {
  while (size > 0) {
    const ssize_t done = ::pread(fd, to, size, static_cast<off_t>(offset));
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    to += done;
    size -= static_cast<std::size_t>(done);
    offset += static_cast<std::uint64_t>(done);
  }
  return true;
}

std::string record(std::uint64_t offset, std::uint8_t stream) {
  std::string bytes;
  for (int shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(offset >> shift & 0xff);
  return bytes + static_cast<char>(stream);
}

std::string index_path(const std::string& path) { return path + ".idx"; }
std::string tail_path(const std::string& path) { return path + ".tail"; }

}  // namespace

File& File::operator=(File&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

File::~File() {
  if (fd_ >= 0) ::close(fd_);
}

int File::release() { return std::exchange(fd_, -1); }

Result<LogFile> LogFile::open(const std::string& path, std::uint64_t cap, bool continues) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  LogFile file;
  file.path_ = path;
  file.half_ = std::max(cap / 2, kSmallestHalf);
  const int flags = O_WRONLY | O_CREAT | (continues ? O_APPEND : O_TRUNC);
  auto log = open_file(path, flags);
  if (!log) return std::unexpected(log.error());
  auto index = open_file(index_path(path), flags);
  if (!index) return std::unexpected(index.error());
  file.log_ = std::move(*log);
  file.index_ = std::move(*index);
  if (continues) {
    file.head_written_ = size_of(file.log_);
    file.head_switches_ = size_of(file.index_) / kRecordBytes;
  }
  return file;
}

bool LogFile::head_is_full() const {
  return head_written_ + buffer_.size() >= half_ || head_switches_ >= kSwitchesPerHalf;
}

Result<void> LogFile::append(Output stream, std::string_view text) {
  while (!text.empty()) {
    if (failed_) return unavailable("the log can't be written", path_);
    if (!in_tail_ && head_is_full()) {
      if (auto opened = open_tail(); !opened) return opened;
    }
    std::size_t size = std::min(text.size(), kBufferBytes);
    if (!in_tail_) {
      size = std::min<std::uint64_t>(size, half_ - head_written_ - buffer_.size());
      add_to_head(static_cast<std::uint8_t>(stream), text.substr(0, size));
    } else {
      add_to_tail(static_cast<std::uint8_t>(stream), text.substr(0, size));
    }
    text.remove_prefix(size);
    if (buffer_.size() < kBufferBytes) continue;
    if (auto flushed = flush(); !flushed) return flushed;
  }
  return {};
}

void LogFile::add_to_head(std::uint8_t stream, std::string_view text) {
  if (text.empty()) return;
  const std::uint64_t offset = head_written_ + buffer_.size();
  if (stream != stream_ || index_is_new_) {
    index_is_new_ = false;
    index_buffer_ += record(offset, stream);
    stream_ = stream;
    ++head_switches_;
  }
  buffer_ += text;
  last_byte_ = text.back();
}

void LogFile::add_to_tail(std::uint8_t stream, std::string_view text) {
  if (tail_switches_.empty() || tail_switches_.back().stream != stream) {
    tail_switches_.push_back({tail_total_, stream});
  }
  buffer_ += text;
  tail_total_ += text.size();
  forget_overwritten();
}

void LogFile::forget_overwritten() {
  if (tail_total_ > half_) tail_begin_ = std::max(tail_begin_, tail_total_ - half_);
  while (tail_switches_.size() > kSwitchesPerHalf) {
    tail_switches_.pop_front();
    tail_begin_ = std::max(tail_begin_, tail_switches_.front().offset);
  }
  while (tail_switches_.size() > 1 && tail_switches_[1].offset <= tail_begin_) {
    tail_switches_.pop_front();
  }
}

Result<void> LogFile::flush() {
  if (failed_) return unavailable("the log can't be written", path_);
  auto written = in_tail_ ? write_tail() : write_head();
  failed_ = !written;
  return written;
}

Result<void> LogFile::write_head() {
  std::string_view index = index_buffer_;
  if (!write_out(index_.fd(), index)) {
    return disk_error("the log's index can't be written", path_);
  }
  index_buffer_.clear();
  std::string_view text = buffer_;
  const bool written = write_out(log_.fd(), text);
  head_written_ += buffer_.size() - text.size();
  buffer_.clear();
  if (!written) return disk_error("the log can't be written", path_);
  return {};
}

Result<void> LogFile::open_tail() {
  if (auto flushed = flush(); !flushed) return flushed;
  auto file = open_file(tail_path(path_), O_RDWR | O_CREAT | O_TRUNC);
  if (!file) {
    failed_ = true;
    return std::unexpected(file.error());
  }
  // Without a name it goes with us, however we end.
  ::unlink(tail_path(path_).c_str());
  tail_ = std::move(*file);
  in_tail_ = true;
  return {};
}

Result<void> LogFile::write_tail() {
  std::string_view text = buffer_;
  std::uint64_t offset = tail_total_ - buffer_.size();
  while (!text.empty()) {
    const std::uint64_t at = offset % half_;
    const std::size_t size = std::min<std::uint64_t>(text.size(), half_ - at);
    if (!write_at(tail_.fd(), text.substr(0, size), at)) {
      return disk_error("the log can't be written", tail_path(path_));
    }
    text.remove_prefix(size);
    offset += size;
  }
  buffer_.clear();
  return {};
}

Result<LogFile::Totals> LogFile::close() {
  auto done = flush();
  if (done && in_tail_) done = append_tail();
  failed_ = true;
  if (!done) return std::unexpected(done.error());
  return Totals{head_written_, tail_begin_};
}

Result<void> LogFile::append_tail() {
  in_tail_ = false;
  if (tail_begin_ > 0) {
    add_to_head(kOwnLine, std::string(last_byte_ == '\n' ? "" : "\n") +
                              "[testlooper: " + std::to_string(tail_begin_) + " bytes left out]\n");
  }
  std::string piece;
  for (std::size_t i = 0; i < tail_switches_.size(); ++i) {
    std::uint64_t from = std::max(tail_switches_[i].offset, tail_begin_);
    const std::uint64_t to =
        i + 1 < tail_switches_.size() ? tail_switches_[i + 1].offset : tail_total_;
    while (from < to) {
      const std::uint64_t at = from % half_;
      piece.resize(std::min({to - from, half_ - at, std::uint64_t{kBufferBytes}}));
      if (!read_at(tail_.fd(), piece.data(), piece.size(), at)) {
        return disk_error("the log can't be read back", tail_path(path_));
      }
      add_to_head(tail_switches_[i].stream, piece);
      from += piece.size();
      if (buffer_.size() < kBufferBytes) continue;
      if (auto written = write_head(); !written) return written;
    }
  }
  return write_head();
}

namespace {

struct Segment {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint8_t stream = 0;
};

Result<std::vector<Segment>> read_segments(const std::string& path, std::uint64_t log_bytes) {
  auto file = open_file(index_path(path), O_RDONLY);
  if (!file) return std::unexpected(file.error());
  std::vector<Segment> segments;
  std::array<char, kRecordBytes> bytes{};
  for (std::uint64_t at = 0; read_at(file->fd(), bytes.data(), kRecordBytes, at);
       at += kRecordBytes) {
    std::uint64_t offset = 0;
    for (std::size_t i = 8; i-- > 0;) offset = offset << 8 | static_cast<unsigned char>(bytes[i]);
    if (!segments.empty()) segments.back().end = std::min(offset, log_bytes);
    segments.push_back(
        {std::min(offset, log_bytes), log_bytes, static_cast<std::uint8_t>(bytes[8])});
  }
  return segments;
}

}  // namespace

Result<std::string> read_stream(const std::string& path, Output stream, std::size_t max_bytes) {
  std::error_code error;
  const std::uint64_t log_bytes = std::filesystem::file_size(path, error);
  if (error) return not_found("there is no log", path);
  auto log = open_file(path, O_RDONLY);
  if (!log) return std::unexpected(log.error());
  const auto segments = read_segments(path, log_bytes);
  if (!segments) return std::unexpected(segments.error());
  std::string text;
  for (const auto& [begin, end, of] : *segments) {
    if (begin >= end || (of != kOwnLine && of != static_cast<std::uint8_t>(stream))) continue;
    if (text.size() + (end - begin) > max_bytes) {
      return invalid("more than " + std::to_string(max_bytes) + " bytes of output", path);
    }
    const std::size_t had = text.size();
    text.resize(had + (end - begin));
    if (!read_at(log->fd(), text.data() + had, end - begin, begin)) {
      return disk_error("the log can't be read", path);
    }
  }
  return text;
}

Result<void> read_log(const std::string& path, std::uint64_t from,
                      const std::function<void(std::string_view)>& take) {
  auto log = open_file(path, O_RDONLY);
  if (!log) return std::unexpected(log.error());
  if (::lseek(log->fd(), static_cast<off_t>(from), SEEK_SET) < 0) {
    return disk_error("the log can't be read", path);
  }
  std::string piece(kBufferBytes, '\0');
  while (true) {
    const ssize_t got = ::read(log->fd(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return disk_error("the log can't be read", path);
    if (got == 0) return {};
    take(std::string_view(piece).substr(0, static_cast<std::size_t>(got)));
  }
}

}  // namespace testlooper::docker
