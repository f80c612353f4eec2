// The checker that holds our JSON against the document must itself be able to say no.
#include "support/json_schema.hpp"

#include <gtest/gtest.h>

namespace testlooper::testing {
namespace {

using nlohmann::json;
using Problems = std::vector<std::string>;

Problems check(const char* schema, const char* value) {
  const auto schemas = json{{"Checked", json::parse(schema)},
                            {"Small", json::parse(R"({"type": "integer", "maximum": 9})")}};
  return SchemaChecker({{"components", {{"schemas", schemas}}}})
      .problems("Checked", json::parse(value));
}

TEST(SchemaChecker, SaysWhereAndWhy) {
  const char* object =
      R"({"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"],
          "additionalProperties": false})";
  EXPECT_EQ(check(object, R"({"a": 1})"), Problems());
  EXPECT_EQ(check(object, "{}"), Problems{"Checked lacks \"a\""});
  EXPECT_EQ(check(object, R"({"a": 1, "b": 2})"), Problems{"Checked has the unknown member b"});
  EXPECT_EQ(check(object, R"({"a": "x"})"),
            Problems{"Checked.a is not of type \"integer\": \"x\""});
  EXPECT_EQ(check(object, R"({"a": 1.5})"), Problems{"Checked.a is not of type \"integer\": 1.5"});
}

TEST(SchemaChecker, LooksIntoListsReferencesAndAlternatives) {
  const char* list = R"({"type": "array", "items": {"$ref": "#/components/schemas/Small"}})";
  EXPECT_EQ(check(list, "[1, 9]"), Problems());
  EXPECT_EQ(check(list, "[1, 10]"), Problems{"Checked[1] is too large"});
  const char* either = R"({"anyOf": [{"$ref": "#/components/schemas/Small"}, {"type": "null"}]})";
  EXPECT_EQ(check(either, "null"), Problems());
  EXPECT_EQ(check(either, "\"x\""), Problems{"Checked fits none of the alternatives"});
  EXPECT_EQ(check(R"({"type": ["string", "null"], "enum": ["a", null]})", "\"b\""),
            Problems{"Checked is none of the known values: \"b\""});
}

TEST(SchemaChecker, RefusesWhatItDoesNotUnderstand) {
  EXPECT_EQ(check(R"({"pattern": "a"})", "\"a\""),
            Problems{"Checked has a schema with the unknown word pattern"});
}

}  // namespace
}  // namespace testlooper::testing
