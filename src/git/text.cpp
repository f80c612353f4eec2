#include "git/text.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

namespace testlooper::git {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

unsigned byte_at(std::string_view s, std::size_t i) { return static_cast<unsigned char>(s[i]); }

// Bytes of the well-formed UTF-8 sequence at `i`; 0 where there is none (RFC 3629: no overlong
// forms, no surrogates, nothing above U+10FFFF).
std::size_t sequence_at(std::string_view s, std::size_t i) {
  const unsigned lead = byte_at(s, i);
  if (lead < 0x80) return 1;
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || i + size > s.size()) return 0;
  for (std::size_t k = 1; k < size; ++k) {
    if ((byte_at(s, i + k) & 0xC0) != 0x80) return 0;
  }
  const unsigned second = byte_at(s, i + 1);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool beyond = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
  return overlong || beyond ? 0 : size;
}

template <typename Replace>
std::string with_bad_bytes(std::string_view bytes, Replace replace) {
  std::string text;
  text.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t size = sequence_at(bytes, i);
    text += size > 0 ? std::string(bytes.substr(i, size)) : replace(byte_at(bytes, i));
    i += std::max<std::size_t>(size, 1);
  }
  return text;
}

bool is_latin1(std::string_view encoding) {
  std::string plain;
  for (const char c : encoding) {
    if (std::isalnum(static_cast<unsigned char>(c))) {
      plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return plain == "iso88591" || plain == "latin1" || plain == "l1";
}

std::string from_latin1(std::string_view bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const unsigned c = byte_at(bytes, i);
    if (c >= 0x80) text += static_cast<char>(0xC0 | (c >> 6));
    text += static_cast<char>(c < 0x80 ? c : (0x80 | (c & 0x3F)));
  }
  return text;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

std::string name_text(std::string_view bytes) {
  return with_bad_bytes(bytes, [](unsigned bad) { return fmt::format("\\x{:02x}", bad); });
}

std::string name_bytes(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 3 < text.size() && text[i + 1] == 'x' &&
                        hex_digit(text[i + 2]) >= 0 && hex_digit(text[i + 3]) >= 0;
    if (escape) {
      bytes += static_cast<char>(hex_digit(text[i + 2]) * 16 + hex_digit(text[i + 3]));
      i += 3;
    } else {
      bytes += text[i];
    }
  }
  return bytes;
}

std::string prose(std::string_view bytes, std::string_view encoding, std::size_t max_bytes) {
  // Cut first, so that an enormous message costs nothing; then again, as replacements grow it.
  bytes = bytes.substr(0, max_bytes + 4);
  std::string text = is_latin1(encoding) ? from_latin1(bytes) : with_bad_bytes(bytes, [](unsigned) {
    return std::string(kReplacement);
  });
  if (text.size() <= max_bytes) return text;
  std::size_t end = max_bytes;
  while (end > 0 && (byte_at(text, end) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text;
}

}  // namespace testlooper::git
