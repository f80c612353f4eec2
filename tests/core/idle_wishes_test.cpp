#include "core/idle_wishes.hpp"

#include <gtest/gtest.h>

#include "core/rules.hpp"

namespace testlooper::core {
namespace {

// main is at "a", feature/x at "b"; both are tested, and main's rule allows 50 idle runs.
class IdleWishes : public ::testing::Test {
 protected:
  IdleWishes() {
    state_.repo.id = {1};
    state_.primary_branch = "main";
    state_.heads = {{"feature/x", "b"}, {"main", "a"}};
    state_.head_wishes["a"].id = {1};
    state_.head_wishes["b"].id = {2};
    state_.rules.resize(2);
    state_.rules[0].id = {1};
    state_.rules[0].branches = "main";
    state_.rules[0].idle_runs = 50;
    state_.rules[1].id = {2};
  }

  // As the store would.
  void store(const Changes& changes) {
    for (const auto& each : changes) {
      if (const auto* added = std::get_if<change::Desired>(&each)) {
        state_.idle_wishes[added->sha] = {{++ids_}, {ids_}, added->wish, false};
      }
      if (const auto* changed = std::get_if<change::DesiredChanged>(&each)) {
        for (auto& [sha, known] : state_.idle_wishes) {
          if (known.id == changed->desired) known.wish = changed->wish;
        }
      }
    }
  }
  std::map<std::string, std::int64_t> allowed() {
    store(apply_idle_rules(state_));
    EXPECT_TRUE(apply_idle_rules(state_).empty()) << "it must come to rest";
    std::map<std::string, std::int64_t> runs;
    for (const auto& [sha, known] : state_.idle_wishes) runs[sha] = known.wish.counts.runs;
    return runs;
  }

  RepoState state_;
  std::int64_t ids_ = 100;
};

using Allowed = std::map<std::string, std::int64_t>;

TEST_F(IdleWishes, HeadsOfBranchesWhoseRuleAllowsItHaveOne) {
  state_.rules[0].filter.labels = {{"quick"}};
  EXPECT_EQ(allowed(), (Allowed{{"a", 50}}));
  const auto& wish = state_.idle_wishes["a"].wish;
  EXPECT_EQ(wish.source, DesiredSource::idle);
  EXPECT_EQ(wish.filter, state_.rules[0].filter);
  EXPECT_EQ(wish.rule, RuleId{1});
  EXPECT_EQ(wish.requested_by, "idle room for main");
}

TEST_F(IdleWishes, FollowTheirRule) {
  EXPECT_EQ(allowed(), (Allowed{{"a", 50}}));
  state_.rules[0].idle_runs = 10;
  state_.rules[1].idle_runs = 3;
  EXPECT_EQ(allowed(), (Allowed{{"a", 10}, {"b", 3}}));
  state_.rules[0].idle_runs = 0;
  EXPECT_EQ(allowed(), (Allowed{{"a", 0}, {"b", 3}}));
}

TEST_F(IdleWishes, EndWhereTheHeadMovesAndGoOnWhereItComesBack) {
  EXPECT_EQ(allowed(), (Allowed{{"a", 50}}));
  state_.heads["main"] = "c";
  state_.head_wishes = {{"b", state_.head_wishes["b"]}, {"c", {.id = {3}, .wish = {}}}};
  EXPECT_EQ(allowed(), (Allowed{{"a", 0}, {"c", 50}}));
  state_.heads["main"] = "a";
  state_.head_wishes["a"].id = {1};
  EXPECT_EQ(allowed(), (Allowed{{"a", 50}, {"c", 0}}));
}

TEST_F(IdleWishes, AHeadOfTwoBranchesHasTheFirstThatAllowsIt) {
  state_.heads["feature/x"] = "a";
  state_.rules[1].idle_runs = 7;
  EXPECT_EQ(allowed(), (Allowed{{"a", 50}}));
  state_.rules[0].idle_runs = 0;
  EXPECT_EQ(allowed(), (Allowed{{"a", 7}}));
}

TEST_F(IdleWishes, WhatSomebodyStoppedOrNobodyWantsIsLeftAlone) {
  state_.head_wishes["a"].stopped = true;
  EXPECT_TRUE(allowed().empty());
  state_.head_wishes["a"] = {};
  EXPECT_TRUE(allowed().empty()) << "its rule wants no runs";
  state_.head_wishes["a"].id = {1};
  EXPECT_EQ(allowed(), (Allowed{{"a", 50}}));
  state_.idle_wishes["a"].stopped = true;
  state_.rules[0].idle_runs = 60;
  EXPECT_EQ(allowed(), (Allowed{{"a", 50}}));
}

TEST_F(IdleWishes, TheirNumberIsChecked) {
  EXPECT_TRUE(check_rule(state_.rules[0]));
  state_.rules[0].idle_runs = -1;
  EXPECT_EQ(check_rule(state_.rules[0]).error().text(),
            "idle_runs: must be a whole number from 0 to 100000");
}

}  // namespace
}  // namespace testlooper::core
