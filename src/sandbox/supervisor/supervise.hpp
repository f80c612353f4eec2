// Carries out one run after the other.
#pragma once

#include "sandbox/messages.hpp"
#include "sandbox/supervisor/container.hpp"

namespace testlooper::sandbox {

// The stream to the server.
class Link {
 public:
  // The next frame; none where the server is gone or sent nonsense.
  std::optional<Frame> wait();
  // Likewise, of what has come already; `gone` tells whether there can be no more.
  std::optional<Frame> poll_frame();
  void read_more();
  bool gone() const { return gone_ || decoder_.broken(); }
  void send(std::string_view bytes);

 private:
  FrameDecoder decoder_;
  bool gone_ = false;
};

// One sentence why no run can be had in this container; "" where one can.
std::string try_out(const Container& container);
// Sends what the run brings, and its end. Returns false where the server is gone.
bool carry_out(const Container& container, const RunRequest& request, Link& link);

}  // namespace testlooper::sandbox
