// Short names for things by what they are made of. Pure.
#pragma once

#include <string>
#include <string_view>

namespace testlooper::docker {

// The first `digits` hexadecimal digits, at most 64, of the text's SHA-256.
std::string short_digest(std::string_view text, std::size_t digits);

}  // namespace testlooper::docker
