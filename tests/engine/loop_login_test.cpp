// Who may ask: what the loop makes and ends, and that the audit tells of it.
#include "testlooper/base/limits.hpp"

#include "engine/loop_fixture.hpp"

namespace testlooper::engine {
namespace {

class LoginLoop : public LoopTest {
 protected:
  LoginLoop() { boot(); }

  Result<orders::Done> give(orders::Order order) {
    Result<orders::Done> done = unavailable("no reply");
    loop->handle(OrderGiven{std::move(order), [&](Result<orders::Done> reply) { done = reply; }},
                 now());
    return done;
  }
  TokenId make(const std::string& name, Role role, std::optional<WallTime> expires = {}) {
    const auto hash = std::to_string(1'000'000'000 + ++made_) + std::string(54, 'f');
    const auto done = give(orders::CreateToken{{hash, name, role, expires}, "ada"});
    EXPECT_TRUE(done);
    return TokenId{done ? done->id : 0};
  }
  Result<orders::Done> sign_in(TokenId token) {
    return give(
        orders::StartSession{{token, std::to_string(2'000'000'000 + ++made_) + std::string(54, 'f'),
                              "Firefox", now().wall + Seconds{60}}});
  }

  int made_ = 0;
};

TEST_F(LoginLoop, ATokenIsMadeAndRevokedOnce) {
  make("ada", Role::admin);
  const auto ci = make("ci", Role::runner);
  EXPECT_EQ(store->token(ci)->name, "ci");
  ASSERT_TRUE(give(orders::RevokeToken{ci, "ada"}));
  EXPECT_TRUE(store->token(ci)->revoked);
  EXPECT_EQ(give(orders::RevokeToken{ci, "ada"}).error().kind, ErrorKind::conflict);
  EXPECT_EQ(give(orders::RevokeToken{TokenId{99}, "ada"}).error().kind, ErrorKind::not_found);
}

TEST_F(LoginLoop, TheLastAdminThatStaysCanNotLockEverybodyOut) {
  const auto first = make("ada", Role::admin);
  const auto passing = make("guest", Role::admin, now().wall + Seconds{60});
  EXPECT_EQ(give(orders::RevokeToken{first, "ada"}).error().kind, ErrorKind::conflict);
  EXPECT_TRUE(give(orders::RevokeToken{passing, "ada"}));
  make("eve", Role::admin);
  EXPECT_TRUE(give(orders::RevokeToken{first, "ada"}));
}

TEST_F(LoginLoop, OnlyWhoseTokenStandsSignsIn) {
  make("ada", Role::admin);
  const auto rob = make("rob", Role::runner, now().wall + Seconds{60});
  const auto session = sign_in(rob);
  ASSERT_TRUE(session);
  EXPECT_EQ(store->session(SessionId{session->id})->name, "rob");
  ASSERT_TRUE(give(orders::EndSession{SessionId{session->id}, "rob"}));
  EXPECT_EQ(give(orders::EndSession{SessionId{session->id}, "rob"}).error().kind,
            ErrorKind::not_found);
  elapsed += Seconds{60};
  EXPECT_EQ(sign_in(rob).error().kind, ErrorKind::not_found) << "it has expired";
  const auto eve = make("eve", Role::viewer);
  ASSERT_TRUE(give(orders::RevokeToken{eve, "ada"}));
  EXPECT_EQ(sign_in(eve).error().kind, ErrorKind::not_found) << "it is revoked";
}

TEST_F(LoginLoop, ThereIsALimitOfTokens) {
  for (std::int64_t i = store->standing_tokens(); i < limits::kTokens; ++i) {
    make("ci", Role::viewer);
  }
  EXPECT_EQ(give(orders::CreateToken{{std::string(64, 'e'), "one more", Role::viewer, {}}, "ada"})
                .error()
                .kind,
            ErrorKind::conflict);
}

TEST_F(LoginLoop, ANoteOfUseIsStored) {
  const auto ada = make("ada", Role::admin);
  EXPECT_TRUE(give(orders::NoteLogin{ada, {}}));
}

}  // namespace
}  // namespace testlooper::engine
