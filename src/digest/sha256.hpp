// SHA-256 and its digits: names that stand for content, and what is kept of secrets. Any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace testlooper {

// Two lower-case digits for each byte.
std::string hex(std::span<const unsigned char> bytes);

// 64 digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace testlooper
