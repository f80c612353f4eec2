#include "support/sample_flaky.hpp"

#include "support/sample_pages.hpp"

namespace testlooper::testing {
namespace {

constexpr Revision kRevision = 77;
const std::string kKey(64, 'c');

pages::Rate sample_rate() { return {3, 20, .05, .35}; }
pages::CommitName sample_commit_name() {
  return {kSampleSha, "say \"hi\"", WallTime{1'700'000'000'000}};
}
pages::ClusterTest sample_cluster_test() {
  return {TestId{9}, "unit", "test_a.py", "test_one", "flaky", 3, RunId{41}, RunId{43}};
}
pages::ClusterSummary sample_cluster() {
  return {kKey, "lost connection 12", 1, 3, RunId{41}, RunId{43}, WallTime{1000}, WallTime{2000}};
}

}  // namespace

pages::Quarantine sample_quarantine() {
  return {.id = QuarantineId{4},
          .test = TestId{9},
          .suite = "unit",
          .path = "test_a.py",
          .name = "test_one",
          .owner = "ada",
          .reason = "a race",
          .quarantined_by = "web",
          .quarantined_at = WallTime{1'700'000'000'000},
          .expires_at = WallTime{1'702'000'000'000},
          .expired = false,
          .standing = "flaky",
          .rate = "3 of 20 runs failed (5.0 % to 35 %)"};
}

pages::FlakyPage sample_flaky_page() {
  pages::FlakyTest test;
  test.test = TestId{9};
  test.suite = "unit";
  test.path = "test_a.py";
  test.name = "test_one";
  test.standing = "flaky";
  test.rate = sample_rate();
  test.trend = "worse";
  test.changes = {{kSampleSha, kSampleSha, kSampleSha, {0, 50, 0, .04}, sample_rate()}};
  test.history = {{0, 50}, {3, 20}};
  test.first = test.last = sample_commit_name();
  test.mixed_commits = 2;
  test.commits_hit = 3;
  test.people = 2;
  test.lost_us = 4'500'000;
  test.passes_since = 5;
  test.passes_needed = 40;
  test.cluster = {kKey, "lost connection 12", 2, 5};
  test.quarantine = sample_quarantine();
  test.why = "Flaky: it passed and failed at 2 commits.";
  return {.revision = kRevision,
          .repo = "demo",
          .branch = "main",
          .risk = .05,
          .flaky = 1,
          .fixed = 2,
          .tests = {test},
          .more = true};
}

pages::ClustersPage sample_clusters_page() {
  return {.revision = kRevision,
          .repo = "demo",
          .clusters = {sample_cluster()},
          .more = false,
          .together = {{{sample_cluster_test(), sample_cluster_test()}, 2}}};
}

pages::ClusterPage sample_cluster_page() {
  return {.revision = kRevision,
          .repo = "demo",
          .cluster = sample_cluster(),
          .normalised = "lost connection %",
          .first = sample_commit_name(),
          .last = sample_commit_name(),
          .tests = {sample_cluster_test()},
          .runs = {{RunId{43}, TestId{9}, "unit", "test_a.py", "test_one", "failed", kSampleSha,
                    WallTime{2000}}},
          .others = {sample_cluster_test()}};
}

pages::QuarantinePage sample_quarantine_page() {
  auto expired = sample_quarantine();
  expired.id = QuarantineId{3};
  expired.name = "test_old";
  expired.expired = true;
  return {.revision = kRevision, .repo = "demo", .tests = {sample_quarantine(), expired}};
}

}  // namespace testlooper::testing
