// The pages that show tasks which wait, over real sockets: why they wait is the engine's to say.
#include "http/server_fixture.hpp"
#include "support/json_schema.hpp"
#include "support/sample_pages.hpp"

namespace testlooper::http {
namespace {

using Problems = std::vector<std::string>;

class QueueTest : public ServerTest {
 protected:
  QueueTest() {
    options_.timeouts.queue = Milliseconds(50);
    serve();
    auto task = testing::sample_task_page();
    task.task = testing::sample_waiting_task();
    views_.set_task(task);
    auto commit = testing::sample_commit_page();
    commit.tasks.push_back(testing::sample_waiting_task());
    views_.set_commit(commit);
  }
  nlohmann::json get(const std::string& target) { return json_of(fetch(port(), target)); }

  static constexpr const char* kEngine = "/api/v1/engine";
  static constexpr const char* kTask = "/api/v1/tasks/5";
  static constexpr const char* kCommit = "/api/v1/repos/demo/commits/1234";
};

TEST_F(QueueTest, EachPageSaysWhyATaskWaitsAndUntilWhen) {
  const auto checker = testing::openapi_checker();
  const auto check = [&](const char* target, const char* schema, const char* place) {
    const auto page = get(target);
    EXPECT_EQ(checker.problems(schema, page), Problems()) << target;
    const auto task = page.at(nlohmann::json::json_pointer(place));
    EXPECT_EQ(task["waits_for"]["reason"], "behind") << target;
    EXPECT_EQ(task["waits_for"]["text"],
              "waits behind 2 tasks: 1 more urgent, 1 whose turn comes first");
    EXPECT_EQ(task["waits_for"]["ahead"], 2);
    EXPECT_EQ(task["starts_at"], 1'121'000);
  };
  check(kEngine, "EnginePage", "/waiting/0");
  check(kTask, "TaskPage", "/task");
  check(kCommit, "CommitPage", "/tasks/1");
  EXPECT_EQ(get(kCommit)["tasks"][0]["waits_for"], nullptr) << "it runs";
  EXPECT_EQ(get(kEngine)["answered_at"], 1'061'000);
}

TEST_F(QueueTest, ABusyEngineKeepsNobodyWaiting) {
  commands_.hold();
  for (const auto* target : {kEngine, kTask, kCommit}) {
    EXPECT_EQ(fetch(port(), target).status, 200) << target;
  }
  EXPECT_EQ(get(kTask)["task"]["waits_for"], nullptr);
  commands_.release();
  commands_.fail_with({ErrorKind::unavailable, "the engine is busy", {}});
  EXPECT_EQ(get(kTask)["task"]["waits_for"], nullptr);
  EXPECT_EQ(get(kEngine)["waiting"].size(), 1u);
}

TEST_F(QueueTest, WhatTheEngineDidNotNameIsAskedFor) {
  get(kEngine);
  ASSERT_EQ(commands_.waiting_asked().size(), 1u) << "all were among the next ones";
  EXPECT_TRUE(commands_.waiting_asked()[0].tasks.empty());
  EXPECT_EQ(views_.engine_queries().back().order, (std::vector{TaskId{6}}));
  commands_.set_waiting({});
  get(kEngine);
  ASSERT_EQ(commands_.waiting_asked().size(), 3u);
  EXPECT_EQ(commands_.waiting_asked()[2].tasks, (std::vector{TaskId{6}}));
  get(kTask);
  EXPECT_EQ(commands_.waiting_asked().back().tasks, (std::vector{TaskId{6}}));
}

// What it waits for changes without the store.
TEST_F(QueueTest, APageWithWaitingTasksHasNoTag) {
  for (const auto* target : {kEngine, kTask, kCommit}) {
    EXPECT_FALSE(fetch(port(), target).fields.contains("etag")) << target;
  }
  views_.set_task(testing::sample_task_page());
  const auto calm = fetch(port(), kTask);
  EXPECT_TRUE(calm.fields.contains("etag"));
  EXPECT_EQ(fetch(port(), kTask, {{"If-None-Match", calm.fields.at("etag")}}).status, 304);
}

TEST_F(QueueTest, TheEngineIsAskedForAsTheQuerySays) {
  EXPECT_EQ(fetch(port(), "/api/v1/engine?repo=demo&limit=7").status, 200);
  EXPECT_EQ(views_.engine_queries().back().repo, "demo");
  EXPECT_EQ(views_.engine_queries().back().limit, 7u);
  get(kEngine);
  EXPECT_EQ(views_.engine_queries().back().repo, "");
  EXPECT_EQ(views_.engine_queries().back().limit, 200u);
  EXPECT_EQ(fetch(port(), "/api/v1/engine?repo=nowhere").status, 404);
  for (const auto* limit : {"0", "1001", "x", "-1"}) {
    const auto reply = fetch(port(), std::string("/api/v1/engine?limit=") + limit);
    EXPECT_EQ(reply.status, 400) << limit;
    EXPECT_EQ(json_of(reply)["error"]["message"], "limit: must be a whole number from 1 to 1000");
  }
}

}  // namespace
}  // namespace testlooper::http
