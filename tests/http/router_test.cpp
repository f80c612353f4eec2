#include "http/router.hpp"

#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/json_schema.hpp"

namespace testlooper::http {
namespace {

TEST(Router, FindsEveryPathOfTheDocument) {
  const auto checker = testing::openapi_checker();
  for (const auto& [path, methods] : checker.document()["paths"].items()) {
    auto target = path;
    for (const auto* part : {"{repo}", "{sha}", "{id}", "{n}", "{path}", "{branch}"}) {
      if (const auto at = target.find(part); at != std::string::npos) {
        target.replace(at, std::string_view(part).size(), "7");
      }
    }
    for (const std::string method : {"get", "post", "put", "patch", "delete"}) {
      auto word = method;
      std::ranges::transform(word, word.begin(), [](char c) { return char(c - 'a' + 'A'); });
      const auto found = route(word, target);
      EXPECT_EQ(found.has_value(), methods.contains(method)) << method << " " << path;
      if (found) EXPECT_NE(found->endpoint, Endpoint::page) << path;
      if (!found) EXPECT_EQ(found.error().status, 405u) << method << " " << path;
    }
  }
}

TEST(Router, DecodesNamesAndParameters) {
  const auto found =
      route("GET", "/api/v1/repos/my%20repo/branch?name=feature%2Fx+y&limit=5&q=&&odd=%zz");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->endpoint, Endpoint::branch);
  EXPECT_EQ(found->repo, "my repo");
  EXPECT_EQ(found->parameter("name"), "feature/x y");
  EXPECT_EQ(found->parameter("limit"), "5");
  EXPECT_EQ(found->parameter("q"), "");
  EXPECT_EQ(found->parameter("odd"), "%zz");
  EXPECT_EQ(found->parameter("absent"), "");
}

TEST(Router, ABranchWithASlashIsOneSegment) {
  const auto found = route("POST", "/api/v1/repos/demo/commits/feature%2Fx/runs");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->endpoint, Endpoint::request_runs);
  EXPECT_EQ(found->commit, "feature/x");
  EXPECT_FALSE(route("POST", "/api/v1/repos/demo/commits/feature/x/runs"));
}

TEST(Router, AnArtifactsPathIsTheRest) {
  const auto found = route("GET", "/api/v1/tasks/12/attempts/3/artifacts/a/b%20c%25.txt?x=1");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->endpoint, Endpoint::artifact);
  EXPECT_EQ(found->path, "a/b c%.txt");
  for (const auto* path : {"", "/", "a//b", "a/", "a%2Fb", "%2Fetc"}) {
    const auto refused = route("GET", std::string("/api/v1/tasks/1/attempts/1/artifacts/") + path);
    EXPECT_EQ(refused.error().status, 404u) << path;
  }
}

TEST(Router, ReadsIdsAndRefusesWhatIsNone) {
  const auto found = route("GET", "/api/v1/tasks/12/attempts/3/log");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, 12);
  EXPECT_EQ(found->attempt, 3);
  for (const auto* id : {"0", "-1", "+1", "1x", "", "9223372036854775808"}) {
    EXPECT_EQ(route("GET", std::string("/api/v1/tasks/") + id).error().status, 404u) << id;
  }
  EXPECT_EQ(route("GET", "/api/v1/tasks/1/attempts/2147483648/log").error().status, 404u);
}

TEST(Router, GivesTheRestToTheWeb) {
  for (const auto* path : {"/", "/r/demo", "/runs/5", "/assets/app.js"}) {
    const auto found = route("GET", path);
    ASSERT_TRUE(found) << path;
    EXPECT_EQ(found->endpoint, Endpoint::page);
    EXPECT_EQ(found->path, path);
  }
  EXPECT_EQ(route("POST", "/r/demo").error().status, 405u);
  EXPECT_EQ(route("GET", "/api/v2/repos").error().status, 404u);
  EXPECT_EQ(route("GET", "/api").error().status, 404u);
  EXPECT_EQ(route("DELETE", "/api/v1/repos").error().status, 405u);
}

TEST(Router, HeadIsAsGet) { EXPECT_EQ(route("HEAD", "/healthz")->endpoint, Endpoint::healthz); }

}  // namespace
}  // namespace testlooper::http
