#include "codec/json_writer.hpp"

#include <algorithm>

#include "codec/utf8.hpp"

namespace testlooper::codec {
namespace {

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    default:
      break;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x20) {
    out += c;
    return;
  }
  out += "\\u00";
  out += kDigits[byte >> 4];
  out += kDigits[byte & 15];
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// True for nearly every text: it is its own JSON.
bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
  });
}

}  // namespace

void JsonWriter::separate() {
  if (comma_) out_ += ',';
  comma_ = false;
}

void JsonWriter::open(char bracket) {
  separate();
  out_ += bracket;
}

void JsonWriter::close(char bracket) {
  out_ += bracket;
  comma_ = true;
}

void JsonWriter::key(std::string_view name) {
  separate();
  out_ += '"';
  out_ += name;
  out_ += "\":";
}

void JsonWriter::value(std::string_view text) {
  separate();
  out_ += '"';
  if (is_plain(text)) {
    out_ += text;
  } else if (is_ascii(text)) {
    for (const char c : text) append_escaped(out_, c);
  } else {
    for (const char c : valid_utf8(text)) append_escaped(out_, c);
  }
  out_ += '"';
  comma_ = true;
}

void JsonWriter::value(bool flag) {
  separate();
  out_ += flag ? "true" : "false";
  comma_ = true;
}

void JsonWriter::value(double number) {
  constexpr int kDigits = 6;
  std::array<char, 32> text;
  const auto end =
      std::to_chars(text.begin(), text.end(), number, std::chars_format::general, kDigits).ptr;
  separate();
  out_.append(text.begin(), end);
  comma_ = true;
}

void JsonWriter::null() {
  separate();
  out_ += "null";
  comma_ = true;
}

}  // namespace testlooper::codec
