#include "sandbox/wire.hpp"

#include <algorithm>

namespace testlooper::sandbox {
namespace {

constexpr std::size_t kNumberBytes = 8;

void put(std::string& bytes, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i) & 255);
}

std::uint64_t get(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) {
    value = value << 8 | static_cast<unsigned char>(bytes[i - 1]);
  }
  return value;
}

void add_frame(std::string& to, Kind kind, std::string_view payload) {
  to += static_cast<char>(kind);
  put(to, payload.size(), kFrameHeaderBytes - 1);
  to += payload;
}

}  // namespace

std::string frame(Kind kind, std::string_view payload) {
  std::string bytes;
  bytes.reserve(kFrameHeaderBytes + payload.size());
  add_frame(bytes, kind, payload);
  return bytes;
}

std::string frames(Kind kind, std::string_view bytes) {
  std::string all;
  all.reserve(bytes.size() + (bytes.size() / kFramePayloadBytes + 1) * kFrameHeaderBytes);
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, kFramePayloadBytes);
    add_frame(all, kind, piece);
    bytes.remove_prefix(piece.size());
  }
  return all;
}

void FrameDecoder::feed(std::string_view bytes) {
  if (broken_) return;
  buffer_.erase(0, at_);
  at_ = 0;
  buffer_ += bytes;
}

std::optional<Frame> FrameDecoder::next() {
  const std::string_view rest = std::string_view(buffer_).substr(at_);
  if (broken_ || rest.size() < kFrameHeaderBytes) return std::nullopt;
  const auto size = static_cast<std::size_t>(get(rest.substr(1, kFrameHeaderBytes - 1)));
  if (size > kFramePayloadBytes) {
    broken_ = true;
    return std::nullopt;
  }
  if (rest.size() < kFrameHeaderBytes + size) return std::nullopt;
  at_ += kFrameHeaderBytes + size;
  return Frame{static_cast<Kind>(rest[0]), rest.substr(kFrameHeaderBytes, size)};
}

void Writer::number(std::uint64_t value) { put(bytes_, value, kNumberBytes); }

void Writer::text(std::string_view value) {
  number(value.size());
  bytes_ += value;
}

std::string_view Reader::take(std::size_t size) {
  if (!good_ || size > bytes_.size()) {
    good_ = false;
    return {};
  }
  const auto taken = bytes_.substr(0, size);
  bytes_.remove_prefix(size);
  return taken;
}

std::uint64_t Reader::number() { return get(take(kNumberBytes)); }

std::string_view Reader::text() { return take(static_cast<std::size_t>(number())); }

std::size_t Reader::count() {
  const auto wanted = number();
  if (wanted > bytes_.size() / kNumberBytes) good_ = false;
  return good_ ? static_cast<std::size_t>(wanted) : 0;
}

}  // namespace testlooper::sandbox
