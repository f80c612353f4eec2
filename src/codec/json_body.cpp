#include "codec/json_body.hpp"

namespace testlooper::codec {
namespace {

using Json = nlohmann::json;
constexpr int kDepth = 8;  // the deepest that is understood is a list in the filter

}  // namespace

Result<Json> parse_json_object(std::string_view body) {
  bool too_deep = false;
  const auto shallow = [&](int depth, Json::parse_event_t, const Json&) {
    too_deep = too_deep || depth > kDepth;
    return !too_deep;
  };
  auto json = Json::parse(body, shallow, /*allow_exceptions=*/false);
  if (too_deep) return invalid("is nested too deeply", "body");
  if (json.is_discarded()) return invalid("is not JSON", "body");
  if (!json.is_object()) return invalid("must be a JSON object", "body");
  return json;
}

Result<std::string> read_string(const Json& json, std::size_t max_bytes, const std::string& where) {
  if (!json.is_string()) return invalid("must be a string", where);
  auto text = json.get<std::string>();
  if (text.size() > max_bytes) {
    return invalid("is longer than " + std::to_string(max_bytes) + " bytes", where);
  }
  if (text.find('\0') != std::string::npos) return invalid("must not have a NUL", where);
  return text;
}

}  // namespace testlooper::codec
