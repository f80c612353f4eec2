// The JSON of flaky tests, clusters and quarantine.
#include "codec/flaky_json.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/json_schema.hpp"
#include "support/sample_flaky.hpp"

namespace testlooper::codec {
namespace {

using nlohmann::json;

template <typename Page>
std::vector<std::string> problems(const std::string& schema, const Page& page) {
  return testing::openapi_checker().problems(schema, json::parse(api_json(page)));
}

TEST(FlakyJson, EveryPageIsAsTheDocumentSays) {
  const std::vector<std::string> none;
  EXPECT_EQ(problems("FlakyPage", testing::sample_flaky_page()), none);
  EXPECT_EQ(problems("ClustersPage", testing::sample_clusters_page()), none);
  EXPECT_EQ(problems("ClusterPage", testing::sample_cluster_page()), none);
  EXPECT_EQ(problems("QuarantinePage", testing::sample_quarantine_page()), none);
  auto bare = testing::sample_flaky_page();
  bare.tests[0].cluster.reset();
  bare.tests[0].quarantine.reset();
  EXPECT_EQ(problems("FlakyPage", bare), none);
}

TEST(FlakyJson, AQueryIsReadOrItsFaultIsNamed) {
  const auto query = parse_flaky_query({"all", "newest", "7"});
  ASSERT_TRUE(query);
  EXPECT_EQ(query->standing, "all");
  EXPECT_EQ(query->order, FlakyOrder::newest);
  EXPECT_EQ(query->limit, 7);
  EXPECT_EQ(parse_flaky_query({})->standing, "flaky");
  EXPECT_EQ(parse_flaky_query({"loud", "", ""}).error().text(),
            "standing: must be flaky, fixed or all");
  EXPECT_EQ(parse_flaky_query({"", "size", ""}).error().context, "order");
  for (const auto* limit : {"0", "1001", "-1", "x", "7 "}) {
    EXPECT_EQ(parse_flaky_query({"", "", limit}).error().context, "limit") << limit;
  }
}

TEST(FlakyJson, ARequestForQuarantineIsReadOrItsFaultIsNamed) {
  const QuarantineRequest request{"a.py::b", "ada", "a race", 7, "cli"};
  const auto read = parse_quarantine_request(api_json(request));
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->test, "a.py::b");
  EXPECT_EQ(read->owner, "ada");
  EXPECT_EQ(read->reason, "a race");
  EXPECT_EQ(read->days, 7);
  EXPECT_EQ(read->requested_by, "cli");
  const auto problem = [](const char* body) {
    return parse_quarantine_request(body).error().text();
  };
  EXPECT_EQ(parse_quarantine_request(R"({"test":"t","owner":"o","reason":"r"})")->days, 30);
  EXPECT_EQ(problem(R"({"owner":"o","reason":"r"})"), "test: is missing: name the test");
  EXPECT_EQ(problem(R"({"test":"t","reason":"r"})"), "owner: is missing: say who looks after it");
  EXPECT_EQ(problem(R"({"test":"t","owner":"o"})"), "reason: is missing: say why");
  for (const auto* days : {"0", "367", "1.5", "\"7\"", "99999999999999999999"}) {
    const auto body = R"({"test":"t","owner":"o","reason":"r","days":)" + std::string(days) + "}";
    EXPECT_EQ(problem(body.c_str()), "days: must be a whole number from 1 to 366") << days;
  }
  EXPECT_EQ(problem(R"({"tests":["t"]})"),
            "tests: is not a member of this request (test, owner, reason, days, requested_by)");
}

}  // namespace
}  // namespace testlooper::codec
