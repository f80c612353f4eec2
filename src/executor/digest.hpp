// SHA-256, for names that stand for content.
#pragma once

#include <string>
#include <string_view>

namespace testlooper::executor {

// 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace testlooper::executor
