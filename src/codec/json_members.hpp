// How a page's struct becomes JSON: TL_JSON(Type, members...) makes a function `write`, and
// written() is all of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "codec/each.hpp"
#include "codec/json_writer.hpp"

// The members of each struct are listed once, and their names become the JSON's: the two can't
// differ.
#define TL_MEMBER(member) \
  writer.key(#member);    \
  write(writer, s.member);
#define TL_JSON(Type, ...)                                                \
  [[maybe_unused]] static void write(JsonWriter& writer, const Type& s) { \
    writer.begin_object();                                                \
    TL_EACH(TL_MEMBER, __VA_ARGS__)                                       \
    writer.end_object();                                                  \
  }

namespace testlooper::codec {

// Static, and not in an unnamed namespace, where these templates would not find what a file says of
// its own types.
template <typename T>
  requires requires(JsonWriter& writer, const T& plain) { writer.value(plain); }
static void write(JsonWriter& writer, const T& plain) {
  writer.value(plain);
}
template <typename T>
static void write(JsonWriter& writer, const std::optional<T>& maybe);
template <typename T>
static void write(JsonWriter& writer, const std::vector<T>& list) {
  writer.begin_array();
  for (const auto& element : list) write(writer, element);
  writer.end_array();
}
template <typename T>
static void write(JsonWriter& writer, const std::optional<T>& maybe) {
  maybe ? write(writer, *maybe) : writer.null();
}

template <typename T>
static std::string written(const T& page) {
  JsonWriter writer;
  write(writer, page);
  return writer.take();
}

}  // namespace testlooper::codec
