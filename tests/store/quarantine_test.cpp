// Quarantine: what other systems are to overlook. Here nothing is overlooked.
#include "store_world.hpp"

namespace testlooper::store {
namespace {

using enum Outcome;

class Quarantine : public StoreWorld {
 protected:
  Quarantine() {
    add_line(2);
    for (const int number : {1, 2}) prepare(number, 3);
  }
  void add(int test_number, std::int64_t days, const std::string& owner = "ada") {
    constexpr std::int64_t kDay = 86'400'000;
    commit({change::Quarantined{repo_,
                                test(1, named(test_number)),
                                owner,
                                "a race",
                                "web",
                                {clock_.now.ms + days * kDay}}});
  }
  std::vector<pages::Quarantine> entries() {
    const auto page = views_.quarantine("demo");
    if (!page) ADD_FAILURE() << page.error().text();
    return page ? page->tests : std::vector<pages::Quarantine>{};
  }
};

TEST_F(Quarantine, AnEntryHasAnOwnerAReasonAndAnEnd) {
  add(0, 5);
  ASSERT_EQ(entries().size(), 1u);
  const auto entry = entries()[0];
  EXPECT_EQ(entry.name, "test_0");
  EXPECT_EQ(entry.owner, "ada");
  EXPECT_EQ(entry.reason, "a race");
  EXPECT_EQ(entry.quarantined_by, "web");
  EXPECT_EQ(entry.quarantined_at.ms, clock_.now.ms);
  EXPECT_FALSE(entry.expired);
  EXPECT_EQ(entry.standing, "");
  EXPECT_EQ(store_->quarantined(repo_), 1);
  EXPECT_EQ(store_->quarantine(entry.id)->test, "unit/tests/file_0.py::test_0");
}

TEST_F(Quarantine, ItExpires) {
  add(0, 5);
  add(1, 50);
  clock_.now.ms += 10 * 86'400'000ll;
  ASSERT_EQ(entries().size(), 2u);
  EXPECT_EQ(entries()[0].name, "test_1");
  EXPECT_TRUE(entries()[1].expired);
}

TEST_F(Quarantine, WhatIsSaidAnewTakesThePlaceOfTheOld) {
  add(0, 5);
  add(0, 9, "bob");
  ASSERT_EQ(entries().size(), 1u);
  EXPECT_EQ(entries()[0].owner, "bob");
}

TEST_F(Quarantine, AnEntryIsRemoved) {
  add(0, 5);
  const auto id = entries()[0].id;
  commit({change::QuarantineRemoved{id}});
  EXPECT_TRUE(entries().empty());
  EXPECT_FALSE(store_->quarantine(id));
}

TEST_F(Quarantine, TheTestRunsAndCountsAsBefore) {
  add(0, 5);
  run(2, want(2, request(5)), {result_of(named(0), failed), result_of(named(0), passed)});
  while (store_->assess_flaky(10).more) continue;
  const auto flaky = views_.flaky({.repo = "demo"});
  ASSERT_EQ(flaky->tests.size(), 1u);
  ASSERT_TRUE(flaky->tests[0].quarantine);
  EXPECT_EQ(flaky->tests[0].quarantine->owner, "ada");
  EXPECT_EQ(flaky->tests[0].rate.failures, 1);
  EXPECT_EQ(views_.commit("demo", sha(2))->commit.flaky, 1);
  EXPECT_EQ(entries()[0].standing, "flaky");
  EXPECT_TRUE(entries()[0].rate.starts_with("1 of 2 runs failed")) << entries()[0].rate;
}

TEST_F(Quarantine, ItFollowsTheNameOfTheTest) {
  add(0, 5);
  const TestName renamed{"b.py", "renamed"};
  add_commit(3, {2});
  want(3);
  plan_commit(3);
  commit({change::TestsRecorded{suite(3).id, {{{renamed, {}}}, {}}}});
  commit({change::LineageFound{{repo_, id(3), id(2)},
                               {{{kSuite, named(0)}, {kSuite, renamed}, Continuation::renamed}},
                               ""}});
  EXPECT_EQ(entries()[0].name, "renamed");
}

}  // namespace
}  // namespace testlooper::store
