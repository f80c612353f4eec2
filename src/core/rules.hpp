// Branch rules: which one is a branch's, and what it makes of the heads. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/branch_rule.hpp"
#include "testlooper/domain/change.hpp"
#include "testlooper/ports/store.hpp"

namespace testlooper::core {

// As BranchRule::branches says.
bool branch_matches(std::string_view pattern, std::string_view branch);

// The first that fits; nullptr where none does.
const BranchRule* rule_for(const std::vector<BranchRule>& rules, const std::string& branch);

// Errors: invalid, naming the member and its range.
Result<void> check_rule(const BranchRule& rule);

// True where the rule wants any test run at each commit.
bool wants_runs(const BranchRule& rule);

// The wish of a rule for a commit of the branch.
DesiredTesting wish_of(const BranchRule& rule, const std::string& branch);

// What its schedule wants of the branch's head.
DesiredTesting schedule_wish_of(const BranchRule& rule, const std::string& branch);

// Brings the wishes of the branches' heads to what their rules say, where they differ. Where
// several branches have one head, the primary branch's rule comes first, then by name.
Changes apply_rules(const RepoState& state);

// What the rule's schedule wants at this due time: more runs at the head of each of its branches,
// in place of what an earlier due time wanted and has not had. Without a rule of this id, nothing.
Changes fire(const RepoState& state, RuleId id, WallTime due);

// The branches that are tested, in that order.
std::vector<std::string> tested_branches(const RepoState& state,
                                         const std::map<std::string, std::string>& heads,
                                         const std::string& primary);

}  // namespace testlooper::core
