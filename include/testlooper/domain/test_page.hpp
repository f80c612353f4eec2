// What the page of a test shows: its history along a branch. A page as those of domain/pages.hpp,
// in a file of its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "testlooper/domain/pages.hpp"

namespace testlooper::pages {

// A name that the test has, or had; all are in one suite.
struct TestCalled {
  TestId test;  // a name has a number of its own
  std::string path, name;
};
// A commit that lists the test.
struct TestCommit {
  CommitId id;  // what ChangeNotice names
  std::string sha;
  std::string subject;
  WallTime committed_at;
  Counts counts;
  std::string verdict;        // as TestSummary's
  std::int64_t runs = 0;      // measured
  std::int64_t failures = 0;  // of them
  std::int64_t mean_us = 0;   // of them
  std::int64_t named = 0;     // what it is called there: a place in TestPage::names
  // The rate of failures among them, skipped ones left out, lies here with 95 % confidence.
  double rate_low = 0, rate_high = 1;
};
struct TestRun {
  RunId id;
  std::int64_t commit = 0;  // its place in TestPage::commits
  Outcome outcome = Outcome::passed;
  WallTime started_at;
  std::int64_t duration_us = 0;
};
struct TestPage {
  Revision revision = 0;
  std::string repo;
  std::string branch;
  TestId test;
  std::string suite, path, name;    // as it was asked for
  std::vector<std::string> labels;  // at the newest of the commits
  std::vector<TestCalled> names;    // at these commits, the newest first
  std::vector<TestCommit> commits;  // newest first, in the order of the branch's page
  bool more_commits = false;        // older ones exist; ask with `before`
  std::string last_sha;       // of the last commit looked at, whether it lists the test or not
  std::vector<TestRun> runs;  // by commit, then newest first; at most limits::kRunsPerTestPage
  bool more_runs = false;     // at these commits; ask with `after_run`
};

}  // namespace testlooper::pages
