// Tests that have other names at other commits: what is to be compared, and what follows from it.
#include "testlooper/base/limits.hpp"

#include "store_world.hpp"

namespace testlooper::store {
namespace {

using enum Outcome;

const TestName kStays{"a.py", "stays"};
const TestName kOld{"a.py", "old"};
const TestName kNew{"b.py", "new"};
const TestName kNewer{"c.py", "newer"};

class Lineage : public StoreWorld {
 protected:
  void list(int number, const std::vector<TestName>& names) {
    plan_commit(number);
    record(number, names);
  }
  void record(int number, const std::vector<TestName>& names) {
    TestsListed listed;
    for (const auto& name : names) listed.tests.push_back({name, {}});
    commit({change::TestsRecorded{suite(number).id, listed}});
  }
  LineagePair pair(int number, int parent) { return {repo_, id(number), id(parent)}; }
  std::vector<LineagePair> due() { return store_->due_lineages(10); }
  Committed found(int number, int parent,
                  const std::vector<std::pair<TestName, TestName>>& renamed) {
    change::LineageFound change{pair(number, parent), {}, {}};
    for (const auto& [was, is] : renamed) {
      change.continued.push_back({{kSuite, was}, {kSuite, is}, Continuation::renamed});
    }
    return commit({change});
  }
  // kOld, which is kNew at commit 2 and kNewer at commit 3.
  void rename_twice() {
    add_line(3);
    list(1, {kStays, kOld});
    list(2, {kStays, kNew});
    list(3, {kStays, kNewer});
    found(2, 1, {{kOld, kNew}});
    found(3, 2, {{kNew, kNewer}});
  }
  TestTraits traits(int number, const TestName& name) {
    for (const auto& each : suite(number).tests) {
      if (each.test == name) return each.traits;
    }
    ADD_FAILURE() << name.id();
    return {};
  }
  static DesiredTesting asking(RunCounts counts) {
    auto wish = request(1);
    wish.counts = counts;
    return wish;
  }
  void make_flaky(int number, const TestName& name) {
    const auto wish = want(number, request(2));
    run(number, wish, {result_of(name, passed)});
    run(number, wish, {result_of(name, failed)});
  }
  pages::TestPage page(const std::string& test, std::optional<RunId> after = {}) {
    TestQuery query;
    query.repo = "demo";
    query.test = test;
    query.after_run = after;
    return views_.test(query).value();
  }
};

TEST_F(Lineage, APairIsDueOnceBothAreListedAndEachHasTestsThatTheOtherHasNot) {
  add_line(4);
  list(1, {kStays, kOld});
  list(2, {kStays, kOld, kNewer});
  list(3, {kStays, kNewer});
  EXPECT_TRUE(due().empty()) << "tests came, and then one went";
  list(4, {kStays, kNew});
  EXPECT_EQ(due(), std::vector{pair(4, 3)});
  const auto query = store_->lineage_query(pair(4, 3)).value();
  EXPECT_EQ(query.git_dir, "/srv/demo.git");
  EXPECT_EQ(query.before, sha(3));
  EXPECT_EQ(query.after, sha(4));
  EXPECT_EQ(query.tests.gone, (std::vector<SuiteTest>{{kSuite, kNewer}}));
  EXPECT_EQ(query.tests.added, (std::vector<SuiteTest>{{kSuite, kNew}}));
}

TEST_F(Lineage, APairIsNotDueWhileASuiteIsUnlisted) {
  add_line(2);
  list(1, {kOld});
  plan_commit(2, {kSuite, "other"});
  record(2, {kNew});
  EXPECT_TRUE(due().empty());
  commit({change::TestsRecorded{suite(2, "other").id, {}}});
  EXPECT_EQ(due(), std::vector{pair(2, 1)});
}

TEST_F(Lineage, AMergeIsComparedWithEachParentWhicheverWasListedFirst) {
  add_commit(1);
  add_commit(2);
  add_commit(3, {1, 2});
  list(1, {kOld});
  list(3, {kNew});
  list(2, {kNewer});
  EXPECT_EQ(due(), (std::vector{pair(3, 1), pair(3, 2)}));
}

TEST_F(Lineage, TheNewestCommitsComeFirst) {
  add_line(3);
  list(1, {kOld});
  list(2, {kNew});
  list(3, {kNewer});
  EXPECT_EQ(due(), (std::vector{pair(3, 2), pair(2, 1)}));
  EXPECT_EQ(store_->due_lineages(1), std::vector{pair(3, 2)});
}

TEST_F(Lineage, WhatWasComparedIsNeverDueAgainUnlessItFailedAndIsRetried) {
  add_line(3);
  list(1, {kOld});
  list(2, {kNew});
  list(3, {kNewer});
  found(2, 1, {});
  commit({change::LineageFound{pair(3, 2), {}, "no git"}});
  EXPECT_TRUE(due().empty());
  reopen();
  EXPECT_TRUE(due().empty());
  commit({change::CommitRetried{id(2)}, change::CommitRetried{id(3)}});
  EXPECT_EQ(due(), std::vector{pair(3, 2)});
}

TEST_F(Lineage, ARemovedRepositoryIsComparedWhenItIsBack) {
  add_line(2);
  list(1, {kOld});
  list(2, {kNew});
  commit({change::RepoRemoved{repo_, false}});
  EXPECT_TRUE(due().empty());
  commit({change::RepoConfigured{spec("demo"), "/srv/demo.git"}});
  EXPECT_EQ(due().size(), 1u);
}

TEST_F(Lineage, TooManyTestsAreRefused) {
  add_line(2);
  std::vector<TestName> many;
  for (int i = 0; i <= limits::kLineageListed; ++i) many.push_back({"m", std::to_string(i)});
  list(1, {kOld});
  list(2, many);
  EXPECT_EQ(store_->lineage_query(pair(2, 1)).error().text(),
            "more than 50000 tests have come or gone: their names are not followed");
}

TEST_F(Lineage, ARenamedTestIsNotNewAndNoneIsBeforeThatIsKnown) {
  add_line(2);
  const auto wish = want(2, asking({.runs = 1, .new_runs = 20}));
  list(2, {kStays, kNew, kNewer});
  list(1, {kStays, kOld});
  EXPECT_FALSE(traits(2, kNewer).is_new) << "it may be the old one";
  EXPECT_EQ(views_.request(wish)->desired.wanted, 3);
  const auto committed = found(2, 1, {{kOld, kNew}});
  EXPECT_TRUE(std::ranges::count(committed.touched, id(2))) << "its reactors shall look";
  EXPECT_FALSE(traits(2, kNew).is_new);
  EXPECT_TRUE(traits(2, kNewer).is_new);
  EXPECT_EQ(views_.request(wish)->desired.wanted, 1 + 1 + 20);
}

TEST_F(Lineage, WhereNothingCouldBeComparedTestsAreNew) {
  add_line(2);
  want(2, asking({.runs = 1, .new_runs = 20}));
  list(1, {kOld});
  list(2, {kNew});
  const auto committed = commit({change::LineageFound{pair(2, 1), {}, "no git"}});
  EXPECT_TRUE(std::ranges::count(committed.touched, id(2)));
  EXPECT_TRUE(traits(2, kNew).is_new);
}

TEST_F(Lineage, AKnownFlakeIsOneUnderEachLaterName) {
  rename_twice();
  make_flaky(1, kOld);
  EXPECT_TRUE(traits(2, kNew).flaky);
  EXPECT_TRUE(traits(3, kNewer).flaky);
  EXPECT_FALSE(traits(3, kStays).flaky);
}

TEST_F(Lineage, AnotherTestThatTakesUpAnOldNameHasItsOwnFlakes) {
  rename_twice();
  add_commit(4, {3});
  add_commit(5, {4});
  list(4, {kStays, kNewer, kOld});
  list(5, {kStays, kNewer, kOld});
  make_flaky(4, kOld);
  EXPECT_TRUE(traits(5, kOld).flaky);
  EXPECT_FALSE(traits(5, kNewer).flaky);
}

TEST_F(Lineage, AFlakeIsFollowedThroughANameThatIsTakenUpAgain) {
  rename_twice();
  add_commit(4, {3});
  list(4, {kNewer, kNew});
  make_flaky(1, kOld);
  make_flaky(4, kNew);
  EXPECT_TRUE(traits(4, kNewer).flaky);
}

TEST_F(Lineage, WhatIsWantedOfFlakesFollowsTheName) {
  add_line(3);
  list(1, {kOld});
  make_flaky(1, kOld);
  list(2, {kNew});
  list(3, {kNew});
  const auto wish = want(3, asking({.runs = 1, .flake_runs = 7}));
  EXPECT_EQ(views_.request(wish)->desired.wanted, 1);
  const auto committed = found(2, 1, {{kOld, kNew}});
  EXPECT_TRUE(std::ranges::count(committed.touched, id(3)));
  EXPECT_EQ(views_.request(wish)->desired.wanted, 7);
}

TEST_F(Lineage, AJustRenamedTestTakesAsLongAsItDid) {
  rename_twice();
  auto slow = result_of(kOld, passed);
  slow.duration = Seconds{4};
  run(1, want(1, request(1)), {slow, result_of(kStays, passed)});
  want(2);
  for (const auto& each : suite(2).tests) {
    if (each.test == kNew) EXPECT_EQ(each.duration, Seconds{4});
  }
}

TEST_F(Lineage, TheParentsVerdictIsThatOfTheOldName) {
  rename_twice();
  run(1, want(1, request(1)), {result_of(kOld, failed), result_of(kStays, passed)});
  const auto tests = views_.commit("demo", sha(2)).value().tests;
  ASSERT_EQ(tests.size(), 2u);
  EXPECT_EQ(tests[0].parent_verdict, "passed");
  EXPECT_EQ(tests[1].name, kNew.name);
  EXPECT_EQ(tests[1].parent_verdict, "failed");
}

TEST_F(Lineage, APageShowsTheHistoryUnderAllNames) {
  rename_twice();
  run(1, want(1, request(1)), {result_of(kOld, failed)});
  run(3, want(3, request(1)), {result_of(kNewer, passed)});
  for (const auto& asked : {kOld, kNew, kNewer}) {
    const auto found = page(asked.id());
    EXPECT_EQ(found.name, asked.name);
    ASSERT_EQ(found.commits.size(), 3u) << asked.id();
    ASSERT_EQ(found.names.size(), 3u);
    const std::vector expected{kNewer, kNew, kOld};
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(found.commits[i].named, static_cast<std::int64_t>(i));
      EXPECT_EQ((TestName{found.names[i].path, found.names[i].name}), expected[i]);
    }
    EXPECT_EQ(found.names[2].test, test(1, kOld));
    ASSERT_EQ(found.runs.size(), 2u);
    EXPECT_EQ(found.runs[0].commit, 0);
    EXPECT_EQ(found.runs[1].commit, 2);
    EXPECT_EQ(found.runs[1].outcome, failed);
    const auto rest = page(asked.id(), found.runs[0].id).runs;
    ASSERT_EQ(rest.size(), 1u) << "the list goes on under another name";
    EXPECT_EQ(rest[0].id, found.runs[1].id);
  }
}

TEST_F(Lineage, ACommitWithSeveralOfTheNamesTellsOfTheNearest) {
  rename_twice();
  add_commit(4, {3});
  set_branches({{"main", 4}});
  list(4, {kNewer, kOld});
  const auto named = [](const pages::TestPage& page) {
    return page.names.at(static_cast<std::size_t>(page.commits.at(0).named)).name;
  };
  EXPECT_EQ(named(page(kNewer.id())), kNewer.name);
  EXPECT_EQ(named(page(kOld.id())), kOld.name);
  EXPECT_EQ(page(kStays.id()).names.size(), 1u);
}

TEST_F(Lineage, NamesAreFollowedSoFarAndNoFurther) {
  constexpr int kCommits = static_cast<int>(limits::kNamesOfTest) + 2;
  add_line(kCommits);
  const auto name = [](int number) { return TestName{"a", std::to_string(number)}; };
  for (int number = 1; number <= kCommits; ++number) {
    list(number, {name(number)});
    if (number > 1) found(number, number - 1, {{name(number - 1), name(number)}});
  }
  const auto found = page(name(kCommits).id());
  EXPECT_EQ(found.names.size(), limits::kNamesOfTest);
  EXPECT_EQ(found.commits.size(), limits::kNamesOfTest);
}

}  // namespace
}  // namespace testlooper::store
