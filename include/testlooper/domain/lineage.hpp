// A test that has another name or another place at a later commit, and is the same test all the
// same.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/domain/test.hpp"

namespace testlooper {

// A test of some suite.
struct SuiteTest {
  std::string suite;
  TestName test;
  auto operator<=>(const SuiteTest&) const = default;
};

// How a test goes on: under the same name at another path, or under another name.
enum class Continuation { moved, renamed };

// A file that differs between two commits; at two paths where git takes it for renamed.
struct FileChange {
  std::string before;  // "" where it was added
  std::string after;   // "" where it was deleted
  bool operator==(const FileChange&) const = default;
};

// The tests that only one of two commits lists: `gone` of the older, `added` of the newer.
struct ListedApart {
  std::vector<SuiteTest> gone;
  std::vector<SuiteTest> added;
};

// ListedApart::added[to] is what ListedApart::gone[from] was. Each test is in one of these at most.
struct Continued {
  std::size_t from = 0;
  std::size_t to = 0;
  Continuation how = Continuation::moved;
  bool operator==(const Continued&) const = default;
};

// A commit whose list is to be compared with a parent's.
struct LineagePair {
  RepoId repo;
  CommitId commit;
  CommitId parent;
  auto operator<=>(const LineagePair&) const = default;
};

// What a test of a parent is called at the commit.
struct ContinuedTest {
  SuiteTest was;
  SuiteTest is;
  Continuation how = Continuation::moved;
  bool operator==(const ContinuedTest&) const = default;
};

struct LineageQuery {
  std::string git_dir;
  std::string before;  // full ids of commits
  std::string after;
  ListedApart tests;
};

}  // namespace testlooper
