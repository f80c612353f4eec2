// Tokens, sessions, and the audit by person and by action.
#include "testlooper/base/limits.hpp"

#include "store_world.hpp"

namespace testlooper::store {
namespace {

std::string hash(int number) {
  auto text = std::to_string(number);
  return std::string(10 - text.size(), '0') + text + std::string(54, 'f');
}
std::string start_of(int number) { return hash(number).substr(0, kHashStart); }

class Logins : public StoreWorld {
 protected:
  TokenId token(int number, const std::string& name, Role role = Role::runner,
                std::optional<WallTime> expires = {}) {
    return store_
        ->commit({change::TokenCreated{{hash(number), name, role, expires}, "ada"}}, clock_.now)
        .token;
  }
  SessionId session(int number, TokenId of, std::optional<WallTime> until = {}) {
    const NewSession session{of, hash(number), "Firefox",
                             until.value_or(clock_.now + Seconds{3'600})};
    return store_->commit({change::SessionStarted{session}}, clock_.now).session;
  }
  std::optional<KnownLogin> by_token(int number) {
    return views_.token_login(start_of(number)).value();
  }
  std::optional<KnownLogin> by_session(int number) {
    return views_.session_login(start_of(number)).value();
  }
};

TEST_F(Logins, ATokenIsFoundByTheStartOfItsHash) {
  const auto id = token(1, "ci", Role::runner, clock_.now + Seconds{60});
  const auto found = by_token(1);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->token, id);
  EXPECT_FALSE(found->session);
  EXPECT_EQ(found->hash, hash(1));
  EXPECT_EQ(found->name, "ci");
  EXPECT_EQ(found->role, Role::runner);
  EXPECT_EQ(found->expires_at, clock_.now + Seconds{60});
  EXPECT_FALSE(found->last_used);
  EXPECT_FALSE(by_token(2));
  EXPECT_FALSE(by_session(1)) << "a token's secret is no session's";
}

TEST_F(Logins, WhatIsRevokedIsFoundNoMoreAndItsSessionsAreGone) {
  const auto id = token(1, "ci");
  session(2, id);
  commit({change::TokenRevoked{id}});
  EXPECT_FALSE(by_token(1));
  EXPECT_FALSE(by_session(2));
  EXPECT_TRUE(store_->token(id)->revoked);
  EXPECT_EQ(views_.tokens()->tokens.at(0).revoked_at, clock_.now);
  EXPECT_TRUE(views_.sessions()->sessions.empty());
}

TEST_F(Logins, ASessionHasItsTokensNameRoleAndEnd) {
  const auto until = clock_.now + Seconds{60};
  const auto id = token(1, "ada", Role::admin, until);
  const auto session_id = session(2, id, clock_.now + Seconds{3'600});
  const auto found = by_session(2);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->session, session_id);
  EXPECT_EQ(found->token, id);
  EXPECT_EQ(found->role, Role::admin);
  EXPECT_EQ(found->expires_at, until) << "it does not outlive its token";
  EXPECT_EQ(store_->session(session_id)->name, "ada");
  commit({change::SessionEnded{session_id}});
  EXPECT_FALSE(by_session(2));
  EXPECT_FALSE(store_->session(session_id));
}

TEST_F(Logins, SessionsThatExpiredGoWithTheNextSignIn) {
  const auto id = token(1, "ada");
  session(2, id, clock_.now + Seconds{1});
  clock_.now.ms += 1'000;
  EXPECT_TRUE(views_.sessions()->sessions.empty());
  session(3, id);
  EXPECT_FALSE(by_session(2));
  EXPECT_TRUE(by_session(3));
}

TEST_F(Logins, TheOldestSessionMakesRoom) {
  const auto id = token(1, "ada");
  const auto other = token(2, "rob");
  session(9'999, other);
  for (int i = 0; i <= limits::kSessionsPerToken; ++i) session(1'000 + i, id);
  EXPECT_FALSE(by_session(1'000));
  EXPECT_TRUE(by_session(1'001));
  EXPECT_TRUE(by_session(9'999)) << "another's stay";
  EXPECT_EQ(std::ssize(views_.sessions()->sessions), limits::kSessionsPerToken + 1);
}

TEST_F(Logins, UseIsNoted) {
  const auto id = token(1, "ada");
  const auto session_id = session(2, id);
  clock_.now.ms += 5'000;
  commit({change::LoginUsed{id, {}}});
  EXPECT_EQ(by_token(1)->last_used, clock_.now);
  EXPECT_NE(by_session(2)->last_used, clock_.now);
  commit({change::LoginUsed{id, session_id}});
  EXPECT_EQ(by_session(2)->last_used, clock_.now);
}

TEST_F(Logins, TokensThatStandAreListedFirst) {
  const auto expired = token(1, "old", Role::viewer, clock_.now + Seconds{1});
  const auto standing = token(2, "ada", Role::admin);
  const auto revoked = token(3, "gone");
  session(4, standing);
  commit({change::TokenRevoked{revoked}});
  clock_.now.ms += 2'000;
  const auto page = views_.tokens();
  ASSERT_EQ(page->tokens.size(), 3u);
  EXPECT_EQ(page->tokens[0].id, standing);
  EXPECT_EQ(page->tokens[0].sessions, 1);
  EXPECT_EQ(page->tokens[0].created_by, "ada");
  EXPECT_EQ(page->tokens[1].id, revoked);
  EXPECT_EQ(page->tokens[2].id, expired);
  EXPECT_EQ(store_->standing_tokens(), 2) << "one that expired is not revoked";
  EXPECT_EQ(store_->lasting_admins(), 1);
}

class Audit : public Logins {
 protected:
  Audit() {
    for (const auto& [who, action] : std::vector<std::pair<std::string, std::string>>{
             {"ada", "rule"}, {"rob", "cancel"}, {"ada", "cancel"}, {"ada", "rule"}}) {
      AuditEntry entry;
      entry.who = who;
      entry.action = action;
      commit({change::Audited{entry}});
    }
  }
  std::vector<std::int64_t> ids(AuditQuery query) {
    std::vector<std::int64_t> found;
    for (const auto& entry : views_.audit(query)->entries) found.push_back(entry.id.value);
    return found;
  }
};

using Ids = std::vector<std::int64_t>;

TEST_F(Audit, IsFilteredByPersonAndByAction) {
  EXPECT_EQ(ids({}), (Ids{4, 3, 2, 1}));
  EXPECT_EQ(ids({.who = "ada"}), (Ids{4, 3, 1}));
  EXPECT_EQ(ids({.action = "cancel"}), (Ids{3, 2}));
  EXPECT_EQ(ids({.who = "ada", .action = "rule"}), (Ids{4, 1}));
  EXPECT_EQ(ids({.before = AuditId{4}, .who = "ada"}), (Ids{3, 1}));
  EXPECT_EQ(ids({.who = "nobody"}), Ids{});
}

TEST_F(Audit, IsPagedWithinAFilter) {
  const auto page = views_.audit({.limit = 2, .who = "ada"});
  EXPECT_TRUE(page->more);
  EXPECT_EQ(page->entries.size(), 2u);
}

TEST_F(Audit, SaysWhatThereIsToChooseFrom) {
  const auto page = views_.audit({.who = "rob"});
  EXPECT_EQ(page->people, (std::vector<std::string>{"ada", "rob"}));
  EXPECT_EQ(page->actions, (std::vector<std::string>{"cancel", "rule"}));
}

}  // namespace
}  // namespace testlooper::store
