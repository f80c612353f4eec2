// The log of one attempt on disk: standard output and standard error in the order in which they
// came, in one file that only grows, with an index beside it that tells the two apart. At most a
// cap is kept, half of it the head and half of it the tail, whatever the amount that is written:
// what comes after the head goes round in a nameless file and is appended when the log is closed.
// Used by one thread at a time; knows nothing of docker.
//
// The index, `<path>.idx`, has nine bytes for each change of stream: the offset in the log as a
// little-endian 64-bit number, and the stream: 1, 2, or 0 for a line of our own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "testlooper/base/result.hpp"

#include "docker/frames.hpp"

namespace testlooper::docker {

// A file descriptor that closes itself.
class File {
 public:
  File() = default;
  explicit File(int fd) : fd_(fd) {}
  File(File&& other) noexcept : fd_(other.release()) {}
  File& operator=(File&& other) noexcept;
  ~File();
  int fd() const { return fd_; }

 private:
  int release();
  int fd_ = -1;
};

class LogFile {
 public:
  struct Totals {
    std::uint64_t bytes = 0;    // in the file
    std::uint64_t dropped = 0;  // left out
  };

  // Makes the file, and its folder where that is missing. What is there stays where it `continues`;
  // that must have been closed, and be less than half of the cap. Errors: unavailable.
  static Result<LogFile> open(const std::string& path, std::uint64_t cap, bool continues = false);

  // Errors: unavailable (the disk); then the log stays as it is and takes nothing more.
  Result<void> append(Output stream, std::string_view text);
  // Writes out what is buffered.
  Result<void> flush();
  // What a reader of the file finds after flush().
  std::uint64_t bytes() const { return head_written_; }
  // Appends the tail. Nothing can be appended afterwards.
  Result<Totals> close();

 private:
  struct Switch {
    std::uint64_t offset = 0;  // in the head or in the tail's stream of bytes
    std::uint8_t stream = 0;
  };

  LogFile() = default;
  bool head_is_full() const;
  void add_to_head(std::uint8_t stream, std::string_view text);
  void add_to_tail(std::uint8_t stream, std::string_view text);
  Result<void> write_head();
  Result<void> write_tail();
  Result<void> open_tail();
  void forget_overwritten();
  Result<void> append_tail();

  std::string path_;
  std::uint64_t half_ = 0;
  File log_;
  File index_;
  File tail_;
  std::string buffer_;        // of the head until it is full, then of the tail
  std::string index_buffer_;  // of the index
  std::uint64_t head_written_ = 0;
  std::uint64_t head_switches_ = 0;
  std::uint8_t stream_ = 0;   // of the last byte of the head
  bool index_is_new_ = true;  // nothing was written to it yet
  char last_byte_ = '\n';     // of the head
  bool in_tail_ = false;
  bool failed_ = false;
  std::uint64_t tail_total_ = 0;  // bytes that came after the head, written out
  std::uint64_t tail_begin_ = 0;  // the first of them that is still there
  std::deque<Switch> tail_switches_;
};

// What the log holds of one stream, with our own lines where something was left out. Errors:
// not_found, unavailable; invalid where it is more than `max_bytes`.
Result<std::string> read_stream(const std::string& path, Output stream, std::size_t max_bytes);

// Hands over a log from a byte on, piece by piece. Errors: unavailable.
Result<void> read_log(const std::string& path, std::uint64_t from,
                      const std::function<void(std::string_view)>& take);

}  // namespace testlooper::docker
