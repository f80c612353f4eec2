#include "core/idle_wishes.hpp"

#include <set>
#include <string>
#include <utility>

#include "core/rules.hpp"

namespace testlooper::core {
namespace {

DesiredTesting idle_wish_of(const BranchRule& rule, const std::string& branch) {
  DesiredTesting wish;
  wish.source = DesiredSource::idle;
  wish.filter = rule.filter;
  wish.counts = {.runs = rule.idle_runs};
  wish.requested_by = "idle room for " + branch;
  wish.rule = rule.id;
  return wish;
}

bool is_tested(const RepoState& state, const std::string& sha) {
  const auto known = state.head_wishes.find(sha);
  return known != state.head_wishes.end() && known->second.id && !known->second.stopped;
}

void bring_to_rule(const RepoState& state, const std::string& sha, DesiredTesting wish,
                   Changes& changes) {
  const auto known = state.idle_wishes.find(sha);
  if (known == state.idle_wishes.end()) {
    changes.push_back(change::Desired{state.repo.id, sha, std::move(wish)});
    return;
  }
  const auto& before = known->second;
  const bool same = before.wish.counts == wish.counts && before.wish.filter == wish.filter;
  if (!before.stopped && !same) {
    changes.push_back(change::DesiredChanged{before.id, std::move(wish)});
  }
}

}  // namespace

Changes apply_idle_rules(const RepoState& state) {
  Changes changes;
  std::set<std::string> allowed;
  for (const auto& branch : tested_branches(state, state.heads, state.primary_branch)) {
    const auto& sha = state.heads.at(branch);
    const auto& rule = *rule_for(state.rules, branch);
    if (rule.idle_runs == 0 || !is_tested(state, sha) || !allowed.insert(sha).second) continue;
    bring_to_rule(state, sha, idle_wish_of(rule, branch), changes);
  }
  for (const auto& [sha, known] : state.idle_wishes) {
    if (known.stopped || known.wish.counts.runs == 0 || allowed.contains(sha)) continue;
    // Not stopped, so that the commit may have more when a branch comes back to it.
    auto none = known.wish;
    none.counts.runs = 0;
    changes.push_back(change::DesiredChanged{known.id, std::move(none)});
  }
  return changes;
}

}  // namespace testlooper::core
