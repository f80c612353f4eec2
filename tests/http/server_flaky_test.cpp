// Flaky tests, clusters and quarantine, over real sockets.
#include "testlooper/base/limits.hpp"

#include "http/server_fixture.hpp"
#include "support/json_schema.hpp"

namespace testlooper::http {
namespace {

class FlakyApiTest : public ServerTest {
 protected:
  FlakyApiTest() { serve(); }
  RawReply get(const std::string& path) { return fetch(port(), "/api/v1/repos/demo/" + path); }
  void expect_page(const std::string& path, const std::string& schema) {
    const auto reply = get(path);
    EXPECT_EQ(reply.status, 200) << path;
    EXPECT_EQ(testing::openapi_checker().problems(schema, json_of(reply)),
              std::vector<std::string>{});
  }
};

TEST_F(FlakyApiTest, EachPageIsOneCall) {
  expect_page("flaky", "FlakyPage");
  expect_page("clusters", "ClustersPage");
  expect_page("clusters/cccccccc", "ClusterPage");
  expect_page("quarantine", "QuarantinePage");
  expect_page("quarantine?format=json", "QuarantinePage");
}

TEST_F(FlakyApiTest, TheListIsAskedForAsTheQuerySays) {
  EXPECT_EQ(get("flaky?standing=fixed&order=rate&q=a+b&limit=3").status, 200);
  const auto queries = views_.flaky_queries();
  ASSERT_EQ(queries.size(), 1u);
  EXPECT_EQ(queries[0].standing, "fixed");
  EXPECT_EQ(queries[0].order, FlakyOrder::rate);
  EXPECT_EQ(queries[0].contains, "a b");
  EXPECT_EQ(queries[0].limit, 3);
}

TEST_F(FlakyApiTest, WhatMakesNoSenseIsRefused) {
  EXPECT_EQ(error_of(get("flaky?standing=loud")), "standing: must be flaky, fixed or all");
  EXPECT_EQ(error_of(get("quarantine?format=tap")),
            "format: must be json, ids, pytest, gtest, go or jest");
  EXPECT_EQ(get("clusters/dddddddd").status, 404);
  EXPECT_EQ(fetch(port(), "/api/v1/repos/nobody/flaky").status, 404);
}

TEST_F(FlakyApiTest, AnotherToolReadsTheListAsText) {
  const auto reply = get("quarantine?format=pytest&suite=unit");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "--deselect=test_a.py::test_one\n");
  EXPECT_EQ(get("quarantine?format=ids&suite=other").body, "");
}

TEST_F(FlakyApiTest, ATestIsPutIntoQuarantineAndTakenOut) {
  const auto added = post_json(port(), "/api/v1/repos/demo/quarantine",
                               R"({"test": "test_a.py::test_one", "owner": "ada",
                                   "reason": "a race", "days": 7, "requested_by": "web"})");
  EXPECT_EQ(added.status, 202);
  const auto removed = fetch(port(), "DELETE", "/api/v1/repos/demo/quarantine/4",
                             {{"Content-Type", "application/json"}}, R"({"requested_by": "web"})");
  EXPECT_EQ(removed.status, 202);
  const auto given = commands_.orders();
  ASSERT_EQ(given.size(), 2u);
  const auto& order = std::get<orders::Quarantine>(given[0]);
  EXPECT_EQ(order.test, TestId{9});
  EXPECT_EQ(order.owner, "ada");
  EXPECT_EQ(order.days, 7);
  EXPECT_EQ(order.who, "ada");
  EXPECT_EQ(std::get<orders::Unquarantine>(given[1]).id, QuarantineId{4});
}

TEST_F(FlakyApiTest, AnUnknownTestIsNotQuarantined) {
  const auto refused = post_json(port(), "/api/v1/repos/demo/quarantine",
                                 R"({"test": "nobody", "owner": "ada", "reason": "r"})");
  EXPECT_EQ(refused.status, 404);
  EXPECT_EQ(post_json(port(), "/api/v1/repos/demo/quarantine", R"({"test": "9"})").status, 400);
  EXPECT_TRUE(commands_.orders().empty());
}

TEST_F(FlakyApiTest, AReportIsImported) {
  const auto imported = post_json(
      port(), "/api/v1/repos/demo/commits/main/import",
      R"({"report": "<testsuite><testcase classname='test_a' name='test_one'/></testsuite>",
          "suite": "unit", "source": "jenkins", "attempt": "12"})");
  EXPECT_EQ(imported.status, 202) << imported.body;
  const auto given = commands_.orders();
  ASSERT_EQ(given.size(), 1u);
  const auto& order = std::get<orders::Import>(given[0]);
  EXPECT_EQ(order.suite, "unit");
  EXPECT_EQ(order.attempt, "12");
  EXPECT_EQ(order.digest.size(), 64u);
  ASSERT_EQ(order.results.size(), 1u);
  EXPECT_EQ(order.results[0].test, (TestName{"test_a.py", "test_one"}));
}

TEST_F(FlakyApiTest, ABadReportIsRefused) {
  const auto send = [&](const std::string& body) {
    return post_json(port(), "/api/v1/repos/demo/commits/main/import", body);
  };
  EXPECT_EQ(error_of(send(R"({"report": "<testsuite/>"})")), "report: it says nothing of any test");
  EXPECT_EQ(send(R"({"report": "{}"})").status, 400);
  EXPECT_EQ(post_json(port(), "/api/v1/repos/demo/commits/nowhere/import",
                      R"({"report": "<testsuite><testcase name='a'/></testsuite>"})")
                .status,
            404);
  EXPECT_TRUE(commands_.orders().empty());
}

TEST_F(FlakyApiTest, AReportMayBeLargerThanOtherBodies) {
  const std::string blanks(2 * limits::kHttpBodyBytes, ' ');
  const auto reply =
      post_json(port(), "/api/v1/repos/demo/commits/main/import",
                R"({"report": "<testsuite><testcase name='a'/></testsuite>)" + blanks + "\"}");
  EXPECT_EQ(reply.status, 202) << reply.body;
}

}  // namespace
}  // namespace testlooper::http
