// The members that bodies of requests share. Errors name the member. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/branch_rule.hpp"
#include "testlooper/domain/test.hpp"

#include "codec/json_body.hpp"
#include "codec/json_writer.hpp"

namespace testlooper::codec {

using Json = nlohmann::json;

Result<TestFilter> read_filter(const Json& json);
Result<Only> read_only(const Json& json, const std::string& where);
// null: nobody has a wish.
Result<std::optional<Isolation>> read_isolation(const Json& json, const std::string& where);
Result<std::string> read_requested_by(const Json& json);
Result<bool> read_flag(const Json& json, const std::string& where);
// A list of its words; null is an ordinary run's.
Result<Condition> read_condition(const Json& json, const std::string& where);
// A number of runs.
Result<std::int64_t> read_count(const Json& json, std::int64_t least, const std::string& where);

// Stores what was read, or hands on why it was not.
template <typename T, typename Target>
Result<void> put(Result<T> read, Target& target) {
  if (!read) return std::unexpected(std::move(read.error()));
  target = std::move(*read);
  return {};
}

void write_filter(JsonWriter& writer, const TestFilter& filter);
// Nothing where it is plain.
void write_condition(JsonWriter& writer, const Condition& condition);
std::string_view only_name(Only only);

}  // namespace testlooper::codec
