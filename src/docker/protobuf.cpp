#include "docker/protobuf.hpp"

namespace testlooper::docker {

std::optional<std::uint64_t> ProtoReader::varint() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

std::optional<std::string_view> ProtoReader::take(std::uint64_t size) {
  if (size > rest_.size()) return std::nullopt;
  const std::string_view bytes = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return bytes;
}

std::optional<ProtoField> ProtoReader::next() {
  enum WireType : std::uint64_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };
  const auto key = varint();
  if (!key) return std::nullopt;
  ProtoField field;
  field.number = *key >> 3;
  std::optional<std::uint64_t> value;
  std::optional<std::string_view> bytes;
  switch (*key & 7) {
    case kVarint:
      value = varint();
      if (!value) return std::nullopt;
      field.value = *value;
      return field;
    case kBytes:
      value = varint();
      bytes = value ? take(*value) : std::nullopt;
      break;
    case kFixed64:
      bytes = take(8);
      break;
    case kFixed32:
      bytes = take(4);
      break;
    default:
      return std::nullopt;
  }
  if (!bytes) return std::nullopt;
  field.bytes = *bytes;
  return field;
}

}  // namespace testlooper::docker
