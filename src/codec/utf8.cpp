#include "codec/utf8.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace testlooper::codec {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

unsigned byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u;
}

bool is_continuation(unsigned byte) { return (byte & 0xC0u) == 0x80u; }

struct Sequence {
  std::size_t bytes = 1;  // of the character, or of the broken part that one mark replaces
  bool valid = false;
};

// Table 3-7 of the Unicode standard: the second byte's range keeps out overlong forms, surrogates
// and what is beyond U+10FFFF.
Sequence sequence_at(std::string_view text, std::size_t at) {
  const unsigned lead = byte_at(text, at);
  if (lead < 0x80) return {1, lead != 0};
  std::size_t length = 0;
  unsigned low = 0x80, high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return {1, false};
  }
  const unsigned second = byte_at(text, at + 1);
  if (second < low || second > high) return {1, false};
  for (std::size_t i = 2; i < length; ++i) {
    if (!is_continuation(byte_at(text, at + i))) return {i, false};
  }
  return {length, true};
}

// The largest cut that is not above `at` and lies between two characters.
std::size_t cut_before(std::string_view text, std::size_t at) {
  while (at > 0 && is_continuation(byte_at(text, at))) --at;
  return at;
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto sequence = sequence_at(text, at);
    if (!sequence.valid) return false;
    at += sequence.bytes;
  }
  return true;
}

std::string valid_utf8(std::string_view text) {
  std::string fixed;
  fixed.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto sequence = sequence_at(text, at);
    fixed += sequence.valid ? text.substr(at, sequence.bytes) : kReplacement;
    at += sequence.bytes;
  }
  return fixed;
}

std::string capped_utf8(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  constexpr std::size_t kMarkBytes = 50;
  if (max_bytes <= 2 * kMarkBytes) return std::string(text.substr(0, cut_before(text, max_bytes)));
  const auto kept = max_bytes - kMarkBytes;
  const auto head = text.substr(0, cut_before(text, kept / 2));
  auto tail_begin = text.size() - kept / 2;
  while (is_continuation(byte_at(text, tail_begin))) ++tail_begin;
  const auto tail = text.substr(tail_begin);
  return fmt::format("{}\n[{} {} bytes left out]\n{}", head, kEllipsis,
                     text.size() - head.size() - tail.size(), tail);
}

std::string quoted_for_people(std::string_view text, std::size_t max_bytes) {
  std::string shown = valid_utf8(text.substr(0, max_bytes + 4));
  if (text.size() > max_bytes) {
    shown.resize(cut_before(shown, std::min(max_bytes, shown.size())));
    shown += kEllipsis;
  }
  for (auto& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return fmt::format("'{}'", shown);
}

}  // namespace testlooper::codec
