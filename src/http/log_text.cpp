#include "http/log_text.hpp"

#include <algorithm>

#include "http/text.hpp"

namespace testlooper::http {
namespace {

// Bytes of the character that begins with this byte; 1 where none does.
std::size_t character_bytes(unsigned char first) {
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  if (first >= 0xf0 && first <= 0xf4) return 4;
  return 1;
}

}  // namespace

std::size_t whole_characters(std::string_view bytes) {
  const std::size_t most = std::min<std::size_t>(3, bytes.size());
  for (std::size_t back = 1; back <= most; ++back) {
    const auto byte = static_cast<unsigned char>(bytes[bytes.size() - back]);
    const bool continues = (byte & 0xc0) == 0x80;
    if (continues) continue;
    return character_bytes(byte) > back ? bytes.size() - back : bytes.size();
  }
  return bytes.size();
}

RequestedRange requested_range(std::string_view field, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  const RequestedRange whole{RangeKind::whole, {0, size}};
  if (!field.starts_with(kUnit)) return whole;
  const auto spec = trimmed(field.substr(kUnit.size()));
  const auto dash = spec.find('-');
  if (dash == std::string_view::npos) return whole;
  const auto first = to_number(spec.substr(0, dash));
  const auto last = to_number(spec.substr(dash + 1));
  const bool open_end = dash + 1 == spec.size();
  if (first && (open_end || (last && *last >= *first))) {
    if (*first >= size) return {RangeKind::unsatisfiable, {}};
    return {RangeKind::part, {*first, open_end ? size : std::min(size - 1, *last) + 1}};
  }
  if (dash == 0 && last) {  // the last so many bytes
    if (*last == 0 || size == 0) return {RangeKind::unsatisfiable, {}};
    return {RangeKind::part, {size - std::min(size, *last), size}};
  }
  return whole;
}

std::string sse_event(std::string_view name, std::string_view data,
                      std::optional<std::uint64_t> id) {
  std::string event = "event: ";
  event += name;
  if (id) event += "\nid: " + std::to_string(*id);
  ((event += "\ndata: ") += data) += "\n\n";
  return event;
}

}  // namespace testlooper::http
