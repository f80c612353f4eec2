// What is read of a request before anybody is looked up, and what the server remembers.
#include "http/logins.hpp"

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

#include "http/secrets.hpp"

namespace testlooper::http {
namespace {

constexpr WallTime kNow{1'000'000};

Head head_with(std::vector<Field> fields) {
  Head head;
  head.fields = std::move(fields);
  return head;
}

TEST(Secrets, AreLongDifferentAndHashedAsOthersHash) {
  EXPECT_EQ(new_secret().size(), 2 * limits::kSecretBytes);
  EXPECT_NE(new_secret(), new_secret());
  EXPECT_TRUE(new_token().starts_with("tl_"));
  EXPECT_EQ(hash_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_TRUE(same_hash("abc", "abc"));
  EXPECT_FALSE(same_hash("abc", "abd"));
  EXPECT_FALSE(same_hash("abc", "ab"));
}

TEST(Shown, ATokenGoesBeforeACookie) {
  const auto shown = shown_by(head_with({{"host", "localhost:8001"},
                                         {"cookie", "testlooper_session_8001=s"},
                                         {"authorization", "bEARER  t "}}));
  ASSERT_TRUE(shown);
  EXPECT_FALSE(shown->session);
  EXPECT_EQ(shown->secret, "t");
  EXPECT_EQ(shown_by(head_with({{"authorization", "Basic t"}}))->secret, "");
  EXPECT_FALSE(shown_by(head_with({{"host", "localhost:8001"}})));
}

TEST(Shown, AServerReadsTheCookieOfItsOwnPort) {
  const Field cookies{"cookie", "a=b; testlooper_session_8001=one; testlooper_session_80=two"};
  EXPECT_EQ(shown_by(head_with({{"host", "localhost:8001"}, cookies}))->secret, "one");
  EXPECT_EQ(shown_by(head_with({{"host", "ci.example.org"}, cookies}))->secret, "two");
  EXPECT_EQ(shown_by(head_with({{"host", "[::1]"}, cookies}))->secret, "two");
  EXPECT_FALSE(shown_by(head_with({{"host", "localhost:9"}, cookies})));
}

TEST(PeerOf, ThisMachineIsLocalUnlessAProxySpeaksForAnother) {
  const auto local = asio::ip::make_address("127.0.0.1");
  EXPECT_TRUE(peer_of(local, {}).local);
  EXPECT_TRUE(peer_of(asio::ip::make_address("::ffff:127.0.0.1"), {}).local);
  EXPECT_FALSE(peer_of(asio::ip::make_address("10.0.0.1"), {}).local);
  const auto forwarded = peer_of(local, head_with({{"x-forwarded-for", "1.2.3.4, 10.1.1.1"}}));
  EXPECT_FALSE(forwarded.local);
  EXPECT_EQ(forwarded.address, "10.1.1.1") << "what the proxy saw, not what it was told";
  EXPECT_FALSE(peer_of(local, head_with({{"forwarded", "for=1.2.3.4"}})).local);
  EXPECT_EQ(peer_of(asio::ip::make_address("10.0.0.1"), head_with({{"x-forwarded-for", "1.1.1.1"}}))
                .address,
            "10.0.0.1")
      << "anybody can write that field";
}

TEST(PeerOf, OneIpv6NetworkIsOneAddress) {
  const auto of = [](const char* text) {
    return peer_of(asio::ip::make_address(text), {}).address;
  };
  EXPECT_EQ(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
  EXPECT_NE(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
}

KnownLogin login_named(const std::string& hash) {
  KnownLogin login;
  login.token = TokenId{1};
  login.hash = hash;
  login.name = "ada";
  return login;
}

TEST(Logins, AreBelievedForAMomentAndNotAfterAChange) {
  Logins logins;
  logins.remember(login_named("h"), logins.changes(), kNow);
  ASSERT_NE(logins.recall("h", kNow), nullptr);
  EXPECT_EQ(logins.recall("h", kNow + Seconds{limits::kKnownLoginSeconds}), nullptr);
  EXPECT_EQ(logins.recall("h", WallTime{1}), nullptr) << "the clock was set back";
  logins.changed();
  EXPECT_EQ(logins.recall("h", kNow), nullptr);
  EXPECT_TRUE(logins.was_known("h"));
}

TEST(Logins, WhatWasLookedUpBeforeAChangeIsNotBelievedAfterIt) {
  Logins logins;
  const auto before = logins.changes();
  logins.changed();
  logins.remember(login_named("h"), before, kNow);
  EXPECT_EQ(logins.recall("h", kNow), nullptr);
}

TEST(Logins, ExpiryIsLookedAtEachTime) {
  Logins logins;
  auto login = login_named("h");
  login.expires_at = kNow + Milliseconds{10};
  logins.remember(login, logins.changes(), kNow);
  EXPECT_NE(logins.recall("h", kNow + Milliseconds{9}), nullptr);
  EXPECT_EQ(logins.recall("h", kNow + Milliseconds{10}), nullptr);
}

TEST(Logins, ACodeIsGoodOnceAndNotForLong) {
  Logins logins;
  const auto code = logins.new_code(login_named("h"), kNow);
  EXPECT_FALSE(logins.take_code("x" + code, kNow));
  const auto taken = logins.take_code(code, kNow);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->name, "ada");
  EXPECT_FALSE(logins.take_code(code, kNow));
  const auto late = logins.new_code(login_named("h"), kNow);
  EXPECT_FALSE(logins.take_code(late, kNow + Seconds{limits::kSignInCodeSeconds}));
}

TEST(Logins, ManyCodesAndLoginsDoNotGrowWithoutEnd) {
  Logins logins;
  const auto first = logins.new_code(login_named("h"), kNow);
  for (std::size_t i = 0; i < limits::kSignInCodes; ++i) {
    logins.new_code(login_named("h"), kNow + Milliseconds{1});
  }
  EXPECT_FALSE(logins.take_code(first, kNow + Milliseconds{1})) << "the oldest made room";
  for (std::size_t i = 0; i <= limits::kKnownLogins; ++i) {
    logins.remember(login_named(std::to_string(i)), logins.changes(), kNow);
  }
  EXPECT_FALSE(logins.was_known("0"));
}

}  // namespace
}  // namespace testlooper::http
