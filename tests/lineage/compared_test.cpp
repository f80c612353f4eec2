// What became of tests between two commits.
#include "lineage/compared.hpp"

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

#include "lineage/test_comparer.hpp"

namespace testlooper::lineage {
namespace {

using enum Outcome;

class ComparedTests : public ::testing::Test, public ListsReader, public LineageFinder {
 protected:
  ComparedTests() { pair.base.planned = pair.head.planned = true; }

  void list(ListedCommit& commit, const std::string& name, const std::vector<Outcome>& runs,
            const std::string& suite = "s") {
    CountedTest test;
    test.id = TestId{++ids};
    test.name = {suite, {"t.py", name}};
    for (const auto outcome : runs) ++test.counts[outcome];
    commit.tests.push_back(std::move(test));
  }
  void list_both(const std::string& name, const std::vector<Outcome>& base,
                 const std::vector<Outcome>& head) {
    list(pair.base, name, base);
    list(pair.head, name, head);
  }
  static std::string change_of(const pages::ComparePage& page, const std::string& name) {
    for (const auto& test : page.tests) {
      if (test.name == name) return test.change;
    }
    return "";
  }
  static std::int64_t total(const pages::ComparePage& page, const std::string& change) {
    for (const auto& each : page.totals) {
      if (each.change == change) return each.tests;
    }
    return -1;
  }

  Result<ListedPair> listed_pair(const CompareQuery&) override { return pair; }
  Result<std::vector<Continued>> find(const LineageQuery& query) override {
    asked = query;
    return found;
  }

  ListedPair pair;
  LineageQuery asked;
  Result<std::vector<Continued>> found;
  std::int64_t ids = 0;
};

TEST_F(ComparedTests, WhatAllRunsAgreeOnIsSaid) {
  list_both("newly", {passed, passed}, {failed});
  list_both("crashes", {skipped}, {crashed});
  list_both("fixed", {timed_out}, {passed, xfailed});
  list_both("still", {failed}, {error});
  list_both("same", {passed}, {passed, skipped});
  const auto page = compared(pair, {});
  EXPECT_EQ(change_of(page, "newly"), "newly_failing");
  EXPECT_EQ(change_of(page, "crashes"), "newly_failing");
  EXPECT_EQ(change_of(page, "fixed"), "fixed");
  EXPECT_EQ(change_of(page, "still"), "still_failing");
  EXPECT_EQ(change_of(page, "same"), "") << "counted, not listed";
  EXPECT_EQ(total(page, "same"), 1);
  EXPECT_EQ(total(page, "newly_failing"), 2);
}

TEST_F(ComparedTests, MixedOutcomesAtEitherCommitProveNothing) {
  list_both("was_flaky", {passed, failed}, {passed});
  list_both("is_flaky", {passed}, {failed, passed});
  list_both("broke_perhaps", {failed, passed}, {failed});
  const auto page = compared(pair, {});
  EXPECT_EQ(total(page, "flaky"), 3);
}

TEST_F(ComparedTests, WhatDidNotRunIsUnknown) {
  list_both("before", {}, {passed});
  list_both("after", {failed}, {infra});
  list_both("skipped", {failed}, {skipped});
  const auto page = compared(pair, {});
  EXPECT_EQ(total(page, "unknown"), 3);
}

TEST_F(ComparedTests, NewAndGoneAreSaidOnlyOfSuitesThatAreListed) {
  list(pair.base, "gone", {passed});
  list(pair.head, "new", {failed});
  list(pair.head, "slow", {passed}, "late suite");
  pair.base.unlisted = {"late suite"};
  auto page = compared(pair, {});
  EXPECT_EQ(change_of(page, "gone"), "gone");
  EXPECT_EQ(change_of(page, "new"), "new");
  EXPECT_EQ(change_of(page, "slow"), "unknown");
  EXPECT_FALSE(page.base.listed);
  EXPECT_TRUE(page.head.listed);
  pair.head.planned = false;
  page = compared(pair, {});
  EXPECT_EQ(change_of(page, "gone"), "unknown");
}

TEST_F(ComparedTests, ATestThatGoesOnIsComparedWithWhatItWas) {
  list(pair.base, "test_old", {passed});
  list(pair.base, "test_kept", {passed});
  list(pair.head, "test_new", {failed});
  list(pair.head, "test_kept", {passed});
  found = std::vector<Continued>{{0, 0, Continuation::renamed}};
  const auto page = TestComparer(*this, *this).compare({"demo", "main", ""});
  ASSERT_TRUE(page);
  EXPECT_EQ(asked.tests.gone, (std::vector<SuiteTest>{{"s", {"t.py", "test_old"}}}));
  EXPECT_EQ(asked.tests.added, (std::vector<SuiteTest>{{"s", {"t.py", "test_new"}}}));
  ASSERT_EQ(page->tests.size(), 1u);
  EXPECT_EQ(page->tests[0].name, "test_new");
  EXPECT_EQ(page->tests[0].change, "newly_failing");
  EXPECT_EQ(page->tests[0].continues, "renamed");
  EXPECT_EQ(page->tests[0].was_name, "test_old");
  EXPECT_EQ(page->tests[0].was, pair.base.tests[0].id);
}

TEST_F(ComparedTests, WithoutGitTheTestsAreStillCompared) {
  list(pair.base, "test_old", {passed});
  list(pair.head, "test_new", {passed});
  found = unavailable("an object is missing", "/srv/demo");
  const auto page = TestComparer(*this, *this).compare({"demo", "main", ""});
  ASSERT_TRUE(page);
  EXPECT_EQ(total(*page, "new"), 1);
  EXPECT_EQ(total(*page, "gone"), 1);
  EXPECT_NE(page->warning.find("an object is missing"), std::string::npos);
}

TEST_F(ComparedTests, ALongListIsCutAndItsTotalStays) {
  for (int i = 0; i <= limits::kComparedTests; ++i) list(pair.head, std::to_string(i), {});
  const auto page = compared(pair, {});
  EXPECT_EQ(std::ssize(page.tests), limits::kComparedTests);
  EXPECT_EQ(total(page, "new"), limits::kComparedTests + 1);
}

}  // namespace
}  // namespace testlooper::lineage
