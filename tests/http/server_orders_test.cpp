// What changes something, over real sockets: pushes, requests for runs, retries.
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "http/server_fixture.hpp"
#include "support/sample_pages.hpp"

namespace testlooper::http {
namespace {

const std::string kPush =
    R"({"ref": "refs/heads/main", "before": "1111111111111111111111111111111111111111",)"
    R"( "after": "2222222222222222222222222222222222222222", "repository": {"name": "demo"}})";
const std::string kSha = testing::kSampleSha;
const std::string kRuns = "/api/v1/repos/demo/commits/" + kSha + "/runs";

std::string signature(const std::string& body, const std::string& secret) {
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(), mac, &size);
  std::string text = "sha256=";
  char digits[3];
  for (unsigned i = 0; i < size; ++i) {
    std::snprintf(digits, sizeof digits, "%02x", mac[i]);
    text += digits;
  }
  return text;
}

class OrdersTest : public ServerTest {
 protected:
  OrdersTest() { serve(); }
  RawReply push(const std::string& body, testing::RawFields fields = {}) {
    return post_json(port(), "/git_updater", body, std::move(fields));
  }
};

TEST_F(OrdersTest, APushIsAcknowledgedWithItsRevision) {
  const auto reply = push(kPush, {{"X-GitHub-Delivery", "d-1"}});
  EXPECT_EQ(reply.status, 202);
  EXPECT_EQ(json_of(reply), (nlohmann::json{{"revision", 78}}));
  const auto announced = commands_.announced();
  ASSERT_EQ(announced.size(), 1u);
  EXPECT_EQ(announced[0].repo, "demo");
  EXPECT_EQ(announced[0].push.ref, "refs/heads/main");
  EXPECT_EQ(announced[0].push.new_sha, std::string(40, '2'));
  EXPECT_EQ(announced[0].push.delivery_id, "d-1");
}

TEST_F(OrdersTest, APushIsNotAcknowledgedBeforeItIsStored) {
  commands_.fail_with({ErrorKind::unavailable, "the disk is full", {}});
  commands_.hold();
  RawConnection hook(port());
  hook.send(
      raw_request(port(), "POST", "/git_updater", {{"Content-Type", "application/json"}}, kPush));
  commands_.wait_until_held();
  // Others are served meanwhile; what the hook hears is what became of its push.
  EXPECT_EQ(fetch(port(), "/healthz").status, 200);
  commands_.release();
  EXPECT_EQ(hook.read_reply().status, 503);
}

TEST_F(OrdersTest, AnUnknownRepositoryIs404) {
  auto body = kPush;
  body.replace(body.find("demo"), 4, "nope");
  const auto reply = push(body);
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(error_of(reply), "nope: no repository has this name");
}

TEST_F(OrdersTest, AFullNameIsTriedBeforeTheShortOne) {
  auto body = kPush;
  body.replace(body.find("\"name\""), 6, "\"full_name\": \"team/demo\", \"name\"");
  EXPECT_EQ(push(body).status, 202);
  const auto announced = commands_.announced();
  ASSERT_EQ(announced.size(), 2u);
  EXPECT_EQ(announced[0].repo, "team/demo");
  EXPECT_EQ(announced[1].repo, "demo");
}

TEST_F(OrdersTest, ABadPayloadSaysWhy) {
  for (const auto* body : {"{", "[]", "{}", "\"x\"", "{\"ref\": 7}"}) {
    const auto reply = push(body);
    EXPECT_EQ(reply.status, 400) << body;
    EXPECT_NE(error_of(reply), "") << body;
  }
  EXPECT_EQ(push(kPush, {{"X-GitHub-Delivery", std::string(201, 'x')}}).status, 400);
  EXPECT_TRUE(commands_.announced().empty());
}

TEST_F(OrdersTest, AFullInboxAsksToComeBack) {
  commands_.fail_with({ErrorKind::unavailable, "the inbox is full", {}});
  const auto reply = push(kPush);
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.fields.at("retry-after"), "1");
}

TEST_F(ServerTest, AnEngineThatDoesNotAnswerIs503) {
  options_.timeouts.reply = Milliseconds(20);
  commands_.hold();
  serve();
  const auto reply = post_json(port(), "/git_updater", kPush);
  EXPECT_EQ(reply.status, 503);
  commands_.release();  // too late, and harmless
  EXPECT_EQ(fetch(port(), "/healthz").status, 200);
}

