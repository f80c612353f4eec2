// The little of protobuf's wire format that is needed to read a message: its fields one by one.
// Pure; broken input ends the message.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace testlooper::docker {

struct ProtoField {
  std::uint64_t number = 0;
  std::uint64_t value = 0;  // of a varint
  std::string_view bytes;   // of a string or a message within
};

class ProtoReader {
 public:
  explicit ProtoReader(std::string_view message) : rest_(message) {}
  std::optional<ProtoField> next();

 private:
  std::optional<std::uint64_t> varint();
  std::optional<std::string_view> take(std::uint64_t size);

  std::string_view rest_;
};

}  // namespace testlooper::docker
