// The stream to the server.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sandbox/messages.hpp"

namespace testlooper::sandbox {

class Link {
 public:
  // The next frame; none where the server is gone or sent nonsense.
  std::optional<Frame> wait();
  // Of what has come already: how long a run that is to be stopped may take to end, in ms. What
  // else has come is dropped; `gone` tells whether there can be no more.
  std::optional<std::uint64_t> stop_asked();
  void read_more();
  bool gone() const { return gone_ || decoder_.broken(); }
  void send(std::string_view bytes);

 private:
  FrameDecoder decoder_;
  bool gone_ = false;
};

}  // namespace testlooper::sandbox
