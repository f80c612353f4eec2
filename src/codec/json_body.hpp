// The body of a request as JSON, read without trust: depth and lengths are bounded, and what is
// wrong is said with the member's name. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "testlooper/base/result.hpp"

namespace testlooper::codec {

// Errors: invalid.
Result<nlohmann::json> parse_json_object(std::string_view body);
// Errors: invalid, with `where` as its context.
Result<std::string> read_string(const nlohmann::json& json, std::size_t max_bytes,
                                const std::string& where);

}  // namespace testlooper::codec
