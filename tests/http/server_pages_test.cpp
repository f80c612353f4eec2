// What only reads, over real sockets: pages, logs, files of the web.
#include "http/server_fixture.hpp"
#include "support/json_schema.hpp"

namespace testlooper::http {
namespace {

using Problems = std::vector<std::string>;

class PagesTest : public ServerTest {
 protected:
  PagesTest() { serve(); }
};

TEST_F(PagesTest, EachPageIsAsTheDocumentSays) {
  const auto checker = testing::openapi_checker();
  const std::vector<std::pair<std::string, std::string>> pages{
      {"/api/v1/repos", "ReposPage"},
      {"/api/v1/repos/demo/branch", "BranchPage"},
      {"/api/v1/repos/demo/commits/1234", "CommitPage"},
      {"/api/v1/repos/demo/commits/1234?tests=rows", "CommitPage"},
      {"/api/v1/repos/demo/commits/1234?tests=columns", "CommitColumnsPage"},
      {"/api/v1/repos/demo/tests/9", "TestPage"},
      {"/api/v1/repos/demo/compare?head=1234", "ComparePage"},
      {"/api/v1/requests/8", "RequestPage"},
      {"/api/v1/tasks/5", "TaskPage"},
      {"/api/v1/runs/41", "RunPage"},
      {"/api/v1/engine", "EnginePage"},
      {"/api/v1/status", "ServerStatus"},
      {"/healthz", "Health"},
      {"/readyz", "Health"},
  };
  for (const auto& [target, schema] : pages) {
    const auto reply = fetch(port(), target);
    EXPECT_EQ(reply.status, 200) << target;
    EXPECT_EQ(reply.fields.at("content-type"), "application/json");
    EXPECT_EQ(reply.fields.at("x-content-type-options"), "nosniff");
    EXPECT_EQ(checker.problems(schema, json_of(reply)), Problems()) << target;
  }
}

TEST_F(PagesTest, WhatIsNotThereIs404WithASentence) {
  const auto checker = testing::openapi_checker();
  for (const auto* target :
       {"/api/v1/repos/other/branch", "/api/v1/repos/demo/branch?name=none",
        "/api/v1/repos/demo/commits/abcd", "/api/v1/requests/9", "/api/v1/tasks/6",
        "/api/v1/runs/42", "/api/v1/nothing", "/api/v1/tasks/1/attempts/7/log"}) {
    const auto reply = fetch(port(), target);
    EXPECT_EQ(reply.status, 404) << target;
    EXPECT_EQ(checker.problems("Error", json_of(reply)), Problems()) << target;
  }
}

TEST_F(PagesTest, TwoCommitsAreComparedAsTheQuerySays) {
  EXPECT_EQ(fetch(port(), "/api/v1/repos/demo/compare?head=main&base=v1.0%2Frc").status, 200);
  EXPECT_EQ(fetch(port(), "/api/v1/repos/other/compare?head=main").status, 404);
  const auto queries = comparer_.queries();
  ASSERT_EQ(queries.size(), 2u);
  EXPECT_EQ(queries[0].head, "main");
  EXPECT_EQ(queries[0].base, "v1.0/rc");
  EXPECT_EQ(queries[1].base, "");
  const auto refused = fetch(port(), "/api/v1/repos/demo/compare?base=main");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(json_of(refused).at("error").at("message"), "head: name the commit that is compared");
}

TEST_F(PagesTest, ATestIsAskedForAsTheQuerySays) {
  fetch(port(),
        "/api/v1/repos/demo/tests/test_a.py%3A%3Atest_one?branch=feature%2Fx&limit=7&before=abc"
        "&after_run=41&outcome=failed,timed_out&runs_at=abc");
  const auto queries = views_.test_queries();
  ASSERT_EQ(queries.size(), 1u);
  EXPECT_EQ(queries[0].test, "test_a.py::test_one");
  EXPECT_EQ(queries[0].branch, "feature/x");
  EXPECT_EQ(queries[0].limit, 7);
  EXPECT_EQ(queries[0].before, "abc");
  EXPECT_EQ(queries[0].after_run, RunId{41});
  EXPECT_EQ(queries[0].runs_at, "abc");
  EXPECT_EQ(queries[0].outcomes, (std::vector<std::string>{"failed", "timed_out"}));
  for (const auto* bad : {"limit=0", "limit=501", "after_run=x", "outcome=failed,odd"}) {
    EXPECT_EQ(fetch(port(), std::string("/api/v1/repos/demo/tests/9?") + bad).status, 400) << bad;
  }
}

TEST_F(PagesTest, TestsComeByRowsOrByColumns) {
  const auto reply = fetch(port(), "/api/v1/repos/demo/commits/1234?tests=heaps");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(json_of(reply)["error"]["message"], "tests: must be rows or columns");
}

TEST_F(PagesTest, TheBranchIsAskedForAsTheQuerySays) {
  fetch(port(), "/api/v1/repos/demo/branch?name=feature%2Fx&limit=7&before=abc&q=a+b");
  fetch(port(), "/api/v1/repos/demo/branch");
  const auto queries = views_.branch_queries();
  ASSERT_EQ(queries.size(), 2u);
  EXPECT_EQ(queries[0].branch, "feature/x");
  EXPECT_EQ(queries[0].limit, 7);
  EXPECT_EQ(queries[0].before, "abc");
  EXPECT_EQ(queries[0].test_contains, "a b");
  EXPECT_EQ(queries[1].branch, "");
  EXPECT_EQ(queries[1].limit, 30);
  EXPECT_EQ(queries[1].before, std::nullopt);
  for (const auto* limit : {"0", "201", "x", "-1"}) {
    const auto reply = fetch(port(), std::string("/api/v1/repos/demo/branch?limit=") + limit);
    EXPECT_EQ(reply.status, 400) << limit;
  }
}

TEST_F(PagesTest, TheEngineAddsWhatTheStoreDoesNotKnow) {
  const auto engine = json_of(fetch(port(), "/api/v1/engine"));
  EXPECT_EQ(engine["version"], "9.9");
  EXPECT_EQ(engine["executor"], "docker 20.10");
  EXPECT_EQ(engine["slots"], 4);
  EXPECT_EQ(engine["started_at"], 1'000'000);
  const auto status = json_of(fetch(port(), "/api/v1/status"));
  EXPECT_EQ(status["uptime_s"], 61);
  EXPECT_EQ(status["repos"], 2);
  EXPECT_EQ(status["running"], 1);
}

TEST_F(PagesTest, AnUnchangedPageIsNotSentAgain) {
  const auto first = fetch(port(), "/api/v1/repos");
  const auto etag = first.fields.at("etag");
  const auto again = fetch(port(), "/api/v1/repos", {{"If-None-Match", etag}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  views_.set_revision(78);
  const auto changed = fetch(port(), "/api/v1/repos", {{"If-None-Match", etag}});
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(json_of(changed)["revision"], 78);
}

TEST_F(PagesTest, LargePagesAreCompressed) {
  const auto plain = fetch(port(), "/api/v1/repos/demo/commits/1234");
  const auto packed =
      fetch(port(), "/api/v1/repos/demo/commits/1234", {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(packed.fields.at("content-encoding"), "gzip");
  EXPECT_LT(packed.body.size(), plain.body.size());
}

TEST_F(PagesTest, HeadSendsTheHeadAlone) {
  RawConnection connection(port());
  connection.send(raw_request(port(), "HEAD", "/api/v1/repos"));
  const auto head = connection.read_reply(/*head_only=*/true);
  EXPECT_EQ(head.status, 200);
  connection.send(raw_request(port(), "GET", "/healthz"));
  EXPECT_EQ(connection.read_reply().status, 200);
  for (const auto* target : {"/api/v1/events", "/api/v1/tasks/1/attempts/1/log/stream"}) {
    EXPECT_EQ(fetch(port(), "HEAD", target).status, 200) << target;
  }
}

TEST_F(PagesTest, AStoreThatCantBeReadIs503) {
  views_.break_down({ErrorKind::unavailable, "the disk is broken", {}});
  const auto reply = fetch(port(), "/api/v1/repos");
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.fields.at("retry-after"), "1");
  EXPECT_EQ(error_of(reply), "the disk is broken");
  EXPECT_EQ(fetch(port(), "/readyz").status, 503);
  EXPECT_EQ(fetch(port(), "/healthz").status, 200);
}

TEST_F(ServerTest, ReadyNeedsTheExecutor) {
  facts_.executor = {false, "docker does not answer", ""};
  serve();
  const auto reply = fetch(port(), "/readyz");
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(json_of(reply)["reason"], "docker does not answer");
}

TEST_F(PagesTest, TheDocumentIsTheFile) {
  const auto served = json_of(fetch(port(), "/api/v1/openapi.json"));
  EXPECT_EQ(served, testing::openapi_checker().document());
}

TEST_F(PagesTest, TheWebIsServedWithAStrictPolicy) {
  const auto page = fetch(port(), "/r/demo/b/main");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body, "<html>");
  EXPECT_EQ(page.fields.at("content-type"), "text/html; charset=utf-8");
  EXPECT_TRUE(page.fields.at("content-security-policy").starts_with("default-src 'none'"));
  for (const auto* target : {"/nothing", "/etc/passwd", "/index.html/x"}) {
    EXPECT_EQ(fetch(port(), target).status, 404) << target;
  }
}

TEST_F(PagesTest, ALogIsSentWholeOrInPart) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += "line " + std::to_string(i) + "\n";
  write_log(text, true);
  const auto whole = fetch(port(), kLog);
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(whole.fields.at("content-type"), "text/plain; charset=utf-8");
  EXPECT_EQ(whole.body, text);

  const auto part = fetch(port(), kLog, {{"Range", "bytes=100000-299999"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.fields.at("content-range"), "bytes 100000-299999/" + std::to_string(text.size()));
  EXPECT_EQ(part.body, text.substr(100'000, 200'000));
  EXPECT_EQ(fetch(port(), kLog, {{"Range", "bytes=-5"}}).body, text.substr(text.size() - 5));

  const auto beyond = fetch(port(), kLog, {{"Range", "bytes=999999999-"}});
  EXPECT_EQ(beyond.status, 416);
  EXPECT_EQ(beyond.fields.at("content-range"), "bytes */" + std::to_string(text.size()));
}

TEST_F(PagesTest, TheBeginningOfALogThatIsEmptyIsNothing) {
  write_log("", false);
  const auto nothing_yet = fetch(port(), kLog, {{"Range", "bytes=0-131071"}});
  EXPECT_EQ(nothing_yet.status, 200);
  EXPECT_EQ(nothing_yet.body, "");
  views_.set_log({TaskId{5}, 2}, {.log = {}, .complete = true, .removed_at = {}});
  const auto never = fetch(port(), kLog, {{"Range", "bytes=0-131071"}});
  EXPECT_EQ(never.status, 200) << "what ran nothing wrote nothing";
  EXPECT_EQ(never.body, "");
}

TEST_F(PagesTest, OneStreamOfALogApart) {
  write_log("out1err1out2", true);
  std::ofstream(dir_.file("1.log.idx"), std::ios::binary)
      << std::string("\0\0\0\0\0\0\0\0\1\4\0\0\0\0\0\0\0\2\10\0\0\0\0\0\0\0\1", 27);
  EXPECT_EQ(fetch(port(), std::string(kLog) + "?stream=stdout").body, "out1out2");
  EXPECT_EQ(fetch(port(), std::string(kLog) + "?stream=stderr").body, "err1");
  EXPECT_EQ(fetch(port(), std::string(kLog) + "?stream=stdin").status, 400);
  const auto part = fetch(port(), std::string(kLog) + "?stream=stdout", {{"Range", "bytes=3-5"}});
  EXPECT_EQ(part.body, "1ou");
}

TEST_F(PagesTest, ALogOutsideTheDataFolderIsNotRead) {
  std::ofstream(dir_.file("secret")) << "secret";
  std::filesystem::create_symlink(dir_.file("secret"), dir_.file("link.log"));
  for (const auto* path : {"../secret", "/etc/passwd", "link.log"}) {
    views_.set_log(kAttempt, {{path, 6, 0}, true});
    EXPECT_EQ(fetch(port(), kLog).status, 404) << path;
    EXPECT_EQ(fetch(port(), std::string(kLog) + "?stream=stdout").status, 404) << path;
  }
}

TEST_F(PagesTest, OtherProgramsCanWatchIt) {
  const auto metrics = fetch(port(), "/metrics");
  EXPECT_EQ(metrics.status, 200);
  EXPECT_EQ(metrics.fields.at("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_NE(metrics.body.find("testlooper_slots{state=\"busy\"} 3\n"), std::string::npos)
      << metrics.body;
  const auto feed = fetch(port(), "/cc.xml", {{"X-Forwarded-Proto", "https"}});
  EXPECT_EQ(feed.fields.at("content-type"), "application/xml");
  EXPECT_NE(feed.body.find("webUrl=\"https://"), std::string::npos) << feed.body;
  EXPECT_NE(feed.body.find("/r/demo/b/main\""), std::string::npos) << feed.body;
}

TEST_F(PagesTest, ABadgeIsNamedByRepositoryAndBranch) {
  const auto badge = fetch(port(), "/badge/demo/main.svg");
  EXPECT_EQ(badge.status, 200);
  EXPECT_EQ(badge.fields.at("content-type"), "image/svg+xml");
  EXPECT_EQ(badge.fields.at("cache-control"), "no-cache");
  EXPECT_EQ(fetch(port(), "/badge/demo/feature/x.svg").status, 200);
  EXPECT_EQ(fetch(port(), "/badge/demo/gone.svg").status, 404);
  EXPECT_EQ(fetch(port(), "/badge/other/main.svg").status, 404);
  EXPECT_EQ(fetch(port(), "/badge/demo/main.png").status, 404);
}

}  // namespace
}  // namespace testlooper::http
