// Repositories that come and go, over real sockets.
#include "http/server_fixture.hpp"
#include "support/json_schema.hpp"

namespace testlooper::http {
namespace {

class RepoOrdersTest : public ServerTest {
 protected:
  RepoOrdersTest() { serve(); }
  RawReply send(const char* method, const std::string& target, const std::string& body = "{}") {
    RawConnection connection(port());
    connection.send(
        raw_request(port(), method, target, {{"Content-Type", "application/json"}}, body));
    return connection.read_reply();
  }
};

TEST_F(RepoOrdersTest, ARepositoryIsAddedWithItsSettings) {
  const auto reply = send("POST", "/api/v1/repos",
                          R"({"source": "/srv/git/new.git", "branch_prefix": "release/",)"
                          R"( "scan_depth": 7, "fetch_period_s": 90, "name": null})");
  EXPECT_EQ(reply.status, 202);
  EXPECT_EQ(testing::openapi_checker().problems("RepoAdded", json_of(reply)),
            std::vector<std::string>());
  EXPECT_EQ(json_of(reply)["repo"], "new");
  EXPECT_EQ(json_of(reply)["hook"],
            "testlooper hook install '/srv/git/new.git' --repo new --server http://127.0.0.1:" +
                std::to_string(port()));
  const auto added = commands_.added();
  ASSERT_EQ(added.size(), 1u);
  EXPECT_EQ(added[0].source, "/srv/git/new.git");
  EXPECT_EQ(added[0].branch_prefix, "release/");
  EXPECT_EQ(added[0].config_path, ".testlooper/config.yaml");
  EXPECT_EQ(added[0].scan_depth, 7);
  EXPECT_EQ(added[0].fetch_period_s, 90);
}

TEST_F(RepoOrdersTest, AUrlHasNoHook) {
  const auto reply =
      send("POST", "/api/v1/repos", R"({"source": "https://example.org/a/b.git", "name": "mine"})");
  EXPECT_EQ(json_of(reply)["hook"], "");
  EXPECT_EQ(commands_.added().at(0).name, "mine");
}

TEST_F(RepoOrdersTest, ABadSourceIsRefusedWithItsName) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"({})", "source: is missing: a path or a URL"},
      {R"({"source": 5})", "source: must be a string"},
      {R"({"source": ""})", "the repository's address is empty"},
      {R"({"source": "git/here"})", "source: must be a URL, or a whole path that begins with '/'"},
      {R"({"source": "ext::sh -c id"})",
       "source: must be a URL, or a whole path that begins with '/'"},
      {R"({"source": "/srv/../etc/x"})", "source: leads upwards with '..'"},
      {R"({"source": "--upload-pack=id"})",
       "--upload-pack=id: the repository's address begins with '-'"},
      {R"({"source": "ssh://-oProxyCommand=id/x"})",
       "ssh://-oProxyCommand=id/x: the repository's address names a host that begins with '-'"},
      {R"({"source": "ftp://x/y"})",
       "ftp://x/y: the repository's address must begin with https://, http://, ssh://, git:// or "
       "file://, or be user@host:path"},
      {R"({"source": "/srv/x", "name": "../x"})",
       "name: may hold letters, digits, '-', '_' and '.' only"},
      {R"({"source": "/srv/x", "name": ".."})", "name: begins with '.' or '-'"},
      {R"({"source": "/srv/x", "scan_depth": -1})",
       "scan_depth: must be a whole number from 0 (the default) to 1000000"},
      {R"({"source": "/srv/x", "config_path": "../x"})", "config_path: leads upwards with '..'"},
      {R"({"source": "/srv/x", "colour": 1})",
       "colour: is not a setting of a repository (config_path, branch_prefix, primary_branch, "
       "scan_depth, fetch_period_s)"},
  };
  for (const auto& [body, sentence] : cases) {
    const auto reply = send("POST", "/api/v1/repos", body);
    EXPECT_EQ(reply.status, 400) << body;
    EXPECT_EQ(error_of(reply), sentence) << body;
  }
  EXPECT_TRUE(commands_.added().empty());
}

TEST_F(RepoOrdersTest, WhatTheEngineRefusesIsSaid) {
  commands_.fail_with({ErrorKind::conflict, "there is a repository 'demo' already", {}});
  const auto reply = send("POST", "/api/v1/repos", R"({"source": "/srv/demo"})");
  EXPECT_EQ(reply.status, 409);
  EXPECT_EQ(error_of(reply), "there is a repository 'demo' already");
}

TEST_F(RepoOrdersTest, SettingsAreChangedAndRepositoriesRemoved) {
  EXPECT_EQ(send("PATCH", "/api/v1/repos/demo", R"({"branch_prefix": ""})").status, 202);
  EXPECT_EQ(commands_.changed().at(0).second.branch_prefix, "");
  EXPECT_EQ(commands_.changed().at(0).second.scan_depth, std::nullopt);
  EXPECT_EQ(send("DELETE", "/api/v1/repos/demo").status, 202);
  EXPECT_EQ(send("DELETE", "/api/v1/repos/demo?purge=1").status, 202);
  EXPECT_EQ(send("DELETE", "/api/v1/repos/demo?purge=yes").status, 400);
  EXPECT_EQ(send("DELETE", "/api/v1/repos/other").status, 404);
  const auto removed = commands_.removed();
  ASSERT_EQ(removed.size(), 3u);
  EXPECT_FALSE(removed[0].second);
  EXPECT_TRUE(removed[1].second);
}

TEST_F(RepoOrdersTest, ALookIsAPushThatNamesNothing) {
  EXPECT_EQ(send("POST", "/api/v1/repos/demo/scan").status, 202);
  EXPECT_EQ(commands_.announced().at(0).push.ref, "");
}

TEST_F(RepoOrdersTest, AReloadSaysWhatItDid) {
  const auto reply = send("POST", "/api/v1/reload");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(testing::openapi_checker().problems("ReloadReport", json_of(reply)),
            std::vector<std::string>());
  EXPECT_EQ(json_of(reply)["removed"][0], "old");
}

}  // namespace
}  // namespace testlooper::http
