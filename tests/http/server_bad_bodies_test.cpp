// Bad input to whatever takes a body, as the API's own document lists it: each is refused with a
// sentence, and nothing is ordered.
#include <map>
#include <vector>

#include "http/server_fixture.hpp"
#include "support/json_schema.hpp"
#include "support/sample_pages.hpp"

namespace testlooper::http {
namespace {

using Json = nlohmann::json;

const testing::RawFields kJson{{"Content-Type", "application/json"}};

struct Taker {
  std::string method, target;
  Json schema;  // of the body
};

class BadBodies : public ServerTest {
 protected:
  BadBodies() { serve(); }

  static std::string filled(std::string path) {
    const std::map<std::string, std::string> values{{"{repo}", "demo"},
                                                    {"{sha}", testing::kSampleSha},
                                                    {"{commit}", testing::kSampleSha},
                                                    {"{id}", "3"},
                                                    {"{n}", "1"},
                                                    {"{branch}", "main"}};
    for (const auto& [name, value] : values) {
      if (const auto at = path.find(name); at != path.npos) path.replace(at, name.size(), value);
    }
    return path;
  }
  Json resolved(const Json& schema) const {
    if (!schema.contains("$ref")) return schema;
    const auto name = schema["$ref"].get<std::string>();
    return document_["components"]["schemas"][name.substr(name.rfind('/') + 1)];
  }
  std::vector<Taker> takers() const {
    std::vector<Taker> found;
    for (const auto& [path, methods] : document_["paths"].items()) {
      for (const auto& [method, endpoint] : methods.items()) {
        if (!endpoint.is_object() || !endpoint.contains("requestBody")) continue;
        const auto& content = endpoint["requestBody"]["content"];
        if (!content.contains("application/json")) continue;
        std::string upper;
        for (const char c : method) upper += static_cast<char>(c - 'a' + 'A');
        auto schema = resolved(content["application/json"]["schema"]);
        const bool says_nothing =
            schema.contains("properties") && schema["properties"].empty();  // and is not read
        if (!says_nothing) found.push_back({upper, filled(path), std::move(schema)});
      }
    }
    return found;
  }
  // Says what is wrong with the refusal; "" where nothing is.
  std::string problem(const Taker& taker, const std::string& body) const {
    const auto reply = testing::fetch(port(), taker.method, taker.target, kJson, body);
    const auto json = Json::parse(reply.body, nullptr, false);
    const auto shown = taker.method + " " + taker.target + " " + body.substr(0, 60) + ": " +
                       std::to_string(reply.status) + " " + reply.body.substr(0, 120);
    if (reply.status < 400 || reply.status >= 500) return shown;
    if (!json.is_object() || json["error"]["message"].get<std::string>().size() < 5) return shown;
    return {};
  }

  const Json document_ = testing::openapi_checker().document();
};

TEST_F(BadBodies, WhatIsNoJsonAndNoObjectIsRefused) {
  ASSERT_GT(takers().size(), 20u);
  for (const auto& taker : takers()) {
    for (const auto* body : {"{", "[]", "\"x\"", "7", "\xff\xfe", "{\"a\": 1, }"}) {
      EXPECT_EQ(problem(taker, body), "");
    }
    EXPECT_EQ(problem(taker, std::string(10'000, '[')), "");
  }
  EXPECT_TRUE(commands_.orders().empty());
}

TEST_F(BadBodies, AMemberThatNobodyKnowsIsNamed) {
  for (const auto& taker : takers()) {
    if (taker.schema.contains("anyOf")) continue;  // a push of a service may hold anything
    EXPECT_EQ(problem(taker, R"({"nonsense": 1})"), "");
    const auto reply =
        testing::fetch(port(), taker.method, taker.target, kJson, R"({"nonsense": 1})");
    if (taker.schema.value("required", Json::array()).empty()) {
      EXPECT_NE(reply.body.find("nonsense"), std::string::npos) << taker.target << reply.body;
    }
  }
  EXPECT_TRUE(commands_.orders().empty());
}

TEST_F(BadBodies, AMemberOfAnotherTypeIsRefused) {
  for (const auto& taker : takers()) {
    if (!taker.schema.contains("properties")) continue;
    for (const auto& [name, member] : taker.schema["properties"].items()) {
      // Neither an array of numbers nor an object of an odd member fits any of them.
      for (const auto& value : {Json::parse("[[1]]"), Json::parse(R"({"odd": {}})")}) {
        EXPECT_EQ(problem(taker, Json{{name, value}}.dump()), "") << name;
      }
    }
  }
  EXPECT_TRUE(commands_.orders().empty());
}

}  // namespace
}  // namespace testlooper::http
