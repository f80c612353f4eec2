// Every route needs a named role; what each role gets of each route, over real sockets.
#include "http/access.hpp"

#include <algorithm>

#include "http/server_fixture.hpp"
#include "support/json_schema.hpp"

namespace testlooper::http {
namespace {

using testing::kAdminToken;
using testing::kRunnerToken;
using testing::kViewerToken;
using testing::shown;

std::string_view access_name(Access access) {
  switch (access) {
    case Access::open:
      return "open";
    case Access::signature:
      return "signature";
    case Access::viewer:
      return "viewer";
    case Access::runner:
      return "runner";
    case Access::admin:
      return "admin";
  }
  return "";
}

struct Call {
  std::string method, target, name;
  Endpoint endpoint;
};

// Each of the document, with something that is there in the place of what is to be named.
std::vector<Call> all_calls() {
  const std::map<std::string, std::string> fills{
      {"{repo}", "demo"},    {"{sha}", "1234"}, {"{branch}", "main"},  {"{test}", "9"},
      {"{key}", "cccccccc"}, {"{n}", "2"},      {"{path}", "out.txt"}, {"{id}", "5"}};
  std::vector<Call> calls;
  for (const auto& [path, methods] : testing::openapi_checker().document()["paths"].items()) {
    auto target = path;
    for (const auto& [part, fill] : fills) {
      if (const auto at = target.find(part); at != std::string::npos) {
        target.replace(at, part.size(), fill);
      }
    }
    for (const auto& [method, operation] : methods.items()) {
      auto word = method;
      std::ranges::transform(word, word.begin(), [](char c) { return char(c - 'a' + 'A'); });
      const auto found = route(word, target);
      EXPECT_TRUE(found) << word << " " << target;
      if (found) calls.push_back({word, target, operation["operationId"], found->endpoint});
    }
  }
  return calls;
}

TEST(Access, EachRouteOfTheDocumentHasTheRoleThatTheTableNames) {
  const auto document = testing::openapi_checker().document();
  std::map<std::string, std::string> roles;
  for (const auto& [path, methods] : document["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      roles[operation["operationId"]] = operation.value("x-role", "");
    }
  }
  for (const auto& call : all_calls()) {
    const auto access = named_access(call.endpoint);
    ASSERT_TRUE(access) << call.name << " is not in the table";
    EXPECT_EQ(roles[call.name], access_name(*access)) << call.name;
    const bool changes = call.method != "GET";
    const bool asks = call.endpoint == Endpoint::match || *access <= Access::signature ||
                      call.target.starts_with("/api/v1/log") ||
                      call.target.starts_with("/api/v1/sessions");
    if (changes && !asks) {
      EXPECT_GE(*access, Access::runner) << call.name << " changes something";
    }
  }
}

TEST(Access, AnEndpointThatNobodyNamedIsAnAdmins) {
  EXPECT_EQ(access_of(static_cast<Endpoint>(1'000), true), Access::admin);
}

class RolesTest : public ServerTest {
 protected:
  RolesTest() {
    options_.timeouts.heartbeat = Milliseconds(1);
    options_.webhook_secret = "a secret";
    serve();
  }

  int status(const Call& call, const std::string& token) {
    RawConnection connection(port());
    auto fields = shown(token);
    std::string body;
    if (call.method != "GET") {
      fields["Content-Type"] = "application/json";
      body = "{}";
    }
    connection.send(raw_request(port(), call.method, call.target, fields, body));
    const auto reply = connection.read_reply();
    if (reply.status == 401 || reply.status == 403) check_refusal(call, reply);
    return reply.status;
  }

  static void check_refusal(const Call& call, const RawReply& reply) {
    static const auto checker = testing::openapi_checker();
    EXPECT_EQ(checker.problems("Error", json_of(reply)), std::vector<std::string>()) << call.name;
    EXPECT_NE(error_of(reply).find(reply.status == 403 ? "ask an admin" : ""), std::string::npos);
    if (call.endpoint == Endpoint::git_updater) return;
    EXPECT_EQ(reply.fields.contains("www-authenticate"), reply.status == 401) << call.name;
  }
};

TEST_F(RolesTest, NoRoleGetsMoreThanItsOwn) {
  const std::vector<std::pair<std::string, int>> people{
      {"", 0}, {kViewerToken, 1}, {kRunnerToken, 2}, {kAdminToken, 3}};
  int checked = 0, unexpected_2xx = 0, unexpected_refusals = 0;
  for (const auto& call : all_calls()) {
    const auto needed = needed_role(access_of(call.endpoint, false));
    const int level = needed ? static_cast<int>(*needed) + 1 : 0;
    for (const auto& [token, has] : people) {
      const auto status = this->status(call, token);
      const bool refused = status == 401 || status == 403;
      ++checked;
      if (call.endpoint == Endpoint::git_updater) {
        // Its signature, or a token of who may have things run.
        EXPECT_EQ(refused, has < 2) << status;
        continue;
      }
      if (has < level && status < 300) ++unexpected_2xx;
      if (has < level) EXPECT_EQ(status, has == 0 ? 401 : 403) << call.method << " " << call.target;
      if (has >= level && refused && call.endpoint != Endpoint::sign_in) ++unexpected_refusals;
    }
  }
  RecordProperty("checked", checked);
  EXPECT_GE(checked, 4 * 60);
  EXPECT_EQ(unexpected_2xx, 0);
  EXPECT_EQ(unexpected_refusals, 0);
  EXPECT_TRUE(commands_.announced().empty() || commands_.announced().size() <= 2);
}

TEST_F(RolesTest, WhatIsRefusedReachesNobody) {
  for (const auto& call : all_calls()) {
    if (call.method == "GET" || access_of(call.endpoint, false) < Access::runner) continue;
    status(call, kViewerToken);
    status(call, "");
  }
  EXPECT_TRUE(commands_.orders().empty());
  EXPECT_TRUE(commands_.requested().empty());
  EXPECT_TRUE(commands_.cancelled().empty());
  EXPECT_TRUE(commands_.who().empty());
  EXPECT_EQ(retention_.runs, 0);
}

}  // namespace
}  // namespace testlooper::http
