// Checks JSON against the part of JSON Schema that our OpenAPI document uses: type (also a list of
// types), properties, required, additionalProperties: false, items, enum, anyOf, minimum, maximum
// and $ref within the document. Anything else in a schema is itself an error, so that the checker
// never passes what it does not understand.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace testlooper::testing {

class SchemaChecker {
 public:
  explicit SchemaChecker(nlohmann::json document) : document_(std::move(document)) {}

  // One line for each way in which `value` is not what components/schemas/`name` says.
  std::vector<std::string> problems(const std::string& name, const nlohmann::json& value) const;
  const nlohmann::json& document() const { return document_; }

 private:
  nlohmann::json document_;
};

// Reads src/http/openapi.json.
SchemaChecker openapi_checker();

}  // namespace testlooper::testing
