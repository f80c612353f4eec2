// Text of unknown origin made safe to store and to show. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace testlooper::codec {

bool is_valid_utf8(std::string_view text);

// The same text where it is valid UTF-8; else each broken sequence becomes U+FFFD, and so does NUL.
std::string valid_utf8(std::string_view text);

// At most `max_bytes`: the head, a mark that says how much was left out, and the tail, cut between
// characters. `text` must be valid UTF-8.
std::string capped_utf8(std::string_view text, std::size_t max_bytes);

// In single quotes and on one line, for an error message: control characters become spaces, and
// what is beyond `max_bytes` an ellipsis.
std::string quoted_for_people(std::string_view text, std::size_t max_bytes);

}  // namespace testlooper::codec
