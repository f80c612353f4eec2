// The bytes between the server and the supervisor of a sandbox: frames of a kind and a payload, and
// the fields within a payload. Pure; both sides are built from this, the supervisor without
// exceptions. All numbers are little-endian.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace testlooper::sandbox {

inline constexpr std::size_t kFrameHeaderBytes = 5;           // the kind, and the payload's size
inline constexpr std::size_t kFramePayloadBytes = 64u << 10;  // at most
inline constexpr std::size_t kRequestBytes = 96u << 20;       // of a whole request
inline constexpr std::uint32_t kProtocolVersion = 2;          // a hello tells it

enum class Kind : std::uint8_t {
  // From the server.
  request = 1,  // a piece of an encoded RunRequest
  go = 2,       // the request is whole: run it
  stop = 3,     // end what runs: TERM, a grace in ms, KILL

  // From the supervisor.
  hello = 16,   // once, at first: Hello
  output = 17,  // of the command's standard output
  error = 18,   // of its standard error
  report = 19,  // a piece of the report of the run's first process
  ended = 20,   // the run is over and nothing of it is left: Ended

  // Within the report. The tested code may forge these, so they are of their own run only.
  trouble = 32,         // the run did not start: Trouble
  started = 33,         // the command runs
  exited = 34,          // the command's wait status; what it left follows
  file = 35,            // number of an output file, whose bytes follow as `bytes`
  oversized = 36,       // number of an output file that is larger than allowed
  artifacts = 37,       // a tar of the artifacts follows as `bytes`
  artifacts_gone = 38,  // their folder is no more
  artifacts_cut = 39,   // there was more than allowed
  bytes = 40,
  complete = 41,  // the last frame of a report
};

struct Frame {
  Kind kind{};
  std::string_view payload;
};

// Errors: none; a payload that is too large is a programmer's mistake.
std::string frame(Kind kind, std::string_view payload = {});
// As many frames as it takes; none for no bytes.
std::string frames(Kind kind, std::string_view bytes);

// Takes a stream apart, however it is cut. Keeps at most one frame besides what was fed.
class FrameDecoder {
 public:
  void feed(std::string_view bytes);
  // The next whole frame, until the next call of anything here. Once a header is no header there
  // are no more frames, and broken() is true.
  std::optional<Frame> next();
  bool broken() const { return broken_; }
  // True between frames.
  bool at_boundary() const { return at_ == buffer_.size(); }

 private:
  std::string buffer_;
  std::size_t at_ = 0;
  bool broken_ = false;
};

// Fields of a payload, one after the other.
class Writer {
 public:
  void number(std::uint64_t value);
  void text(std::string_view value);
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  std::uint64_t number();
  std::string_view text();
  // The number of entries that follow, each of at least one field.
  std::size_t count();
  // True where every field was there and nothing is left over.
  bool finished() const { return good_ && bytes_.empty(); }

 private:
  std::string_view take(std::size_t size);

  std::string_view bytes_;
  bool good_ = true;
};

}  // namespace testlooper::sandbox
