// What the pages of flaky tests show: the list of a repository, its clusters of failures, and what
// is quarantined. Pages as those of domain/pages.hpp, in a file of their own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/time.hpp"

namespace testlooper::pages {

// How often a test fails, and where the true rate lies with 95 % confidence. Skipped runs and those
// that the machine failed are not among its runs.
struct Rate {
  std::int64_t failures = 0, runs = 0;
  double low = 0, high = 1;
};
struct CommitName {
  std::string sha;
  std::string subject;
  WallTime committed_at;
};
// The rate of failures changed at `sha`; surely (99 %) at one of the commits from `earliest` to
// `latest`.
struct RateChange {
  std::string sha, earliest, latest;
  Rate before, after;
};
struct RatePoint {
  std::int64_t failures = 0, runs = 0;
};
struct ClusterName {
  std::string key;
  std::string message;        // of its first run, cut
  std::int64_t tests = 0;     // that fail so
  std::int64_t failures = 0;  // runs
};
struct Quarantine {
  QuarantineId id;
  TestId test;
  std::string suite, path, name;  // as the test is called now
  std::string owner, reason;
  std::string quarantined_by;
  WallTime quarantined_at, expires_at;
  bool expired = false;
  std::string standing;  // of the test: "flaky", "fixed"; "" where it never had mixed outcomes
  std::string rate;      // for people; "" likewise
};
// Why it flakes, by the newest diagnosis that ended.
struct FlakyCause {
  ExperimentId experiment;
  std::string cause;   // its verdict: "order_victim", "zone", ...
  std::string answer;  // one sentence
};
struct FlakyTest {
  TestId test;
  std::string suite, path, name;    // as it was called at the newest commit that ran it
  std::string standing;             // "flaky", or "fixed": proven, by passes at newer commits
  bool reopened = false;            // it was proven fixed once, and has failed since
  bool gone = false;                // the newest listed commit has no such test
  Rate rate;                        // since the newest change
  std::string trend;                // "steady", "worse", "better": what that change was
  std::vector<RateChange> changes;  // oldest first
  std::vector<RatePoint> history;   // groups of neighbouring commits, oldest first
  CommitName first, last;           // commits with mixed outcomes
  std::int64_t mixed_commits = 0;   // passed and failed there
  std::int64_t commits_hit = 0;     // failed there
  std::int64_t people = 0;          // who wrote those commits
  std::int64_t lost_us = 0;         // what its failed runs took
  std::int64_t passes_since = 0, passes_needed = 0;  // at newer commits, to be proven fixed
  std::optional<ClusterName> cluster;                // in which it fails most often
  std::optional<Quarantine> quarantine;              // the newest that stands, or has expired
  std::optional<FlakyCause> diagnosis;
  std::string why;  // it is listed: one sentence
};
struct FlakyPage {
  Revision revision = 0;
  std::string repo;
  std::string branch;                 // the primary one: its line of first parents is the history
  double risk = .05;                  // of calling a test fixed that fails as often as before
  std::int64_t flaky = 0, fixed = 0;  // of the repository
  std::vector<FlakyTest> tests;
  bool more = false;
};

struct ClusterSummary {
  std::string key;
  std::string message;
  std::int64_t tests = 0, failures = 0;
  RunId first_run, last_run;
  WallTime first_at, last_at;
};
struct ClusterTest {
  TestId test;
  std::string suite, path, name;
  std::string standing;  // as Quarantine's
  std::int64_t failures = 0;
  RunId first_run, last_run;
};
// Flaky tests that fail in the same attempts: whatever it is, they have it in common.
struct FailingTogether {
  std::vector<ClusterTest> tests;
  std::int64_t attempts = 0;  // in which at least two of them failed
};
struct ClustersPage {
  Revision revision = 0;
  std::string repo;
  std::vector<ClusterSummary> clusters;  // the newest failure first
  bool more = false;
  std::vector<FailingTogether> together;
};
struct ClusterRun {
  RunId id;
  TestId test;
  std::string suite, path, name, outcome, sha;
  WallTime started_at;
};
struct ClusterPage {
  Revision revision = 0;
  std::string repo;
  ClusterSummary cluster;
  std::string normalised;           // what the messages have in common
  CommitName first, last;           // commits of its first and its newest run
  std::vector<ClusterTest> tests;   // most failures first, at most limits::kClusterTests
  std::vector<ClusterRun> runs;     // newest first, at most limits::kClusterRuns
  std::vector<ClusterTest> others;  // flaky tests that fail together with these
};

struct QuarantinePage {
  Revision revision = 0;
  std::string repo;
  std::vector<Quarantine> tests;  // those that stand, then those that have expired
};

}  // namespace testlooper::pages
