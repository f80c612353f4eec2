#include "support/json_schema.hpp"

#include <fstream>
#include <set>

namespace testlooper::testing {
namespace {

using Json = nlohmann::json;

bool has_type(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  return false;
}

class Check {
 public:
  explicit Check(const Json& document) : document_(document) {}

  void value(const Json& schema, const Json& value, const std::string& where) {
    if (schema.contains("$ref")) return this->value(resolved(schema), value, where);
    refuse_unknown(schema, where);
    if (schema.contains("anyOf")) any_of(schema["anyOf"], value, where);
    if (schema.contains("type")) type(schema["type"], value, where);
    if (schema.contains("enum")) one_of(schema["enum"], value, where);
    if (schema.contains("minimum") && value < schema["minimum"]) add(where, "is too small");
    if (schema.contains("maximum") && value > schema["maximum"]) add(where, "is too large");
    if (value.is_object()) object(schema, value, where);
    if (value.is_array() && schema.contains("items")) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        this->value(schema["items"], value[i], where + "[" + std::to_string(i) + "]");
      }
    }
  }

  std::vector<std::string> problems;

 private:
  void add(const std::string& where, const std::string& what) {
    problems.push_back(where + " " + what);
  }

  const Json& resolved(const Json& schema) const {
    return document_.at(Json::json_pointer(schema["$ref"].get<std::string>().substr(1)));
  }

  void refuse_unknown(const Json& schema, const std::string& where) {
    static const std::set<std::string> known{
        "type",  "properties", "required", "additionalProperties", "items",  "enum",
        "anyOf", "minimum",    "maximum",  "description",          "default"};
    for (const auto& [word, content] : schema.items()) {
      if (!known.contains(word)) add(where, "has a schema with the unknown word " + word);
    }
  }

  void any_of(const Json& schemas, const Json& value, const std::string& where) {
    for (const auto& schema : schemas) {
      Check attempt(document_);
      attempt.value(schema, value, where);
      if (attempt.problems.empty()) return;
    }
    add(where, "fits none of the alternatives");
  }

  void type(const Json& type, const Json& value, const std::string& where) {
    const Json types = type.is_array() ? type : Json::array({type});
    for (const auto& name : types) {
      if (has_type(value, name)) return;
    }
    add(where, "is not of type " + type.dump() + ": " + value.dump());
  }

  void one_of(const Json& values, const Json& value, const std::string& where) {
    for (const auto& allowed : values) {
      if (allowed == value) return;
    }
    add(where, "is none of the known values: " + value.dump());
  }

  void object(const Json& schema, const Json& value, const std::string& where) {
    const Json properties = schema.value("properties", Json::object());
    for (const auto& name : schema.value("required", Json::array())) {
      if (!value.contains(name)) add(where, "lacks " + name.dump());
    }
    for (const auto& [name, member] : value.items()) {
      if (properties.contains(name)) {
        this->value(properties[name], member, where + "." + name);
      } else if (schema.value("additionalProperties", true) == false) {
        add(where, "has the unknown member " + name);
      }
    }
  }

  const Json& document_;
};

}  // namespace

std::vector<std::string> SchemaChecker::problems(const std::string& name,
                                                 const nlohmann::json& value) const {
  Check check(document_);
  check.value(document_.at("components").at("schemas").at(name), value, name);
  return check.problems;
}

SchemaChecker openapi_checker() {
  std::ifstream file(TL_SOURCE_DIR "/src/http/openapi.json");
  return SchemaChecker(Json::parse(file));
}

}  // namespace testlooper::testing
