#include "core/rules.hpp"

#include <gtest/gtest.h>

#include "core/cron.hpp"
#include "core/filter_check.hpp"

namespace testlooper::core {
namespace {

TEST(BranchRules, PatternsAreNamesAndGlobs) {
  struct Case {
    const char *pattern, *branch;
    bool fits;
  };
  for (const auto& [pattern, branch, fits] : {
           Case{"main", "main", true},
           {"main", "main2", false},
           {"*", "feature/a/b", true},
           {"feature/*", "feature/a", true},
           {"feature/*", "feature/a/b", false},
           {"feature/**", "feature/a/b", true},
           {"**/fix", "a/b/fix", true},
           {"**/fix", "fix", false},
           {"release/?.?", "release/1.2", true},
           {"release/?.?", "release/1.23", false},
           {"r?x", "r/x", false},
           {"*-wip", "a-wip", true},
           {"*a*b*", "xxaxxbxx", true},
           {"*a*b*", "xxbxxaxx", false},
           {"**", "", true},
           {"?", "", false},
       }) {
    EXPECT_EQ(branch_matches(pattern, branch), fits) << pattern << " " << branch;
  }
}

TEST(BranchRules, ManyStarsTakeNoLonger) {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "*a";
  EXPECT_FALSE(branch_matches(pattern + "b", std::string(1000, 'a')));
}

BranchRule rule(std::int64_t id, std::string branches, std::int64_t runs) {
  BranchRule rule;
  rule.id = {id};
  rule.branches = std::move(branches);
  rule.counts.runs = runs;
  return rule;
}

RepoState repo() {
  RepoState state;
  state.repo.id = {1};
  state.primary_branch = "main";
  state.heads = {{"feature/x", "b"}, {"main", "a"}};
  state.head_wishes["a"];
  state.head_wishes["b"];
  state.rules = {rule(1, "main", 5), rule(2, "*", 1)};
  return state;
}

TEST(BranchRules, TheFirstThatFitsCounts) {
  const auto state = repo();
  EXPECT_EQ(rule_for(state.rules, "main")->id, RuleId{1});
  EXPECT_EQ(rule_for(state.rules, "dev")->id, RuleId{2});
  EXPECT_EQ(rule_for({}, "dev"), nullptr);
}

TEST(BranchRules, HeadsAreBroughtToTheirRule) {
  auto state = repo();
  auto changes = apply_rules(state);
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(std::get<change::Desired>(changes[0]).sha, "a");
  EXPECT_EQ(std::get<change::Desired>(changes[0]).wish.counts.runs, 5);
  EXPECT_EQ(std::get<change::Desired>(changes[0]).wish.rule, RuleId{1});
  EXPECT_EQ(std::get<change::Desired>(changes[1]).wish.counts.runs, 1);

  state.head_wishes["a"] = {{7}, wish_of(state.rules[0], "main"), false};
  state.head_wishes["b"] = {{8}, wish_of(state.rules[1], "feature/x"), true};
  EXPECT_TRUE(apply_rules(state).empty()) << "a wish that somebody stopped stays stopped";
  state.rules[1].counts.fail_runs = 9;
  changes = apply_rules(state);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(std::get<change::DesiredChanged>(changes[0]).desired, DesiredId{8});
  EXPECT_EQ(std::get<change::DesiredChanged>(changes[0]).wish.counts.fail_runs, 9);
}

TEST(BranchRules, ARuleWithoutRunsTestsNothing) {
  auto state = repo();
  state.rules = {rule(1, "*", 0)};
  EXPECT_TRUE(apply_rules(state).empty());
  state.head_wishes.erase("a");
  state.rules[0].counts.new_runs = 3;
  EXPECT_EQ(apply_rules(state).size(), 1u) << "a head whose commit could not be read is left out";
}

TEST(BranchRules, AScheduleWantsRunsAtTheHeadsOfItsBranches) {
  auto state = repo();
  state.rules[0].schedule_runs = 50;
  state.rules[0].schedule_only = Only::flaky;
  const auto changes = fire(state, {1}, {1000});
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(std::get<change::ScheduleFired>(changes[0]).due, WallTime{1000});
  const auto& wish = std::get<change::Desired>(changes[1]).wish;
  EXPECT_EQ(wish.source, DesiredSource::schedule);
  EXPECT_EQ(wish.counts, (RunCounts{.runs = 0, .flake_runs = 50}));
  EXPECT_TRUE(fire(state, {99}, {1000}).empty());
}

TEST(BranchRules, ADueTimeTakesThePlaceOfAnEarlierOne) {
  auto state = repo();
  state.rules[0].schedule_runs = 50;
  state.schedule_wishes = {{{70}, "old", {1}}, {{71}, "b", {99}}};
  std::vector<DesiredId> stopped;
  for (const auto& change : fire(state, {1}, {1000})) {
    if (const auto* each = std::get_if<change::DesiredStopped>(&change)) {
      stopped.push_back(each->desired);
    }
  }
  EXPECT_EQ(stopped, std::vector<DesiredId>{{70}}) << "another rule's is not its";
}

TEST(BranchRules, WhatIsWrongIsNamed) {
  const auto message = [](const BranchRule& each) {
    const auto checked = check_rule(each);
    return checked ? std::string{} : checked.error().text();
  };
  EXPECT_EQ(message(rule(0, "*", 1)), "");
  EXPECT_EQ(message(rule(0, "", 1)), "branches: must name a branch or a glob");
  EXPECT_EQ(message(rule(0, "*", -1)), "runs: must be a whole number from 0 to 100000");
  auto bad = rule(0, "*", 1);
  bad.filter.regex = "(";
  EXPECT_NE(message(bad).find("filter.regex: "), std::string::npos);
  bad = rule(0, "*", 1);
  bad.schedule = "* * *";
  EXPECT_NE(message(bad).find("schedule: must be five fields"), std::string::npos);
}

TEST(Requests, UnknownNamesAreRefusedWhereTheTestsAreKnown) {
  CommitState state;
  const auto message = [&](const TestFilter& filter) {
    const auto checked = check_names(filter, state);
    return checked ? std::string{} : checked.error().text();
  };
  TestFilter filter;
  filter.suites = {"unit", "nope"};
  EXPECT_EQ(message(filter), "") << "nothing is known yet";
  state.plan = StepState::ok;
  SuiteState suite;
  suite.name = "unit";
  suite.listed = StepState::ok;
  suite.tests = {{{1}, {"a.py", "t"}, {"slow"}}};
  state.suites = {suite};
  EXPECT_EQ(message(filter), "filter.suites: there is no suite 'nope' at this commit");
  filter.suites = {"unit"};
  filter.tests = {"unit/a.py::t", "a.py::t"};
  filter.labels = {"sl"};
  filter.paths = {"a"};
  EXPECT_EQ(message(filter), "");
  filter.tests->push_back("a.py::u");
  EXPECT_EQ(message(filter), "filter.tests: there is no test 'a.py::u' at this commit");
  filter.tests.reset();
  filter.labels = {"fast"};
  EXPECT_NE(message(filter).find("begins with 'fast'"), std::string::npos);
  filter.labels.reset();
  filter.paths = {"b"};
  EXPECT_NE(message(filter).find("begins with 'b'"), std::string::npos);
  state.suites[0].listed = StepState::missing;
  EXPECT_EQ(message(filter), "");
  EXPECT_EQ(check_counts({.runs = 0}).error().text(),
            "times: must be a whole number from 1 to 100000");
  EXPECT_EQ(check_counts({.runs = 1, .new_runs = 100'001}).error().text(),
            "new_runs: must be a whole number from 0 to 100000");
}

WallTime utc(int year, int month, int day, int hour, int minute, int second = 0) {
  using namespace std::chrono;
  const sys_days date{std::chrono::year{year} / month / day};
  const auto time = date + hours{hour} + minutes{minute} + seconds{second};
  return {duration_cast<milliseconds>(time.time_since_epoch()).count()};
}

TEST(Cron, DueTimesOfTrickyDates) {
  struct Case {
    const char* text;
    WallTime after, next;
  };
  for (const auto& [text, after, next] : {
           Case{"0 3 * * *", utc(2024, 2, 28, 3, 0), utc(2024, 2, 29, 3, 0)},
           {"0 3 * * *", utc(2023, 12, 31, 3, 0, 1), utc(2024, 1, 1, 3, 0)},
           {"*/15 * * * *", utc(2024, 1, 1, 0, 14, 59), utc(2024, 1, 1, 0, 15)},
           {"59 23 29 2 *", utc(2024, 3, 1, 0, 0), utc(2028, 2, 29, 23, 59)},
           {"0 0 29 feb *", utc(2097, 1, 1, 0, 0), utc(2104, 2, 29, 0, 0)},
           {"30 4 1,15 * fri", utc(2024, 5, 2, 0, 0), utc(2024, 5, 3, 4, 30)},
           {"0 12 * * 7", utc(2024, 5, 1, 0, 0), utc(2024, 5, 5, 12, 0)},
           {"0 12 * * SUN-tue", utc(2024, 5, 5, 12, 0), utc(2024, 5, 6, 12, 0)},
           {"5/20 1 * * *", utc(2024, 5, 5, 1, 5), utc(2024, 5, 5, 1, 25)},
           {"0 0 31 * *", utc(2024, 4, 1, 0, 0), utc(2024, 5, 31, 0, 0)},
           {" 0\t0 1 1-3/2 * ", utc(2024, 1, 1, 0, 0), utc(2024, 3, 1, 0, 0)},
       }) {
    const auto cron = parse_cron(text);
    ASSERT_TRUE(cron) << text << cron.error().text();
    EXPECT_EQ(next_due(*cron, after), next) << text;
    EXPECT_EQ(last_due(*cron, next), next) << text;
    EXPECT_LE(*last_due(*cron, {next.ms - 1}), after) << text;
  }
}

TEST(Cron, WhatIsNoScheduleIsRefused) {
  for (const auto* text :
       {"", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *",
        "* * * * 8", "*/0 * * * *", "5-1 * * * *", ", * * * *", "1, * * * *", "-1 * * * *",
        "a * * * *", "* * * febr *", "0 0 30 2 *", "1-2-3 * * * *", "99999999999 * * * *"}) {
    EXPECT_FALSE(parse_cron(text)) << text;
  }
}

}  // namespace
}  // namespace testlooper::core
