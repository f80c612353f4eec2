// What is wanted of the commits of a branch. A repository's rules are an ordered list; the first
// whose `branches` fits a branch is the branch's rule, and a branch without one is not tested.
#pragma once

#include <string>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/time.hpp"
#include "testlooper/domain/test.hpp"

namespace testlooper {

// Tests whose verdict at a commit is so.
enum class Only { all, failed, flaky, fresh };

struct BranchRule {
  RuleId id;  // 0: not stored yet
  // A branch's name, or a glob: `?` is a character and `*` any number of them, both without `/`;
  // `**` is any number of any. `*` alone fits every branch.
  std::string branches = "*";
  TestFilter filter{};
  RunCounts counts{};      // all 0: nothing is tested
  bool superseded = true;  // commits that are no longer a head are tested too

  // Background work on the head of each branch that the rule governs.
  std::string schedule;            // five fields as in cron, UTC; "" is never
  std::int64_t schedule_runs = 0;  // at each due time, of the tests that
  Only schedule_only = Only::all;
  WallTime scheduled_after{};  // due times up to here are over; the store's
  // Of each test of a head, at most, in room that nobody else wants; 0: none.
  std::int64_t idle_runs = 0;

  bool operator==(const BranchRule&) const = default;
};

}  // namespace testlooper