TEST_F(ServerTest, AReplyAfterTheServerIsGoneIsHarmless) {
  options_.timeouts.stop = Milliseconds(20);
  commands_.hold();
  serve();
  RawConnection hook(port());
  hook.send(
      raw_request(port(), "POST", "/git_updater", {{"Content-Type", "application/json"}}, kPush));
  commands_.wait_until_held();
  server_.reset();
  commands_.release();
}

TEST_F(ServerTest, ASecretWantsASignature) {
  options_.webhook_secret = "hush";
  serve();
  const auto post = [&](testing::RawFields fields) {
    return post_json(port(), "/git_updater", kPush, std::move(fields)).status;
  };
  EXPECT_EQ(post({}), 401);
  EXPECT_EQ(post({{"X-Hub-Signature-256", ""}}), 401);
  EXPECT_EQ(post({{"X-Hub-Signature-256", "sha256=" + std::string(64, '0')}}), 401);
  EXPECT_EQ(post({{"X-Hub-Signature-256", signature(kPush, "other")}}), 401);
  EXPECT_EQ(post({{"X-Hub-Signature-256", signature(kPush + " ", "hush")}}), 401);
  EXPECT_EQ(post({{"X-Hub-Signature", signature(kPush, "hush")}}), 401);
  EXPECT_TRUE(commands_.announced().empty());
  EXPECT_EQ(post({{"X-Hub-Signature-256", signature(kPush, "hush")}}), 202);
}

TEST_F(ServerTest, TheHookPortTakesHooksOnly) {
  options_.hook_port = 0;
  serve();
  const auto hooks = server_->hook_port();
  EXPECT_EQ(post_json(hooks, "/git_updater", kPush).status, 202);
  EXPECT_EQ(fetch(hooks, "/healthz").status, 200);
  for (const auto* target : {"/", "/api/v1/repos", "/api/v1/events"}) {
    EXPECT_EQ(fetch(hooks, target).status, 404) << target;
  }
  EXPECT_EQ(post_json(hooks, kRuns, R"({"times": 1})").status, 404);
}

TEST_F(OrdersTest, RunsAreRequestedAsTheBodySays) {
  const auto reply = post_json(
      port(), kRuns, R"({"times": 20, "filter": {"suites": ["unit"]}, "requested_by": "web"})");
  EXPECT_EQ(reply.status, 202);
  EXPECT_EQ(json_of(reply), (nlohmann::json{{"request", 8}}));
  const auto requested = commands_.requested();
  ASSERT_EQ(requested.size(), 1u);
  EXPECT_EQ(requested[0].sha, kSha);
  EXPECT_EQ(requested[0].wish.source, DesiredSource::request);
  EXPECT_EQ(requested[0].wish.counts.runs, 20);
  EXPECT_EQ(requested[0].wish.requested_by, "ada");
  EXPECT_EQ(requested[0].wish.filter.suites, std::vector<std::string>{"unit"});
  EXPECT_EQ(requested[0].wish.filter.tests, std::nullopt);
}

TEST_F(OrdersTest, ACommitMayBeNamedInAnyWayThatTheStoreKnows) {
  for (const auto* name : {"main", "1234", "12345678"}) {
    const auto reply = post_json(
        port(), std::string("/api/v1/repos/demo/commits/") + name + "/runs", R"({"times": 1})");
    EXPECT_EQ(reply.status, 202) << name;
    EXPECT_EQ(commands_.requested().back().sha, kSha) << name;
  }
  for (const auto* name : {"nope", "feature%2Fx", "abcd"}) {
    const auto reply = post_json(
        port(), std::string("/api/v1/repos/demo/commits/") + name + "/runs", R"({"times": 1})");
    EXPECT_EQ(reply.status, 404) << name;
  }
}

TEST_F(OrdersTest, OnlyFailedMeansThoseThatAreFailedNow) {
  EXPECT_EQ(post_json(port(), kRuns, R"({"times": 5, "only": "failed"})").status, 202);
  EXPECT_EQ(commands_.requested().back().wish.filter.tests,
            std::vector<std::string>{"unit/test_a.py::test_one"});
  // Within a selection.
  const auto selected = [&](const std::string& test) {
    return post_json(port(), kRuns,
                     R"({"times": 5, "only": "failed", "filter": {"tests": [")" + test + "\"]}}")
        .status;
  };
  EXPECT_EQ(selected("test_a.py::test_one"), 202);
  EXPECT_EQ(selected("unit/test_a.py::test_one"), 202);
  EXPECT_EQ(selected("test_two"), 409);
  const auto none = post_json(port(), kRuns, R"({"times": 5, "only": "flaky"})");
  EXPECT_EQ(none.status, 409);
  EXPECT_EQ(error_of(none), "no such test of this commit is flaky now");
}

