// Logs are bytes that somebody's program wrote; they go out in pieces as text. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace testlooper::http {

// How much of the front does not end in the middle of a UTF-8 character. Bytes that can't become a
// character by waiting for more count as whole.
std::size_t whole_characters(std::string_view bytes);

struct ByteRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;  // past the last byte
  bool operator==(const ByteRange&) const = default;
};

enum class RangeKind { whole, part, unsatisfiable };
struct RequestedRange {
  RangeKind kind = RangeKind::whole;
  ByteRange range;
  bool operator==(const RequestedRange&) const = default;
};
// What a Range field asks for of `size` bytes. Several ranges, other units and nonsense ask for the
// whole, as the standard allows.
RequestedRange requested_range(std::string_view field, std::uint64_t size);

// One server-sent event; `data` is a single line.
std::string sse_event(std::string_view name, std::string_view data,
                      std::optional<std::uint64_t> id = std::nullopt);
inline constexpr std::string_view kSseHeartbeat = ": still here\n\n";

}  // namespace testlooper::http
