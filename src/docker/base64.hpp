// Base64 as docker uses it in its answers. Pure.
#pragma once

#include <string>
#include <string_view>

#include "testlooper/base/result.hpp"

namespace testlooper::docker {

Result<std::string> decode_base64(std::string_view text);

}  // namespace testlooper::docker
