// Writes compact JSON straight into a string, without building a tree first: a page of a large
// branch has a hundred thousand values. Pure; any thread. The caller keeps the nesting right.
#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/time.hpp"

namespace testlooper::codec {

class JsonWriter {
 public:
  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  // `name` needs no escaping.
  void key(std::string_view name);

  void value(std::string_view text);
  void value(const std::string& text) { value(std::string_view(text)); }
  void value(bool flag);
  void value(double number);  // finite; six digits are kept
  template <std::integral T>
  void value(T number) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
    separate();
    out_.append(digits.begin(), end);
    comma_ = true;
  }
  template <typename Tag>
  void value(Id<Tag> id) {
    value(id.value);
  }
  void value(WallTime time) { value(time.ms); }
  void null();

  template <typename T>
  void member(std::string_view name, const T& content) {
    key(name);
    value(content);
  }

  void begin_array() { open('['); }
  void end_array() { close(']'); }

  std::string take() { return std::move(out_); }

 private:
  void separate();
  void open(char bracket);
  void close(char bracket);

  std::string out_;
  bool comma_ = false;  // the next value follows another
};

}  // namespace testlooper::codec
