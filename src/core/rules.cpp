#include "core/rules.hpp"

#include <algorithm>
#include <set>

#include "testlooper/base/limits.hpp"

#include "core/cron.hpp"
#include "core/filter.hpp"
#include "core/refs.hpp"

namespace testlooper::core {
namespace {

Result<void> check_count(std::int64_t count, const std::string& member) {
  if (count >= 0 && count <= limits::kRunsPerRequest) return {};
  return invalid("must be a whole number from 0 to " + std::to_string(limits::kRunsPerRequest),
                 member);
}

bool same_wish(const DesiredTesting& a, const DesiredTesting& b) {
  return a.counts == b.counts && a.filter == b.filter;
}

// Nothing where the head's wish is as the rule says. One that was stopped stays so until its rule
// changes, or the branch comes back to it.
void bring_to_rule(const RepoState& state, const std::string& sha, const std::string& branch,
                   const BranchRule& rule, Changes& changes) {
  auto wish = wish_of(rule, branch);
  const auto known = state.head_wishes.find(sha);
  if (known == state.head_wishes.end()) return;  // its commits could not be read
  const auto& head = known->second;
  if (!head.id) {
    if (wants_runs(rule)) changes.push_back(change::Desired{state.repo.id, sha, std::move(wish)});
    return;
  }
  if (same_wish(head.wish, wish)) return;
  wish.requested_by = head.wish.requested_by;
  changes.push_back(change::DesiredChanged{head.id, std::move(wish)});
}

RunCounts counts_of(Only only, std::int64_t runs) {
  switch (only) {
    case Only::all:
      return {.runs = runs};
    case Only::failed:
      return {.runs = 0, .fail_runs = runs};
    case Only::flaky:
      return {.runs = 0, .flake_runs = runs};
    case Only::fresh:
      return {.runs = 0, .new_runs = runs};
  }
  return {};
}

}  // namespace

// Which lengths of the branch's name the pattern so far can fit: pattern times name, at most.
bool branch_matches(std::string_view pattern, std::string_view branch) {
  if (pattern == "*") return true;
  std::vector<bool> fits(branch.size() + 1, false);
  fits[0] = true;
  for (std::size_t at = 0; at < pattern.size();) {
    const bool all = pattern.substr(at).starts_with("**");
    const bool star = pattern[at] == '*';
    std::vector<bool> next(fits.size(), false);
    next[0] = star && fits[0];
    for (std::size_t i = 1; i < fits.size(); ++i) {
      const char letter = branch[i - 1];
      if (star) {
        next[i] = fits[i] || ((all || letter != '/') && next[i - 1]);
      } else {
        const bool same = pattern[at] == letter || (pattern[at] == '?' && letter != '/');
        next[i] = same && fits[i - 1];
      }
    }
    fits = std::move(next);
    at += all ? 2 : 1;
  }
  return fits.back();
}

const BranchRule* rule_for(const std::vector<BranchRule>& rules, const std::string& branch) {
  const auto found = std::ranges::find_if(
      rules, [&](const BranchRule& rule) { return branch_matches(rule.branches, branch); });
  return found == rules.end() ? nullptr : &*found;
}

Result<void> check_rule(const BranchRule& rule) {
  if (rule.branches.empty()) return invalid("must name a branch or a glob", "branches");
  if (rule.branches.size() > limits::kBranchPatternBytes) {
    return invalid("is longer than " + std::to_string(limits::kBranchPatternBytes) + " bytes",
                   "branches");
  }
  for (const auto& [count, member] : {std::pair{rule.counts.runs, "runs"},
                                      {rule.counts.fail_runs, "fail_runs"},
                                      {rule.counts.flake_runs, "flake_runs"},
                                      {rule.counts.new_runs, "new_runs"},
                                      {rule.schedule_runs, "schedule_runs"},
                                      {rule.idle_runs, "idle_runs"}}) {
    if (auto fits = check_count(count, member); !fits) return fits;
  }
  if (!rule.schedule.empty()) {
    if (auto cron = parse_cron(rule.schedule); !cron) return std::unexpected(cron.error());
  }
  if (auto matcher = TestMatcher::make(rule.filter); !matcher) {
    return invalid(matcher.error().message, "filter.regex");
  }
  return {};
}

bool wants_runs(const BranchRule& rule) {
  return rule.counts.runs > 0 || rule.counts.depends_on_traits();
}

DesiredTesting wish_of(const BranchRule& rule, const std::string& branch) {
  return {.source = DesiredSource::branch_rule,
          .filter = rule.filter,
          .counts = rule.counts,
          .requested_by = "push to " + branch,
          .rule = rule.id ? std::optional{rule.id} : std::nullopt};
}

DesiredTesting schedule_wish_of(const BranchRule& rule, const std::string& branch) {
  DesiredTesting wish;
  wish.source = DesiredSource::schedule;
  wish.filter = rule.filter;
  wish.counts = counts_of(rule.schedule_only, rule.schedule_runs);
  wish.requested_by = "schedule of " + branch;
  wish.rule = rule.id;
  return wish;
}

std::vector<std::string> tested_branches(const RepoState& state,
                                         const std::map<std::string, std::string>& heads,
                                         const std::string& primary) {
  std::vector<std::string> names;
  for (const auto& [name, sha] : heads) {
    const auto* rule = rule_for(state.rules, name);
    if (is_read(state.repo.spec, name) && rule != nullptr) names.push_back(name);
  }
  const auto found = std::ranges::find(names, primary);
  if (found != names.end()) std::rotate(names.begin(), found, found + 1);
  return names;
}

Changes apply_rules(const RepoState& state) {
  Changes changes;
  std::set<std::string> seen;
  for (const auto& branch : tested_branches(state, state.heads, state.primary_branch)) {
    const auto& sha = state.heads.at(branch);
    if (!seen.insert(sha).second) continue;
    bring_to_rule(state, sha, branch, *rule_for(state.rules, branch), changes);
  }
  return changes;
}

Changes fire(const RepoState& state, RuleId id, WallTime due) {
  Changes changes{change::ScheduleFired{id, due}};
  const auto rule = std::ranges::find(state.rules, id, &BranchRule::id);
  if (rule == state.rules.end()) return {};
  for (const auto& earlier : state.schedule_wishes) {
    if (earlier.rule == id) changes.push_back(change::DesiredStopped{earlier.id});
  }
  std::set<std::string> seen;
  for (const auto& branch : tested_branches(state, state.heads, state.primary_branch)) {
    const auto& sha = state.heads.at(branch);
    if (rule_for(state.rules, branch) != &*rule || !state.head_wishes.contains(sha)) continue;
    if (!seen.insert(sha).second) continue;
    changes.push_back(change::Desired{state.repo.id, sha, schedule_wish_of(*rule, branch)});
  }
  return changes;
}

}  // namespace testlooper::core
