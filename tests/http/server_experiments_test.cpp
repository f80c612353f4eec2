// Experiments, over real sockets.
#include "http/server_fixture.hpp"
#include "support/json_schema.hpp"
#include "support/sample_pages.hpp"

namespace testlooper::http {
namespace {

class ExperimentsTest : public ServerTest {
 protected:
  ExperimentsTest() { serve(); }
  RawReply start(const std::string& body) { return post_json(port(), "/api/v1/experiments", body); }
};

TEST_F(ExperimentsTest, OneIsStarted) {
  const auto reply = start(
      R"({"kind": "hunt", "repo": "demo", "test": "9", "until_failures": 5, "for_s": 60, "yes": true})");
  EXPECT_EQ(reply.status, 202) << reply.body;
  EXPECT_EQ(testing::openapi_checker().problems("OrderDone", json_of(reply)),
            std::vector<std::string>{});
  const auto given = commands_.orders();
  ASSERT_EQ(given.size(), 1u);
  const auto& order = std::get<orders::StartExperiments>(given[0]);
  EXPECT_TRUE(order.yes);
  EXPECT_EQ(std::get<HuntQuestion>(order.specs.at(0).question),
            (HuntQuestion{testing::kSampleSha, 5, Seconds{60}}));
  EXPECT_EQ(views_.experiment_requests().at(0).requested_by, "ada");
}

TEST_F(ExperimentsTest, TheCommitsThatItNamesAreLookedForFirst) {
  EXPECT_EQ(start(R"({"kind": "bisect", "test": "9", "good": "v1", "bad": "main"})").status, 202);
  const auto asked = commands_.histories();
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].repo, "");
  EXPECT_EQ(asked[0].ranges.at(0).to, "main");
  EXPECT_EQ(asked[0].ranges.at(0).from, "v1");
  EXPECT_EQ(asked[0].ranges.at(0).limit, limits::kBisectCommits);
  EXPECT_EQ(start(R"({"kind": "hunt", "test": "9", "repo": "none"})").status, 404);
}

TEST_F(ExperimentsTest, ARateMayBeANumber) {
  EXPECT_EQ(start(R"({"kind": "prove", "test": "9", "against": 0.05})").status, 202);
  EXPECT_EQ(views_.experiment_requests().at(0).against, "0.05");
}

TEST_F(ExperimentsTest, WhatMakesNoSenseIsRefused) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"({"test": "9"})", "kind: is missing"},
      {R"({"kind": "hunt"})", "test: is missing"},
      {R"({"kind": "guess", "test": "9"})",
       R"(kind: must be "hunt", "prove", "bisect" or "diagnose")"},
      {R"({"kind": "hunt", "test": "9", "runs": 0})",
       "runs: must be a whole number from 1 to 1000000"},
      {R"({"kind": "hunt", "test": "9", "against": ".1"})", "against: goes with a prove only"},
      {R"({"kind": "bisect", "test": "9", "commit": "main"})",
       "commit: a bisection has two ends: good and bad"},
      {R"({"kind": "prove", "test": "9", "risk": 1})", "risk: must be a number between 0 and 1"},
      {R"({"kind": "hunt", "test": "9", "speed": 1})", "speed: is not a member of an experiment"},
      {R"({"kind": "hunt", "test": "9", "in_flight": 65})",
       "in_flight: must be a whole number from 1 to 64"}};
  for (const auto& [body, said] : cases) {
    const auto reply = start(body);
    EXPECT_EQ(reply.status, 400) << body;
    EXPECT_EQ(error_of(reply).find(said), 0u) << error_of(reply);
  }
  EXPECT_EQ(start(R"({"kind": "hunt", "test": "none"})").status, 404);
  EXPECT_TRUE(commands_.orders().empty());
}

TEST_F(ExperimentsTest, OnesAreListedShownAndExported) {
  const auto list =
      fetch(port(), "/api/v1/experiments?repo=demo&standing=running&limit=5&before=9");
  EXPECT_EQ(list.status, 200);
  const auto query = views_.experiments_queries().at(0);
  EXPECT_EQ(query.repo, "demo");
  EXPECT_EQ(query.standing, ExperimentStanding::running);
  EXPECT_EQ(query.limit, 5);
  EXPECT_EQ(query.before, ExperimentId{9});
  EXPECT_EQ(json_of(fetch(port(), "/api/v1/experiments/3"))["experiment"]["verdict"], "culprit");
  EXPECT_EQ(fetch(port(), "/api/v1/experiments/4").status, 404);
  const auto document = fetch(port(), "/api/v1/experiments/3/export");
  EXPECT_EQ(json_of(document)["runs"].size(), 1u);
  EXPECT_EQ(json_of(document)["server_version"], "9.9");
  for (const auto* bad : {"standing=done", "limit=0", "limit=201", "before=x", "test=9"}) {
    EXPECT_EQ(fetch(port(), "/api/v1/experiments?" + std::string(bad)).status, 400) << bad;
  }
}

TEST_F(ExperimentsTest, OneIsPausedContinuedAndStopped) {
  EXPECT_EQ(post_json(port(), "/api/v1/experiments/3/pause", R"({"requested_by": "me"})").status,
            202);
  EXPECT_EQ(post_json(port(), "/api/v1/experiments/3/continue",
                      R"({"confidence": 0.99, "for_s": 60, "until_failures": 7})")
                .status,
            202);
  EXPECT_EQ(post_json(port(), "/api/v1/experiments/3/stop", "{}").status, 202);
  EXPECT_EQ(post_json(port(), "/api/v1/experiments/3/continue", R"({"confidence": 2})").status,
            400);
  const auto given = commands_.orders();
  ASSERT_EQ(given.size(), 3u);
  EXPECT_EQ(std::get<orders::PauseExperiment>(given[0]).who, "ada");
  const auto& more = std::get<orders::ContinueExperiment>(given[1]);
  EXPECT_EQ(more.confidence, .99);
  EXPECT_EQ(more.duration, Seconds{60});
  EXPECT_EQ(more.until_failures, 7);
  EXPECT_FALSE(more.runs);
  EXPECT_EQ(std::get<orders::StopExperiment>(given[2]).who, "ada");
}

}  // namespace
}  // namespace testlooper::http
