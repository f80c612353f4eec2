#include "docker/frames.hpp"

#include <algorithm>

namespace testlooper::docker {
namespace {

// Kinds of frames: standard input (sent back by a terminal), output, error, docker's own errors.
constexpr unsigned char kStandardOutput = 1;
constexpr unsigned char kLastKind = 3;

}  // namespace

Result<void> FrameReader::take_header() {
  header_bytes_ = 0;
  if (header_[0] > kLastKind || header_[1] != 0 || header_[2] != 0 || header_[3] != 0) {
    return unavailable("docker sent something else than the container's output");
  }
  output_ = header_[0] <= kStandardOutput ? Output::out : Output::err;
  payload_left_ = 0;
  for (std::size_t i = 4; i < header_.size(); ++i) payload_left_ = payload_left_ << 8 | header_[i];
  return {};
}

Result<void> FrameReader::feed(std::string_view bytes, const Sink& sink) {
  while (!bytes.empty()) {
    if (payload_left_ == 0) {
      header_[header_bytes_++] = static_cast<unsigned char>(bytes.front());
      bytes.remove_prefix(1);
      if (header_bytes_ < header_.size()) continue;
      if (auto taken = take_header(); !taken) return taken;
      continue;
    }
    const std::size_t size = std::min<std::size_t>(payload_left_, bytes.size());
    payload_left_ -= static_cast<std::uint32_t>(size);
    if (auto written = sink(output_, bytes.substr(0, size)); !written) return written;
    bytes.remove_prefix(size);
  }
  return {};
}

}  // namespace testlooper::docker
