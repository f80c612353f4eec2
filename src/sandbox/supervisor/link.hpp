// The stream to the server.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sandbox/messages.hpp"
#include "sandbox/supervisor/clock.hpp"

namespace testlooper::sandbox {

class Link {
 public:
  // The next frame, after all has been flushed; none where the server is gone or sent nonsense.
  std::optional<Frame> wait();
  // Of what has come already: how long a run that is to be stopped may take to end, in ms. What
  // else has come is dropped; `gone` tells whether there can be no more.
  std::optional<std::uint64_t> stop_asked();
  void read_more();
  bool gone() const { return gone_ || decoder_.broken(); }
  // Kept until there is much of it, or until it is flushed: each write is carried on by several of
  // docker's processes, which then costs more than what it says.
  void send(std::string_view bytes);
  void flush();
  // When what is kept has waited for long enough, in ms of `now_ms`.
  std::uint64_t due_ms() const { return due_ms_; }

 private:
  FrameDecoder decoder_;
  std::string kept_;
  std::uint64_t due_ms_ = kNever;
  bool gone_ = false;
};

}  // namespace testlooper::sandbox