TEST_F(OrdersTest, ABadRequestNamesTheMember) {
  const auto reply = post_json(port(), kRuns, R"({"times": 0})");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(error_of(reply), "times: must be a whole number from 1 to 100000");
  EXPECT_TRUE(commands_.requested().empty());
}

TEST_F(OrdersTest, ACommitIsTriedAgain) {
  const auto reply = post_json(port(), "/api/v1/repos/demo/commits/main/retry", "{}");
  EXPECT_EQ(reply.status, 202);
  EXPECT_EQ(json_of(reply), (nlohmann::json{{"revision", 79}}));
  ASSERT_EQ(commands_.retried().size(), 1u);
  EXPECT_EQ(commands_.retried()[0].sha, kSha);
}

TEST_F(OrdersTest, AnythingCanBeCancelled) {
  const auto body = R"({"requested_by": "ann"})";
  for (const auto* path :
       {"tasks/12", "requests/8", "repos/demo/commits/main", "repos/demo/branches/feature%2Fx"}) {
    const auto reply = post_json(port(), "/api/v1/" + std::string(path) + "/cancel", body);
    EXPECT_EQ(reply.status, 202) << path;
    EXPECT_EQ(json_of(reply), (nlohmann::json{{"revision", 80}}));
  }
  const auto cancelled = commands_.cancelled();
  ASSERT_EQ(cancelled.size(), 4u);
  EXPECT_EQ(std::get<CancelTask>(cancelled[0].first).task, TaskId{12});
  EXPECT_EQ(std::get<CancelRequest>(cancelled[1].first).request, DesiredId{8});
  EXPECT_EQ(std::get<CancelCommit>(cancelled[2].first).sha, kSha);
  EXPECT_EQ(std::get<CancelBranch>(cancelled[3].first).branch, "feature/x");
  EXPECT_EQ(cancelled[0].second, "ada");
  EXPECT_EQ(error_of(post_json(port(), "/api/v1/tasks/12/cancel", R"({"x": 1})")),
            "x: is not a member of this request (requested_by)");
}

TEST_F(OrdersTest, TheEngineIsDrainedAndGoesOn) {
  EXPECT_EQ(post_json(port(), "/api/v1/drain", R"({"requested_by": "ann"})").status, 202);
  EXPECT_EQ(post_json(port(), "/api/v1/resume", "{}").status, 202);
  EXPECT_EQ(post_json(port(), "/api/v1/drain", R"({"for": "ever"})").status, 400);
  const auto given = commands_.orders();
  ASSERT_EQ(given.size(), 2u);
  EXPECT_TRUE(std::get<orders::Drain>(given[0]).drain);
  EXPECT_EQ(std::get<orders::Drain>(given[0]).who, "ada");
  EXPECT_FALSE(std::get<orders::Drain>(given[1]).drain);
  EXPECT_EQ(std::get<orders::Drain>(given[1]).who, "ada");
}

TEST_F(OrdersTest, NoOtherSiteCanDoAnyOfIt) {
  const std::vector<testing::RawFields> forged{
      {{"Origin", "https://evil.example"}},
      {{"Origin", "null"}},
      {{"Origin", "http://localhost:" + std::to_string(port())}},  // the Host is 127.0.0.1
      {{"Sec-Fetch-Site", "cross-site"}},
      {{"Sec-Fetch-Site", "same-site"}},
      {{"Content-Type", "text/plain"}},
      {{"Content-Type", "application/x-www-form-urlencoded"}},
      {{"Content-Type", ""}},
      {{"Host", "evil.example"}},
      {{"Host", "127.0.0.1.evil.example"}},
      {{"Host", "127.0.0.1:1"}},
  };
  const std::vector<std::string> targets{
      "/git_updater", kRuns, "/api/v1/repos/demo/commits/main/retry", "/api/v1/tasks/12/cancel"};
  for (const auto& fields : forged) {
    for (const auto& target : targets) {
      const auto status = post_json(port(), target, kPush, fields).status;
      EXPECT_TRUE(status == 403 || status == 415 || status == 421)
          << target << " " << fields.begin()->second << " gave " << status;
    }
  }
  EXPECT_TRUE(commands_.announced().empty());
  EXPECT_TRUE(commands_.requested().empty());
  EXPECT_TRUE(commands_.retried().empty());
  EXPECT_TRUE(commands_.cancelled().empty());
}

}  // namespace
}  // namespace testlooper::http
