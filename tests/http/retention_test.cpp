// Retention over real sockets, and what is refused while the disk is too full.
#include "http/server_fixture.hpp"
#include "support/json_schema.hpp"

namespace testlooper::http {
namespace {

class RetentionTest : public ServerTest {
 protected:
  RetentionTest() { serve(); }
};

using Problems = std::vector<std::string>;

TEST_F(RetentionTest, ThePageIsAsTheDocumentSays) {
  const auto reply = fetch(port(), "/api/v1/retention");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(testing::openapi_checker().problems("RetentionPage", json_of(reply)), Problems());
  retention_.set(unavailable("the store can't be read"));
  EXPECT_EQ(fetch(port(), "/api/v1/retention").status, 503);
}

TEST_F(RetentionTest, ARunIsAskedFor) {
  const auto reply = post_json(port(), "/api/v1/retention/run", "{}");
  EXPECT_EQ(reply.status, 202);
  EXPECT_EQ(testing::openapi_checker().problems("RetentionStarted", json_of(reply)), Problems());
  EXPECT_EQ(retention_.runs, 1);
  EXPECT_EQ(fetch(port(), "/api/v1/retention/run").status, 405);
}

TEST_F(RetentionTest, WhileTheDiskIsTooFullNoNewWorkIsTakenAndTheRestGoesOn) {
  facts_.intake_paused = "the disk has only 3 MB left";
  facts_.executor = {false, "the disk has only 3 MB left", "docker 20.10"};
  for (const auto& [path, body] : std::vector<std::pair<std::string, std::string>>{
           {"/git_updater", R"({"repo": "demo", "ref": "refs/heads/main"})"},
           {"/api/v1/repos/demo/commits/1234/runs", "{}"},
           {"/api/v1/repos/demo/commits/1234/retry", "{}"}}) {
    const auto reply = post_json(port(), path, body);
    EXPECT_EQ(reply.status, 507) << path;
    EXPECT_EQ(error_of(reply), "the disk has only 3 MB left");
    EXPECT_EQ(reply.fields.at("retry-after"), "60");
  }
  EXPECT_TRUE(commands_.announced().empty());
  EXPECT_EQ(fetch(port(), "/readyz").status, 503);
  EXPECT_EQ(fetch(port(), "/healthz").status, 200);
  EXPECT_EQ(fetch(port(), "/api/v1/repos").status, 200);
  EXPECT_EQ(post_json(port(), "/api/v1/retention/run", "{}").status, 202);
  EXPECT_EQ(json_of(fetch(port(), "/api/v1/engine"))["executor_error"], facts_.executor.reason);
  facts_.intake_paused = "";
  EXPECT_EQ(post_json(port(), "/git_updater", R"({"repo": "demo"})").status, 202);
}

}  // namespace
}  // namespace testlooper::http
