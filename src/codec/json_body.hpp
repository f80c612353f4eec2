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

// `value` with what `read` takes of each member. Errors: the first that `read` gives.
template <typename T>
Result<T> read_members(const nlohmann::json& object, T value,
                       Result<void> (*read)(const std::string&, const nlohmann::json&, T&)) {
  for (const auto& [name, member] : object.items()) {
    if (auto done = read(name, member, value); !done) return std::unexpected(done.error());
  }
  return value;
}

}  // namespace testlooper::codec
