// Failures that are one failure.
#include "lab/cluster.hpp"
#include "store_world.hpp"

namespace testlooper::store {
namespace {

using enum Outcome;

class Clusters : public StoreWorld {
 protected:
  Clusters() {
    add_line(2);
    for (const int number : {1, 2}) prepare(number, 6);
  }
  static TestResult failure(int test, const std::string& message) {
    auto result = result_of(named(test), failed);
    result.message = message;
    return result;
  }
  // In one attempt.
  void fail_together(int number, const std::vector<int>& tests, const std::string& message) {
    std::vector<TestResult> results;
    for (const int test : tests) results.push_back(failure(test, message));
    run(number, want(number, request(100)), results);
  }
  pages::ClustersPage page() {
    while (store_->assess_flaky(10).more) continue;
    const auto found = views_.clusters("demo");
    if (!found) ADD_FAILURE() << found.error().text();
    return found.value_or(pages::ClustersPage{});
  }
};

TEST_F(Clusters, MessagesThatDifferByNumbersAreOne) {
  fail_together(1, {0, 1}, "timeout after 31 ms at 0x7ffe1234abcd");
  fail_together(2, {2}, "timeout after 7 ms at 0x7ffe99999999");
  fail_together(2, {3}, "assert a == b");
  const auto found = page();
  ASSERT_EQ(found.clusters.size(), 2u);
  EXPECT_EQ(found.clusters[0].message, "assert a == b");
  const auto& timeout = found.clusters[1];
  EXPECT_EQ(timeout.key, lab::cluster_key("timeout after 1 ms at 0x7ffe00000000"));
  EXPECT_EQ(timeout.message, "timeout after 31 ms at 0x7ffe1234abcd");
  EXPECT_EQ(timeout.tests, 3);
  EXPECT_EQ(timeout.failures, 3);
  EXPECT_FALSE(found.more);
}

TEST_F(Clusters, OnlyFailuresThatSaySomethingAreInOne) {
  fail_together(1, {0}, "");
  auto passes = result_of(named(1), passed);
  passes.message = "a warning";
  run(1, want(1, request(5)), {passes});
  EXPECT_TRUE(page().clusters.empty());
}

TEST_F(Clusters, AClusterIsToldWithItsTestsAndRuns) {
  fail_together(1, {0, 1}, "lost connection 12");
  fail_together(2, {0}, "lost connection 13");
  const auto key = lab::cluster_key("lost connection 1");
  const auto found = views_.cluster("demo", key.substr(0, 12));
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_EQ(found->cluster.key, key);
  EXPECT_EQ(found->normalised, lab::normalised("lost connection 12"));
  EXPECT_EQ(found->first.sha, sha(1));
  EXPECT_EQ(found->last.sha, sha(2));
  ASSERT_EQ(found->tests.size(), 2u);
  EXPECT_EQ(found->tests[0].name, "test_0");
  EXPECT_EQ(found->tests[0].failures, 2);
  ASSERT_EQ(found->runs.size(), 3u);
  EXPECT_EQ(found->runs[0].sha, sha(2));
  EXPECT_EQ(found->runs[0].outcome, "failed");
}

TEST_F(Clusters, OneFixProvesItsFlakyTestsWithSharesOfTheRisk) {
  ExperimentRequest request;
  request.kind = ExperimentKind::prove;
  request.repo = "demo";
  request.cluster = lab::cluster_key("lost connection 1").substr(0, 8);
  request.risk = .06;
  fail_together(1, {0, 1, 2}, "lost connection 12");
  page();
  EXPECT_EQ(views_.new_experiments(request).error().text(),
            "cluster: none of its tests is known to flake now");
  for (const int test : {0, 2})
    run(1, want(1, StoreWorld::request(3)), {result_of(named(test), passed)});
  page();
  const auto proofs = views_.new_experiments(request).value();
  ASSERT_EQ(proofs.size(), 2u) << "test_1 only ever failed";
  EXPECT_EQ(proofs[0].test, test(1, named(0)));
  EXPECT_EQ(proofs[1].test, test(1, named(2)));
  for (const auto& proof : proofs) {
    const auto& question = std::get<ProveQuestion>(proof.question);
    EXPECT_DOUBLE_EQ(question.risk, .03);
    EXPECT_EQ(question.against_failures, 1);
    EXPECT_EQ(question.against_runs, 2);
  }
}

TEST_F(Clusters, AnUnknownOrABrokenKeyIsSaid) {
  EXPECT_EQ(views_.cluster("demo", std::string(64, 'a')).error().kind, ErrorKind::not_found);
  for (const auto* bad : {"", "abc", "ABCDEF01", "zzzzzzzz"}) {
    EXPECT_EQ(views_.cluster("demo", bad).error().kind, ErrorKind::invalid) << bad;
  }
  EXPECT_EQ(views_.clusters("nobody").error().kind, ErrorKind::not_found);
}

TEST_F(Clusters, FlakyTestsThatFailTogetherAreAGroup) {
  const auto pass = [&](int number) {
    std::vector<TestResult> results;
    for (const int test : {0, 1, 2}) results.push_back(result_of(named(test), passed));
    run(number, want(number, request(5)), results);
  };
  pass(1);
  fail_together(1, {0, 1}, "socket in use");
  fail_together(1, {0, 1}, "no such host");
  fail_together(1, {2}, "assert 1 == 2");
  fail_together(1, {2}, "assert 1 == 3");
  const auto found = page();
  ASSERT_EQ(found.together.size(), 1u);
  ASSERT_EQ(found.together[0].tests.size(), 2u);
  EXPECT_EQ(found.together[0].tests[0].name, "test_0");
  EXPECT_EQ(found.together[0].tests[1].name, "test_1");
  EXPECT_EQ(found.together[0].tests[1].standing, "flaky");
  EXPECT_EQ(found.together[0].attempts, 2);
}

TEST_F(Clusters, AFlakyTestIsToldWithTheClusterItFailsInMostOften) {
  run(1, want(1, request(5)), {result_of(named(0), passed)});
  fail_together(1, {0}, "rare");
  fail_together(1, {0, 1}, "often 1");
  fail_together(1, {0}, "often 2");
  page();
  const auto flaky = views_.flaky({.repo = "demo"});
  ASSERT_EQ(flaky->tests.size(), 1u);
  ASSERT_TRUE(flaky->tests[0].cluster);
  EXPECT_EQ(flaky->tests[0].cluster->key, lab::cluster_key("often 3"));
  EXPECT_EQ(flaky->tests[0].cluster->tests, 2);
  EXPECT_EQ(flaky->tests[0].cluster->failures, 3);
}

}  // namespace
}  // namespace testlooper::store
