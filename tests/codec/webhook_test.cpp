#include "codec/webhook.hpp"

#include <gtest/gtest.h>

namespace testlooper::codec {
namespace {

const std::string kOld = "6113728f27ae82c7b1a177c8d03f9e96e0adf246";
const std::string kNew = "59b20b8d5c6ff8d09518454d4dd8b7b30f095ab5";

std::string error_of(const std::string& body) {
  const auto push = parse_push(body);
  return push ? "" : push.error().text();
}

TEST(Webhook, TakesAPushAsAForgeSendsIt) {
  const auto announced = parse_push(R"({
    "ref": "refs/heads/feature/x", "before": ")" +
                                    kOld + R"(", "after": ")" + kNew + R"(",
    "created": false, "deleted": false, "forced": false, "base_ref": null,
    "repository": {"id": 1, "name": "demo", "full_name": "me/demo", "owner": {"name": "me"}},
    "pusher": {"name": "me"},
    "commits": [{"id": ")" + kNew + R"(", "message": "a\nb", "added": [], "author": {"name": "x"}}]
  })");
  ASSERT_TRUE(announced) << announced.error().text();
  EXPECT_EQ(announced->repo, "demo");
  EXPECT_EQ(announced->full_name, "me/demo");
  EXPECT_EQ(announced->push.ref, "refs/heads/feature/x");
  EXPECT_EQ(announced->push.old_sha, kOld);
  EXPECT_EQ(announced->push.new_sha, kNew);
  EXPECT_EQ(announced->push.delivery_id, "");
}

TEST(Webhook, OnlyTheRepositoryAndTheRefAreNeeded) {
  const auto announced = parse_push(R"({"ref": "refs/tags/v1", "repository": {"name": "demo"}})");
  ASSERT_TRUE(announced);
  EXPECT_EQ(announced->push.ref, "refs/tags/v1");
  EXPECT_EQ(announced->push.new_sha, "");
  const auto full =
      parse_push(R"({"ref": "refs/heads/m", "repository": {"full_name": "me/demo"}})");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->repo, "demo");
}

TEST(Webhook, TakesTheShorterForm) {
  const auto announced =
      parse_push(R"({"repo": "demo", "ref": "refs/heads/main", "old": ")" + kOld +
                 R"(", "new": "59B20B8D5C6FF8D09518454D4DD8B7B30F095AB5"})");
  ASSERT_TRUE(announced);
  EXPECT_EQ(announced->repo, "demo");
  EXPECT_EQ(announced->push.ref, "refs/heads/main");
  EXPECT_EQ(announced->push.old_sha, kOld);
  EXPECT_EQ(announced->push.new_sha, kNew) << "in lower case";
  const auto all = parse_push(R"({"repo": "demo"})");
  ASSERT_TRUE(all);
  EXPECT_EQ(all->push.ref, "") << "look at everything";
}

TEST(Webhook, ErrorsNameTheMember) {
  EXPECT_EQ(error_of(R"({})"),
            "neither 'repository' nor 'repo' says which repository was pushed to");
  EXPECT_EQ(error_of(R"([])"),
            "the body must be a JSON object with 'repository' and 'ref', or with 'repo'");
  EXPECT_EQ(error_of(R"({"repository": "demo"})"), "'repository' must be an object");
  EXPECT_EQ(error_of(R"({"repository": {}, "ref": "refs/heads/m"})"),
            "'repository.name' is missing");
  EXPECT_EQ(error_of(R"({"repository": {"name": 5}, "ref": "refs/heads/m"})"),
            "'repository.name' must be a string");
  EXPECT_EQ(error_of(R"({"repository": {"name": "demo"}})"), "'ref' is missing");
  EXPECT_EQ(error_of(R"({"repository": {"name": "demo"}, "ref": ["x"]})"),
            "'ref' must be a string");
  EXPECT_EQ(error_of(R"({"repo": "demo", "ref": "main"})"),
            "'ref' must be a full name, for instance refs/heads/main");
  EXPECT_EQ(error_of(R"({"repo": "demo", "new": "abc"})"),
            "'new' must be a commit's id of 40 or 64 hex digits");
  EXPECT_EQ(error_of(R"({"repo": ""})"), "'repo' is empty");
  EXPECT_EQ(error_of(R"({"repo": "a\u0007"})"), "'repo' is too long, or holds a control character");
}

TEST(Webhook, RepeatedMembersAreAnErrorAtEachLevel) {
  EXPECT_EQ(error_of("{\"repo\": \"a\",\n\"repo\": \"b\"}"),
            "body:2: the key 'repo' is there twice; the first is on line 1");
  EXPECT_EQ(error_of(R"({"ref": "refs/heads/m", "repository": {"name": "a", "name": "b"}})"),
            "body:1: the key 'name' is there twice; the first is on line 1");
}

TEST(Webhook, TextThatIsNoJsonIsAnError) {
  EXPECT_EQ(error_of(""), "body:1: not valid JSON: the text ends too early");
  EXPECT_EQ(error_of("{\"repo\": \"demo\""), "body:1: not valid JSON: the text ends too early");
  EXPECT_EQ(error_of("{\"rep\x91\xDD" + std::string(5'000, 'x') + "\": 1}"),
            "body:1: not valid JSON: syntax error while parsing object key - invalid string: "
            "ill-formed UTF-8 byte")
      << "and does not repeat the text";
  EXPECT_TRUE(error_of("ref=x&repo=y").starts_with("body:1: not valid JSON"));
  EXPECT_EQ(error_of(std::string(1'000'000, '[')), "body:1: more than 64 levels deep");
  EXPECT_EQ(error_of(std::string((8 << 20) + 1, ' ')), "body: larger than 8388608 bytes");
}

}  // namespace
}  // namespace testlooper::codec
