// Takes apart the stream of an attached container: frames of a kind, a length and that many bytes.
// Keeps no payload, so that its memory does not depend on what the container writes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "testlooper/base/result.hpp"

namespace testlooper::docker {

enum class Output : std::uint8_t { out = 1, err = 2 };

class FrameReader {
 public:
  using Sink = std::function<Result<void>(Output, std::string_view)>;

  // Hands on what `bytes` hold, in order; pieces may be cut anywhere. Errors: the sink's first, and
  // `unavailable` where the bytes are no such stream; after an error, nothing more can be read.
  Result<void> feed(std::string_view bytes, const Sink& sink);

  // True between frames: a stream that ends elsewhere was cut.
  bool at_boundary() const { return header_bytes_ == 0 && payload_left_ == 0; }

 private:
  Result<void> take_header();

  std::array<unsigned char, 8> header_{};
  std::size_t header_bytes_ = 0;
  std::uint32_t payload_left_ = 0;
  Output output_ = Output::out;
};

}  // namespace testlooper::docker
