#include "docker/tar_meter.hpp"

#include <algorithm>
#include <charconv>

namespace testlooper::docker {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kSizeAt = 124;
constexpr std::size_t kSizeBytes = 12;
constexpr std::size_t kTypeAt = 156;
constexpr std::uint64_t kLargest = 1ull << 60;      // no disk has that much, and sums stay in range
constexpr std::size_t kExtensionBytes = 64u << 10;  // more is no size but somebody's attributes

// Octal digits, or a binary number where the first bit is set.
std::optional<std::uint64_t> read_size(std::string_view field) {
  std::uint64_t size = 0;
  if ((static_cast<unsigned char>(field[0]) & 0x80) != 0) {
    for (const char c : field.substr(field.size() - sizeof size)) {
      size = size << 8 | static_cast<unsigned char>(c);
    }
    return size;
  }
  for (const char c : field) {
    if (c == '\0' || c == ' ') continue;
    if (c < '0' || c > '7') return std::nullopt;
    size = size << 3 | static_cast<std::uint64_t>(c - '0');
  }
  return size;
}

// "30 size=123\n" among the records of an extended header.
std::optional<std::uint64_t> size_in(std::string_view records) {
  const auto found = records.find(" size=");
  if (found == records.npos) return std::nullopt;
  const auto digits = records.substr(found + 6);
  std::uint64_t size = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  return end.ec == std::errc() ? std::optional{size} : std::nullopt;
}

}  // namespace

Result<void> TarMeter::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    if (content_ > 0) {
      const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(content_, bytes.size()));
      if (in_extension_) {
        const auto room = kExtensionBytes - std::min(kExtensionBytes, extension_.size());
        extension_ += bytes.substr(0, std::min(taken, room));
      }
      content_ -= taken;
      bytes.remove_prefix(taken);
      if (content_ == 0 && in_extension_) size_of_next_ = size_in(extension_);
      continue;
    }
    const auto taken = std::min(kBlock - header_.size(), bytes.size());
    header_ += bytes.substr(0, taken);
    bytes.remove_prefix(taken);
    if (header_.size() < kBlock) break;
    if (auto done = take_header(); !done) return done;
    header_.clear();
  }
  return {};
}

Result<void> TarMeter::take_header() {
  if (header_.find_first_not_of('\0') == header_.npos) return {};  // the end, in two such blocks
  auto size = read_size(std::string_view(header_).substr(kSizeAt, kSizeBytes));
  if (!size || *size > kLargest || size_of_next_.value_or(0) > kLargest) {
    return unavailable("this is no tar", "tar from docker");
  }
  const char type = header_[kTypeAt];
  in_extension_ = type == 'x';
  extension_.clear();
  if (type == 'x' || type == 'g' || type == 'L' || type == 'K') {
    content_ = (*size + kBlock - 1) / kBlock * kBlock;
    return {};
  }
  if (size_of_next_) size = size_of_next_;
  size_of_next_.reset();
  ++entries_;
  const bool has_content = type == '0' || type == '\0' || type == '7';
  if (!has_content) return {};
  bytes_ += *size;
  content_ = *size / kBlock * kBlock + (*size % kBlock == 0 ? 0 : kBlock);
  return {};
}

}  // namespace testlooper::docker
