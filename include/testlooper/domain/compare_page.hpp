// Two commits, test by test.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/domain/lineage.hpp"
#include "testlooper/domain/outcome.hpp"
#include "testlooper/domain/pages.hpp"

namespace testlooper {

struct CompareQuery {
  std::string repo;
  std::string head;  // as a person types it
  std::string base;  // likewise; "" is the first parent of `head`
};

// A test of a commit's list, and how its runs there ended.
struct CountedTest {
  TestId id;
  SuiteTest name;
  OutcomeCounts counts;
  pages::Counts shown;  // the same, for a page
  std::string verdict;  // as TestSummary's
};

struct ListedCommit {
  std::string sha;
  std::string subject;
  WallTime committed_at;
  std::vector<std::string> parents;
  bool planned = false;               // its suites are known
  std::vector<std::string> unlisted;  // of them, those whose tests are not known (yet); sorted
  std::vector<CountedTest> tests;
};

// Two commits as the store has them at one revision.
struct ListedPair {
  Revision revision = 0;
  std::string repo;
  std::string git_dir;
  ListedCommit base;
  ListedCommit head;
};

namespace pages {

struct ComparedCommit {
  std::string sha;
  std::string subject;
  WallTime committed_at;
  std::vector<std::string> parents;
  std::int64_t tests = 0;             // listed
  bool listed = false;                // all of its suites are
  std::vector<std::string> unlisted;  // suites that are not
};

struct ComparedTest {
  TestId test;  // as the head calls it; one that is gone as the base did
  std::string suite, path, name;
  // "newly_failing", "fixed", "still_failing", "flaky", "new", "gone", "same", or "unknown": one of
  // the two has no run of it, or has not listed its suite.
  std::string change;
  std::string continues;           // "moved" or "renamed"; "" where nothing of its name changed
  std::optional<TestId> was;       // the base's test that it continues
  std::string was_path, was_name;  // of that
  std::optional<Counts> base;      // absent where the base does not list it
  std::optional<Counts> head;      // likewise
  std::string base_verdict, head_verdict;  // as TestSummary's; "" where absent
};

struct ChangeTotal {
  std::string change;
  std::int64_t tests = 0;
};

struct ComparePage {
  Revision revision = 0;
  std::string repo;
  ComparedCommit base;
  ComparedCommit head;
  std::vector<ChangeTotal> totals;  // of each change, in the order of `tests`
  // By change in the order above, then by name; those that are the same only where they continue
  // another; at most limits::kComparedTests of each change.
  std::vector<ComparedTest> tests;
  std::string warning;  // why renamed tests could not be looked for; "" where they were
};

}  // namespace pages
}  // namespace testlooper
