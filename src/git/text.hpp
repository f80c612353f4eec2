// Bytes of git (names of refs, authors, messages) as valid UTF-8. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace testlooper::git {

// A ref's name with each byte that is not UTF-8 as \xNN. A ref's name never holds a backslash, so
// two refs never get the same text, and `name_bytes` finds the way back.
std::string name_text(std::string_view bytes);
std::string name_bytes(std::string_view text);

// What people wrote. Latin-1 is converted where `encoding` names it; bytes that are not UTF-8
// become U+FFFD. Cut to at most `max_bytes`, between two characters.
std::string prose(std::string_view bytes, std::string_view encoding, std::size_t max_bytes);

}  // namespace testlooper::git
