#include "support/sample_logins.hpp"

namespace testlooper::testing {
namespace {

// Used so lately that nobody notes it again.
constexpr WallTime kJustNow{INT64_MAX / 2};

KnownLogin login(std::int64_t id, std::string name, Role role, std::string hash) {
  return {TokenId{id}, {}, std::move(hash), std::move(name), role, {}, kJustNow};
}

}  // namespace

std::vector<KnownLogin> sample_logins() {
  return {login(1, "ada", Role::admin,
                "9793b9ae6af4b5701e4a4dadc75cfe9e6e7f5e2a00725596e66db425d6a72971"),
          login(2, "rob", Role::runner,
                "c351694512126a0d0bac1a1da4a44ac15c1b82391cc25ea4488b284cbe7e45fb"),
          login(3, "vera", Role::viewer,
                "ad4f54d8447daf304f89f1e239745fc3808c4dc2ec89733352456879dcaa0545")};
}

pages::TokensPage sample_tokens_page() {
  return {77,
          {{TokenId{3},
            "vera",
            Role::viewer,
            WallTime{900},
            "ada",
            WallTime{9'000},
            WallTime{1'000},
            {},
            1},
           {TokenId{2}, "rob", Role::runner, WallTime{800}, "ada", {}, {}, WallTime{950}, 0}}};
}

pages::SessionsPage sample_sessions_page() {
  return {77,
          {{SessionId{8}, TokenId{3}, "vera", Role::viewer, "Firefox", WallTime{900},
            WallTime{9'000}, WallTime{901}},
           {SessionId{7}, TokenId{1}, "ada", Role::admin, "Chromium", WallTime{800},
            WallTime{8'000}, WallTime{801}}}};
}

}  // namespace testlooper::testing
