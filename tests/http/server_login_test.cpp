// Signing in, out, and being sent away, over real sockets.
#include "http/secrets.hpp"
#include "http/server_fixture.hpp"
#include "support/json_schema.hpp"

namespace testlooper::http {
namespace {

using Problems = std::vector<std::string>;
using testing::kAdminToken;
using testing::kRunnerToken;
using testing::kViewerToken;
using testing::shown;

class LoginTest : public ServerTest {
 protected:
  LoginTest() { options_.token_file = "/data/admin-token"; }

  std::string cookie_name() const { return "testlooper_session_" + std::to_string(port()); }
  RawReply sign_in(const std::string& body, testing::RawFields fields = {}) const {
    fields.emplace("Authorization", "");
    return post_json(port(), "/api/v1/login", body, fields);
  }
  // As the store would have it after the sign-in that the engine was told of last.
  testing::RawFields cookie_of(const RawReply& reply) {
    const auto& set = reply.fields.at("set-cookie");
    const auto cookie = set.substr(0, set.find(';'));
    const auto orders = commands_.orders();
    const auto& order = std::get<orders::StartSession>(orders.back());
    KnownLogin login = testing::sample_logins().at(0);
    login.session = SessionId{7};
    login.hash = order.session.hash;
    views_.add_login(login);
    return {{"Cookie", cookie}};
  }
};

TEST_F(LoginTest, WhoShowsNothingIsToldWhatToDoAndOnThisMachineWhereATokenIs) {
  serve();
  const auto reply = fetch(port(), "/api/v1/repos", shown(""));
  EXPECT_EQ(reply.status, 401);
  EXPECT_EQ(json_of(reply)["error"]["code"], "unauthorized");
  EXPECT_EQ(json_of(reply)["error"]["token_file"], "/data/admin-token");
  EXPECT_NE(error_of(reply).find("/login"), std::string::npos);
  auto fields = shown("");
  fields["X-Forwarded-For"] = "10.0.0.1";
  EXPECT_FALSE(json_of(fetch(port(), "/api/v1/repos", fields))["error"].contains("token_file"))
      << "a proxy asks for somebody elsewhere";
}

TEST_F(LoginTest, BadgesAreForEverybodyWhereTheOwnerSaysSo) {
  serve();
  EXPECT_EQ(fetch(port(), "/badge/demo/main.svg", shown("")).status, 401);
  EXPECT_EQ(fetch(port(), "/badge/demo/main.svg").status, 200);
}

TEST_F(LoginTest, PublicBadgesAreNothingButBadges) {
  options_.public_badges = true;
  serve();
  EXPECT_EQ(fetch(port(), "/badge/demo/main.svg", shown("")).status, 200);
  EXPECT_EQ(fetch(port(), "/metrics", shown("")).status, 401);
  EXPECT_EQ(fetch(port(), "/cc.xml", shown("")).status, 401);
}

TEST_F(LoginTest, AConnectionGoesOnAfterARefusal) {
  serve();
  RawConnection connection(port());
  connection.send(raw_request(port(), "GET", "/api/v1/repos", shown("")));
  EXPECT_EQ(connection.read_reply().status, 401);
  connection.send(raw_request(port(), "GET", "/api/v1/repos"));
  EXPECT_EQ(connection.read_reply().status, 200);
}

TEST_F(LoginTest, ATokenIsLookedUpOnceForManyRequests) {
  serve();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(fetch(port(), "/api/v1/repos").status, 200);
  EXPECT_EQ(views_.logins_looked_up(), 1);
}

TEST_F(LoginTest, WhoIAm) {
  serve();
  const auto reply = fetch(port(), "/api/v1/me", shown(kRunnerToken));
  EXPECT_EQ(testing::openapi_checker().problems("Me", json_of(reply)), Problems());
  EXPECT_EQ(json_of(reply)["name"], "rob");
  EXPECT_EQ(json_of(reply)["role"], "runner");
  EXPECT_EQ(json_of(reply)["session"], false);
  EXPECT_EQ(reply.fields.at("cache-control"), "no-store");
}

TEST_F(LoginTest, ATokenBuysASessionWhoseCookieScriptsCanNotReadAndOtherSitesCanNotSend) {
  serve();
  const auto reply =
      sign_in(R"({"token": ")" + kAdminToken + R"("})", {{"User-Agent", std::string(300, 'x')}});
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(testing::openapi_checker().problems("Me", json_of(reply)), Problems());
  const auto& cookie = reply.fields.at("set-cookie");
  EXPECT_TRUE(cookie.starts_with(cookie_name() + "=")) << cookie;
  for (const auto* part : {"; HttpOnly", "; SameSite=Strict", "; Path=/", "; Max-Age=1209600"}) {
    EXPECT_NE(cookie.find(part), std::string::npos) << part << " in " << cookie;
  }
  EXPECT_EQ(cookie.find("Secure"), std::string::npos) << "it is plain HTTP";
  const auto orders = commands_.orders();
  const auto& session = std::get<orders::StartSession>(orders.at(0)).session;
  EXPECT_EQ(session.agent.size(), limits::kAgentBytes);
  EXPECT_EQ(session.expires_at, WallTime{1'061'000} + Seconds{14 * 86'400});
  EXPECT_EQ(cookie.find(session.hash), std::string::npos) << "the hash is for the store alone";

  const auto shown = cookie_of(reply);
  const auto me = fetch(port(), "/api/v1/me", shown);
  EXPECT_EQ(me.status, 200) << me.body;
  EXPECT_EQ(json_of(me)["session"], true);
  EXPECT_EQ(post_json(port(), "/api/v1/reload", "{}", shown).status, 200);
  EXPECT_EQ(commands_.who().back(), "ada");
}

TEST_F(LoginTest, BehindTlsTheCookieStaysWithinIt) {
  options_.allowed_hosts = {"ci.example.org"};
  serve();
  const auto reply = sign_in(R"({"token": ")" + kAdminToken + R"("})",
                             {{"Host", "ci.example.org"}, {"Origin", "https://ci.example.org"}});
  EXPECT_NE(reply.fields.at("set-cookie").find("; Secure"), std::string::npos);
}

TEST_F(LoginTest, WhetherOneHasToSignInIsAskedWithoutBeingRefused) {
  serve();
  const auto stranger = fetch(port(), "/api/v1/login", shown(""));
  EXPECT_EQ(stranger.status, 200);
  EXPECT_EQ(testing::openapi_checker().problems("SignInNeeded", json_of(stranger)), Problems());
  EXPECT_EQ(json_of(stranger)["needed"], true);
  EXPECT_EQ(json_of(fetch(port(), "/api/v1/login", shown(kViewerToken)))["needed"], false);
  EXPECT_EQ(json_of(fetch(port(), "/api/v1/login", shown("tl_no")))["needed"], true);
}

TEST_F(LoginTest, AWrongTokenSaysSoAndIsShownNowhere) {
  serve();
  const auto reply = sign_in(R"({"token": "tl_no"})");
  EXPECT_EQ(reply.status, 401);
  EXPECT_FALSE(reply.fields.contains("set-cookie"));
  EXPECT_EQ(reply.body.find("tl_no"), std::string::npos);
  EXPECT_TRUE(commands_.orders().empty());
  for (const auto* bad : {"{}", "[]", R"({"token": 5})", R"({"token": "a", "code": "b"})",
                          R"({"password": "x"})", "x"}) {
    EXPECT_EQ(sign_in(bad).status, 400) << bad;
  }
}

TEST_F(LoginTest, ATokenThatWasRevokedInBetweenSignsNobodyIn) {
  serve();
  commands_.fail_with({ErrorKind::not_found, "the token does not stand any more", {}});
  const auto reply = sign_in(R"({"token": ")" + kAdminToken + R"("})");
  EXPECT_EQ(reply.status, 401);
  EXPECT_FALSE(reply.fields.contains("set-cookie"));
}

TEST_F(LoginTest, AnExpiredTokenIsNone) {
  auto login = testing::sample_logins().at(0);
  login.expires_at = WallTime{1'061'000};
  views_.add_login(login);
  serve();
  EXPECT_EQ(fetch(port(), "/api/v1/repos").status, 401);
  EXPECT_EQ(sign_in(R"({"token": ")" + kAdminToken + R"("})").status, 401);
}

TEST_F(LoginTest, ASessionEndsNoLaterThanItsToken) {
  auto login = testing::sample_logins().at(0);
  login.expires_at = WallTime{1'061'000} + Seconds{60};
  views_.add_login(login);
  serve();
  const auto reply = sign_in(R"({"token": ")" + kAdminToken + R"("})");
  EXPECT_NE(reply.fields.at("set-cookie").find("; Max-Age=60"), std::string::npos);
}

TEST_F(LoginTest, AOneClickCodeSignsInOnceAsWhoAskedForIt) {
  serve();
  const auto made = post_json(port(), "/api/v1/login/codes", "{}", shown(kViewerToken));
  ASSERT_EQ(made.status, 200);
  EXPECT_EQ(testing::openapi_checker().problems("SignInCode", json_of(made)), Problems());
  const auto body = R"({"code": )" + json_of(made)["code"].dump() + "}";
  const auto first = sign_in(body);
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(json_of(first)["name"], "vera");
  EXPECT_EQ(json_of(first)["role"], "viewer");
  const auto second = sign_in(body);
  EXPECT_EQ(second.status, 401);
  EXPECT_NE(error_of(second).find("testlooper login"), std::string::npos);
}

TEST_F(LoginTest, ServersStartWithACode) {
  server_ = std::make_unique<HttpServer>(
      options_, views_, comparer_, commands_, retention_, hub_, [this] { return facts_; },
      kTestAssets);
  const auto code = server_->sign_in_code(testing::sample_logins().at(0));
  ASSERT_TRUE(server_->start());
  EXPECT_EQ(sign_in(R"({"code": ")" + code + R"("})").status, 200);
}

TEST_F(LoginTest, SigningOutEndsTheSessionAtOnceAndItsStreamsToo) {
  options_.timeouts.heartbeat = Seconds(60);
  serve();
  const auto cookie = cookie_of(sign_in(R"({"token": ")" + kAdminToken + R"("})"));
  RawConnection viewer(port());
  viewer.send(raw_request(port(), "GET", "/api/v1/events", cookie));
  viewer.read_until("event: snapshot");
  const auto orders = commands_.orders();
  views_.remove_login(std::get<orders::StartSession>(orders.at(0)).session.hash);
  const auto out = post_json(port(), "/api/v1/logout", "{}", cookie);
  EXPECT_EQ(out.status, 202) << out.body;
  EXPECT_NE(out.fields.at("set-cookie").find(cookie_name() + "=; "), std::string::npos);
  EXPECT_NE(out.fields.at("set-cookie").find("Max-Age=0"), std::string::npos);
  viewer.read_to_end();
  EXPECT_EQ(fetch(port(), "/api/v1/me", cookie).status, 401);
  const auto ended = commands_.orders();
  const auto& order = std::get<orders::EndSession>(ended.at(1));
  EXPECT_EQ(order.session, SessionId{7});
  EXPECT_EQ(order.who, "ada");
  EXPECT_EQ(post_json(port(), "/api/v1/logout", "{}").status, 409) << "a token is no session";
}

TEST_F(LoginTest, ARevokedTokenIsGoodForNothingFromThenOn) {
  options_.timeouts.heartbeat = Seconds(60);
  serve();
  EXPECT_EQ(fetch(port(), "/api/v1/me", shown(kViewerToken)).status, 200);
  RawConnection stream(port());
  stream.send(raw_request(port(), "GET", "/api/v1/events", shown(kViewerToken)));
  stream.read_until("event: snapshot");
  views_.remove_login(hash_of(kViewerToken));
  const auto reply =
      fetch(port(), "DELETE", "/api/v1/tokens/3", {{"Content-Type", "application/json"}}, "{}");
  EXPECT_EQ(reply.status, 202) << reply.body;
  EXPECT_EQ(fetch(port(), "/api/v1/me", shown(kViewerToken)).status, 401);
  stream.read_to_end();
  const auto orders = commands_.orders();
  EXPECT_EQ(std::get<orders::RevokeToken>(orders.at(0)).token, TokenId{3});
  EXPECT_EQ(std::get<orders::RevokeToken>(orders.at(0)).who, "ada");
}

TEST_F(LoginTest, ATokenIsShownOnceAndItsHashIsKept) {
  serve();
  const auto reply = post_json(port(), "/api/v1/tokens",
                               R"({"name": "ci", "role": "runner", "expires_in_s": 60})");
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(testing::openapi_checker().problems("TokenMade", json_of(reply)), Problems());
  const std::string token = json_of(reply)["token"];
  const auto orders = commands_.orders();
  const auto& order = std::get<orders::CreateToken>(orders.at(0));
  EXPECT_EQ(order.token,
            (NewToken{hash_of(token), "ci", Role::runner, WallTime{1'061'000} + Seconds{60}}));
  EXPECT_EQ(order.who, "ada");
  for (const auto* bad :
       {R"({"name": "ci"})", R"({"role": "runner"})", R"({"name": "", "role": "runner"})",
        R"({"name": "ci", "role": "root"})", R"({"name": " ci", "role": "viewer"})",
        R"({"name": "a\nb", "role": "viewer"})",
        R"({"name": "ci", "role": "viewer", "expires_in_s": 0})",
        R"({"name": "ci", "role": "viewer", "expires_in_s": 316224001})",
        R"({"name": "ci", "role": "viewer", "hash": "x"})"}) {
    EXPECT_EQ(post_json(port(), "/api/v1/tokens", bad).status, 400) << bad;
  }
  EXPECT_EQ(commands_.orders().size(), 1u);
}

TEST_F(LoginTest, TokensAndSessionsAreListedWithoutSecrets) {
  serve();
  const auto checker = testing::openapi_checker();
  const auto tokens = fetch(port(), "/api/v1/tokens");
  EXPECT_EQ(checker.problems("TokensPage", json_of(tokens)), Problems());
  EXPECT_EQ(tokens.body.find("hash"), std::string::npos);
  const auto all = fetch(port(), "/api/v1/sessions");
  EXPECT_EQ(checker.problems("SessionsPage", json_of(all)), Problems());
  EXPECT_EQ(json_of(all)["sessions"].size(), 2u);
  const auto own = json_of(fetch(port(), "/api/v1/sessions", shown(kViewerToken)));
  ASSERT_EQ(own["sessions"].size(), 1u);
  EXPECT_EQ(own["sessions"][0]["name"], "vera");
}

TEST_F(LoginTest, OneEndsOnesOwnSessionsAndAnAdminAny) {
  serve();
  const auto end = [&](const char* id, const std::string& token) {
    auto fields = shown(token);
    fields["Content-Type"] = "application/json";
    return fetch(port(), "DELETE", std::string("/api/v1/sessions/") + id, fields, "{}").status;
  };
  EXPECT_EQ(end("7", kViewerToken), 404) << "it is ada's";
  EXPECT_EQ(end("8", kViewerToken), 202);
  EXPECT_EQ(end("7", kAdminToken), 202);
  EXPECT_EQ(end("9", kAdminToken), 404);
}

TEST_F(LoginTest, WhoFailsTooOftenWaitsAndOthersDoNot) {
  serve();
  for (int i = 0; i < limits::kFailedLogins; ++i) {
    EXPECT_EQ(sign_in(R"({"token": "tl_no"})").status, 401) << i;
  }
  const auto waits = sign_in(R"({"token": ")" + kAdminToken + R"("})");
  EXPECT_EQ(waits.status, 429) << "a right one, too: it might have been guessed";
  EXPECT_EQ(waits.fields.at("retry-after"), "60");
  EXPECT_EQ(testing::openapi_checker().problems("Error", json_of(waits)), Problems());
  EXPECT_EQ(fetch(port(), "/api/v1/me", shown("tl_no")).status, 429);
  EXPECT_EQ(fetch(port(), "/healthz", shown("")).status, 200);
  auto elsewhere = shown(kAdminToken);
  elsewhere["X-Forwarded-For"] = "10.0.0.1";
  EXPECT_EQ(fetch(port(), "/api/v1/me", elsewhere).status, 200);
  EXPECT_EQ(fetch(port(), "/api/v1/me").status, 200) << "that was in use before";
}

TEST_F(LoginTest, EndedSessionsAndWrongTokensCountApart) {
  serve();
  for (int i = 0; i < 3 * limits::kFailedLogins; ++i) {
    const testing::RawFields old{{"Cookie", cookie_name() + "=old"}};
    EXPECT_EQ(fetch(port(), "/api/v1/me", old).status, 401) << "a page that was left open";
  }
  for (int i = 0; i < limits::kFailedLogins; ++i) {
    EXPECT_EQ(fetch(port(), "/api/v1/me", shown("tl_no")).status, 401);
  }
  EXPECT_EQ(fetch(port(), "/api/v1/me", shown("tl_no")).status, 429);
}

TEST_F(LoginTest, TheAuditSaysWhoItWasWhateverTheBodySays) {
  serve();
  const auto fields = shown(kRunnerToken);
  post_json(port(), "/api/v1/repos/demo/commits/main/runs",
            R"({"times": 1, "requested_by": "the boss"})", fields);
  EXPECT_EQ(commands_.requested().at(0).wish.requested_by, "rob");
  post_json(port(), "/api/v1/tasks/5/cancel", R"({"requested_by": "the boss"})", fields);
  EXPECT_EQ(commands_.cancelled().at(0).second, "rob");
  post_json(port(), "/api/v1/repos/demo/commits/main/retry", "{}", fields);
  EXPECT_EQ(commands_.who().back(), "rob");
  post_json(port(), "/api/v1/experiments",
            R"({"kind": "hunt", "repo": "demo", "test": "9", "until_failures": 5})", fields);
  post_json(port(), "/api/v1/repos/demo/rules", R"({"branches": "*", "runs": 1})");
  post_json(port(), "/api/v1/retention/run", "{}");
  const auto orders = commands_.orders();
  ASSERT_EQ(orders.size(), 3u);
  EXPECT_EQ(std::get<orders::StartExperiments>(orders.at(0)).specs.at(0).requested_by, "rob");
  EXPECT_EQ(std::get<orders::AddRule>(orders.at(1)).who, "ada");
  EXPECT_EQ(std::get<orders::RunRetention>(orders.at(2)).who, "ada");
}

TEST_F(LoginTest, TheAuditIsFilteredAsTheQuerySays) {
  serve();
  EXPECT_EQ(fetch(port(), "/api/v1/audit?who=ada+l&action=rule").status, 200);
  EXPECT_EQ(views_.audit_queries().back().who, "ada l");
  EXPECT_EQ(views_.audit_queries().back().action, "rule");
}

TEST_F(LoginTest, WhereNobodyIsAskedEverybodyIsTheAdmin) {
  options_.auth = AuthMode::off;
  serve();
  const auto me = json_of(fetch(port(), "/api/v1/me", shown("")));
  EXPECT_EQ(me["auth"], "off");
  EXPECT_EQ(me["role"], "admin");
  EXPECT_EQ(post_json(port(), "/api/v1/reload", "{}", shown("")).status, 200);
  EXPECT_EQ(
      post_json(port(), "/api/v1/tasks/5/cancel", R"({"requested_by": "web"})", shown("")).status,
      202);
  EXPECT_EQ(commands_.cancelled().at(0).second, "web") << "a word is better than none";
  EXPECT_EQ(views_.logins_looked_up(), 0);
  EXPECT_EQ(post_json(port(), "/api/v1/login/codes", "{}", shown("")).status, 409);
}

TEST_F(LoginTest, ForgedRequestsWithARightCookieAreRefused) {
  serve();
  const auto cookie = cookie_of(sign_in(R"({"token": ")" + kAdminToken + R"("})"));
  const std::string own = "http://127.0.0.1:" + std::to_string(port());
  const std::vector<testing::RawFields> forgeries{
      {{"Origin", "http://evil.example"}},
      {{"Origin", "null"}},
      {{"Origin", "http://127.0.0.1:1"}},
      {{"Origin", own + ".evil.example"}},
      {{"Sec-Fetch-Site", "cross-site"}},
      {{"Sec-Fetch-Site", "same-site"}},
      {{"Origin", own}, {"Sec-Fetch-Site", "same-site"}},
      {{"Host", "evil.example:" + std::to_string(port())}},
      {{"Content-Type", "text/plain"}},
      {{"Content-Type", "application/x-www-form-urlencoded"}},
      {{"Content-Type", "multipart/form-data; boundary=x"}}};
  int forged = 0, accepted = 0;
  for (const auto* path :
       {"/api/v1/reload", "/api/v1/drain", "/api/v1/retention/run", "/api/v1/tokens",
        "/api/v1/logout", "/api/v1/login/codes", "/api/v1/repos", "/api/v1/tasks/5/cancel",
        "/api/v1/repos/demo/commits/main/runs", "/api/v1/login"}) {
    for (const auto& forgery : forgeries) {
      auto fields = forgery;
      fields.insert(cookie.begin(), cookie.end());
      fields.emplace("Content-Type", "application/json");
      ++forged;
      accepted += fetch(port(), "POST", path, fields, "{}").status < 300 ? 1 : 0;
    }
  }
  EXPECT_EQ(forged, 110);
  EXPECT_EQ(accepted, 0);
  EXPECT_EQ(commands_.orders().size(), 1u) << "the sign-in alone";
  auto fields = cookie;
  fields["Origin"] = own;
  fields["Sec-Fetch-Site"] = "same-origin";
  EXPECT_EQ(post_json(port(), "/api/v1/reload", "{}", fields).status, 200) << "our own page may";
}

TEST_F(LoginTest, UnsignedPushesAreBelievedOfThisMachineAloneAndTokensOfRunners) {
  serve();
  const std::string push = R"({"repo": "demo", "ref": "refs/heads/main"})";
  const auto status = [&](testing::RawFields fields) {
    return post_json(port(), "/git_updater", push, std::move(fields)).status;
  };
  EXPECT_EQ(status({}), 202);
  const testing::RawFields proxied{{"X-Forwarded-For", "10.0.0.1"}};
  EXPECT_EQ(status(proxied), 401);
  auto fields = shown(kRunnerToken);
  fields.insert(proxied.begin(), proxied.end());
  EXPECT_EQ(status(fields), 202);
  EXPECT_EQ(status(shown(kViewerToken)), 403);
  EXPECT_EQ(status(shown("tl_no")), 401);
}

TEST_F(LoginTest, AnOpenAddressNeedsALogin) {
  options_.bind_address = "0.0.0.0";
  serve();
  EXPECT_EQ(fetch(port(), "/api/v1/me").status, 200);
  EXPECT_EQ(fetch(port(), "/healthz", {{"Host", "10.1.2.3:" + std::to_string(port())}}).status, 200)
      << "by whatever address it has";
  EXPECT_EQ(fetch(port(), "/healthz", {{"Host", "evil.example:" + std::to_string(port())}}).status,
            421);
  options_.auth = AuthMode::off;
  HttpServer open(
      options_, views_, comparer_, commands_, retention_, hub_, [this] { return facts_; },
      kTestAssets);
  const auto refused = open.start();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_NE(refused.error().text().find("auth: off"), std::string::npos);
}

}  // namespace
}  // namespace testlooper::http
