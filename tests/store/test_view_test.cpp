// The page of a test: its counts along a branch, and its runs in the order of the branch.
#include "store_world.hpp"

namespace testlooper::store {
namespace {

using enum Outcome;

class TestView : public StoreWorld {
 protected:
  TestView() {
    add_line(3);
    for (const int number : {1, 2, 3}) prepare(number, 3);
  }
  // A run of test 0 for each outcome.
  void outcomes(int number, const std::vector<Outcome>& each) {
    const auto desired = want(number, request(10));
    for (const auto outcome : each) run(number, desired, {result_of(named(0), outcome)});
  }
  static TestQuery of_test(const std::string& name) {
    TestQuery query;
    query.repo = "demo";
    query.test = name;
    return query;
  }
  pages::TestPage page(const TestQuery& query) {
    const auto found = views_.test(query);
    if (!found) ADD_FAILURE() << found.error().text();
    return found ? *found : pages::TestPage{};
  }
  static std::vector<std::pair<std::int64_t, Outcome>> seen(const pages::TestPage& page) {
    std::vector<std::pair<std::int64_t, Outcome>> runs;
    for (const auto& run : page.runs) runs.emplace_back(run.commit, run.outcome);
    return runs;
  }
};

using Seen = std::vector<std::pair<std::int64_t, Outcome>>;

TEST_F(TestView, FollowsTheTestAlongTheBranch) {
  outcomes(3, {passed});
  outcomes(1, {failed, passed, skipped});
  const auto found = page(of_test("tests/file_0.py::test_0"));
  EXPECT_EQ(found.test, test(1, named(0)));
  EXPECT_EQ(found.suite, kSuite);
  EXPECT_EQ(found.branch, "main");
  EXPECT_EQ(found.labels, std::vector<std::string>{"even"});
  ASSERT_EQ(found.commits.size(), 3u);
  EXPECT_EQ(found.commits[0].sha, sha(3));
  EXPECT_EQ(found.commits[0].verdict, "passed");
  EXPECT_EQ(found.commits[0].mean_us, 1000);
  EXPECT_EQ(found.commits[1].verdict, "none");
  EXPECT_EQ(found.commits[2].verdict, "flaky");
  EXPECT_EQ(found.commits[2].runs, 3);
  EXPECT_EQ(found.commits[2].failures, 1);
  // One of two runs that tell; the one that was skipped does not. Beta(3/2, 3/2) is symmetric.
  EXPECT_NEAR(found.commits[2].rate_low, .0608, .001);
  EXPECT_NEAR(found.commits[2].rate_high, .9392, .001);
  EXPECT_EQ(found.commits[1].rate_low, 0);
  EXPECT_EQ(found.commits[1].rate_high, 1);
  // In the order of the branch, although the older commit ran last.
  EXPECT_EQ(seen(found), (Seen{{0, passed}, {2, skipped}, {2, passed}, {2, failed}}));
  EXPECT_FALSE(found.more_commits);
  EXPECT_FALSE(found.more_runs);
}

TEST_F(TestView, IsFoundByNumberByIdAndBySuite) {
  const auto id = test(1, named(1));
  for (const auto& name : {std::to_string(id.value), std::string{"tests/file_1.py::test_1"},
                           std::string{"unit/tests/file_1.py::test_1"}, std::string{"test_1"}}) {
    EXPECT_EQ(page(of_test(name)).test, id) << name;
  }
  for (const auto* name : {"", "99", "est_1", "test_", "tests/file_1.py::",
                           "perf/tests/file_1.py::test_1", "99999999999999999999"}) {
    EXPECT_EQ(views_.test(of_test(name)).error().kind, ErrorKind::not_found) << name;
  }
}

TEST_F(TestView, IsFoundByTheEndOfItsNameWhereOneIsCalledSo) {
  add_commit(4, {3});
  want(4);
  plan_commit(4);
  const TestName one{"b.py", "TestCart::test_one"};
  const TestName a{"a.py", "TestCart::test_total"};
  const TestName b{"b.py", "TestCart::test_total"};
  commit({change::TestsRecorded{suite(4).id, {{{one, {}}, {a, {}}, {b, {}}}, {}}}});
  EXPECT_EQ(page(of_test("test_one")).name, "TestCart::test_one");
  EXPECT_EQ(page(of_test("TestCart::test_one")).name, "TestCart::test_one");
  const auto several = views_.test(of_test("test_total"));
  ASSERT_FALSE(several);
  EXPECT_EQ(several.error().kind, ErrorKind::invalid);
  EXPECT_EQ(several.error().message,
            "'test_total' may be one of several tests of demo, name one: "
            "unit/a.py::TestCart::test_total, unit/b.py::TestCart::test_total");
}

TEST_F(TestView, LeavesOutCommitsThatDoNotListIt) {
  add_commit(4, {3});
  set_branches({{"main", 4}});
  prepare(4, 1);
  const auto found = page(of_test("tests/file_1.py::test_1"));
  ASSERT_EQ(found.commits.size(), 3u);
  EXPECT_EQ(found.commits[0].sha, sha(3));
}

TEST_F(TestView, ShowsRunsOfTheWantedOutcomesOnly) {
  outcomes(3, {passed, failed, timed_out, passed});
  auto query = of_test("tests/file_0.py::test_0");
  query.outcomes = {"failed", "timed_out"};
  EXPECT_EQ(seen(page(query)), (Seen{{0, timed_out}, {0, failed}}));
}

TEST_F(TestView, ShowsRunsOfSomeCommitsOnly) {
  outcomes(1, {failed});
  outcomes(2, {passed});
  outcomes(3, {crashed});
  auto query = of_test("tests/file_0.py::test_0");
  query.runs_at = sha(2);
  EXPECT_EQ(seen(page(query)), (Seen{{1, passed}}));
  EXPECT_EQ(page(query).commits.size(), 3u) << "the others are told of all the same";
  for (const auto& both : {sha(1) + ".." + sha(2), sha(2) + ".." + sha(1)}) {
    query.runs_at = both;
    EXPECT_EQ(seen(page(query)), (Seen{{1, passed}, {2, failed}})) << both;
  }
  query.runs_at = "nowhere";
  EXPECT_EQ(page(query).runs.size(), 3u) << "an address that is older than the page";
}

TEST_F(TestView, GoesOnAfterARun) {
  outcomes(1, {failed, passed});
  outcomes(3, {passed, crashed});
  auto query = of_test("tests/file_0.py::test_0");
  const auto all = page(query);
  ASSERT_EQ(all.runs.size(), 4u);
  query.after_run = all.runs[0].id;
  EXPECT_EQ(seen(page(query)), (Seen{{0, passed}, {2, passed}, {2, failed}}));
  query.after_run = all.runs[1].id;
  EXPECT_EQ(seen(page(query)), (Seen{{2, passed}, {2, failed}}));
  query.after_run = all.runs[3].id;
  EXPECT_TRUE(page(query).runs.empty());
  query.after_run = RunId{99};
  EXPECT_EQ(views_.test(query).error().kind, ErrorKind::not_found);
}

TEST_F(TestView, ComesPageByPage) {
  auto query = of_test("tests/file_0.py::test_0");
  query.limit = 2;
  const auto first = page(query);
  EXPECT_EQ(first.commits.size(), 2u);
  EXPECT_TRUE(first.more_commits);
  EXPECT_EQ(first.last_sha, sha(2));
  query.before = first.last_sha;
  const auto second = page(query);
  ASSERT_EQ(second.commits.size(), 1u);
  EXPECT_EQ(second.commits[0].sha, sha(1));
  EXPECT_FALSE(second.more_commits);
}

TEST_F(StoreWorld, BeforeTheFirstListNoTestIsKnownWhichIsSaid) {
  TestQuery query;
  query.repo = "demo";
  query.test = "x";
  const auto said = views_.test(query).error().message;
  EXPECT_TRUE(said.starts_with("there is no test 'x' in demo: none of its tests is known")) << said;
}

TEST_F(StoreWorld, WhereTestsCouldNotBeListedTheReasonIsSaid) {
  add_line(1);
  want(1);
  plan_commit(1);
  commit({change::ListFailed{suite(1).id, "the command ended with exit code 1"}});
  TestQuery query;
  query.repo = "demo";
  query.test = "x";
  EXPECT_EQ(views_.test(query).error().message,
            "there is no test 'x' in demo: none of its tests is known, since they could not be "
            "listed at " +
                sha(1).substr(0, 10) + " (suite " + std::string(kSuite) +
                ": the command ended with exit code 1)");
}

TEST_F(TestView, NamesWhatIsNotThere) {
  auto query = of_test("tests/file_0.py::test_0");
  query.branch = "nowhere";
  EXPECT_EQ(views_.test(query).error().kind, ErrorKind::not_found);
  query.repo = "nothing";
  EXPECT_EQ(views_.test(query).error().message, "there is no repository 'nothing'");
  EXPECT_EQ(views_.test(of_test("x")).error().message, "there is no test 'x' in demo");
}

}  // namespace
}  // namespace testlooper::store
