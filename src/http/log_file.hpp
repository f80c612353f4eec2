// Reads the log of an attempt. Files are opened beneath the data folder only, and no link is
// followed, whatever the stored path says. Calls touch the disk: they belong on a pool thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "testlooper/base/result.hpp"

#include "http/log_text.hpp"

namespace testlooper::http {

class LogFile {
 public:
  // `path` is relative to the data folder. Errors: not_found.
  static Result<std::shared_ptr<const LogFile>> open(const std::string& data_dir,
                                                     const std::string& path);
  ~LogFile();
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  std::uint64_t size() const;  // it may still grow
  // At most `most` bytes from `offset`; fewer at the end. Errors: unavailable.
  Result<std::string> read(std::uint64_t offset, std::size_t most) const;

 private:
  explicit LogFile(int fd) : fd_(fd) {}
  int fd_;
};

// Parts of a log, read one after the other as one text.
class LogSlice {
 public:
  LogSlice(std::shared_ptr<const LogFile> file, std::vector<ByteRange> parts)
      : file_(std::move(file)), parts_(std::move(parts)) {}

  std::uint64_t bytes() const;
  // The bytes of this slice that `range` names, counted within the slice.
  LogSlice cut(ByteRange range) const;
  // Takes the next at most `most` bytes off the front; empty at the end. Errors: unavailable.
  Result<std::string> take(std::size_t most);

 private:
  std::shared_ptr<const LogFile> file_;
  std::vector<ByteRange> parts_;
  std::size_t next_ = 0;
};

enum class LogStream { both, out, err };
// The whole log, or one stream of it apart as the index beside it tells: `<path>.idx` has a record
// of 9 bytes at each switch of stream: the offset (little endian) and the stream (1 out, 2 err, 0 a
// line of our own).
// Errors: not_found (the log, its index), conflict (too many switches), unavailable.
Result<LogSlice> open_log(const std::string& data_dir, const std::string& path, LogStream stream);

}  // namespace testlooper::http
