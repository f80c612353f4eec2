#include "core/refs.hpp"

#include <algorithm>
#include <deque>
#include <limits>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "testlooper/base/limits.hpp"

#include "core/rules.hpp"

namespace testlooper::core {
namespace {

// Takes the new commits of one branch after another, each commit for the first that has it.
class NewCommits {
 public:
  explicit NewCommits(const std::vector<CommitInfo>& seen) {
    for (const auto& commit : seen) commits_.emplace(commit.sha, &commit);
  }

  bool has(const std::string& sha) const { return commits_.contains(sha); }

  // Those that lead to `head`, itself included: the nearest, at most so many.
  std::vector<std::string> take_history(const std::string& head, std::size_t most) {
    std::vector<std::string> found;
    std::deque<std::string> pending{head};
    while (!pending.empty() && found.size() < most) {
      auto sha = std::move(pending.front());
      pending.pop_front();
      const auto commit = commits_.find(sha);
      if (commit == commits_.end() || !walked_.insert(sha).second) continue;
      const auto& parents = commit->second->parents;
      pending.insert(pending.end(), parents.begin(), parents.end());
      if (taken_.insert(sha).second) found.push_back(std::move(sha));
    }
    return found;
  }

  std::vector<std::string> take_head(const std::string& head) {
    if (!has(head) || !taken_.insert(head).second) return {};
    return {head};
  }

 private:
  std::unordered_map<std::string, const CommitInfo*> commits_;
  std::unordered_set<std::string> walked_;
  std::unordered_set<std::string> taken_;
};

// The branches that a repository already has when it is added may be many, and old, and its history
// was tested by somebody else: what is pushed, or asked for, goes before that.
bool is_first_look(const RepoState& known) { return known.heads.empty(); }

// Of what was found below a branch's head: other branches may have brought more of it to light.
std::size_t depth_of(const RepoState& known) {
  if (!is_first_look(known)) return std::numeric_limits<std::size_t>::max();
  const auto depth = known.repo.spec.scan_depth;
  return static_cast<std::size_t>(depth > 0 ? depth : limits::kScanDepthCommits);
}

// What the rule wants of the branch's new commits, and of the one that it starts at: that may be
// known already, where nobody wanted it tested, or where the branch came back to it.
void want(const RepoState& known, const std::string& branch, const BranchRule& rule,
          const std::string& head, std::vector<std::string> fresh, Changes& changes) {
  if (!wants_runs(rule)) return;
  for (auto& sha : fresh) {
    auto wish = wish_of(rule, branch);
    wish.background = is_first_look(known) && sha != head;
    changes.push_back(change::Desired{known.repo.id, std::move(sha), std::move(wish)});
  }
}

void want_known_head(const RepoState& known, const std::string& branch, const BranchRule& rule,
                     const std::string& head, Changes& changes) {
  const auto before = known.heads.find(branch);
  const bool moved = before == known.heads.end() || before->second != head;
  if (!moved || !wants_runs(rule)) return;
  changes.push_back(change::Desired{known.repo.id, head, wish_of(rule, branch)});
}

bool is_head(const RefsObserved& seen, const std::string& sha) {
  return std::ranges::any_of(seen.branches, [&](const auto& each) { return each.second == sha; });
}

// Where only heads count, a head that no branch has any more is not tested further.
void stop_superseded(const RepoState& known, const RefsObserved& seen, const std::string& branch,
                     const BranchRule& rule, Changes& changes) {
  const auto before = known.heads.find(branch);
  if (rule.superseded || before == known.heads.end()) return;
  const auto wish = known.head_wishes.find(before->second);
  if (wish == known.head_wishes.end() || !wish->second.id || wish->second.stopped) return;
  if (!is_head(seen, before->second)) changes.push_back(change::DesiredStopped{wish->second.id});
}

// What a schedule wanted of a commit that is no head any more is dropped, and wanted of the heads
// that came after it: a branch that moves each minute shall have its nightly runs, and once.
void move_schedules(const RepoState& known, const RefsObserved& seen,
                    const std::vector<std::string>& tested, Changes& changes) {
  std::set<std::pair<RuleId, std::string>> wanted;
  for (const auto& wish : known.schedule_wishes) wanted.emplace(wish.rule, wish.sha);
  for (const auto& wish : known.schedule_wishes) {
    if (is_head(seen, wish.sha)) continue;
    changes.push_back(change::DesiredStopped{wish.id});
    for (const auto& branch : tested) {
      const auto& rule = *rule_for(known.rules, branch);
      const auto before = known.heads.find(branch);
      if (before == known.heads.end() || before->second != wish.sha) continue;
      if (rule.id != wish.rule || rule.schedule_runs == 0 || rule.schedule.empty()) continue;
      const auto& head = seen.branches.at(branch);
      if (!wanted.emplace(rule.id, head).second) continue;
      changes.push_back(change::Desired{known.repo.id, head, schedule_wish_of(rule, branch)});
    }
  }
}

}  // namespace

std::string primary_branch(const RepoSpec& spec, const RefsObserved& seen) {
  for (const auto& name :
       {spec.primary_branch, seen.head_branch, std::string{"main"}, std::string{"master"}}) {
    if (!name.empty() && seen.branches.contains(name)) return name;
  }
  return seen.branches.empty() ? std::string{} : seen.branches.begin()->first;
}

bool is_read(const RepoSpec& spec, const std::string& branch) {
  return branch.starts_with(spec.branch_prefix);
}

Changes record_refs(const RepoState& known, const RefsObserved& seen, PushId handled) {
  const auto repo = known.repo.id;
  const auto primary = primary_branch(known.repo.spec, seen);
  Changes changes;
  if (!seen.commits.empty()) changes.push_back(change::CommitsFound{repo, seen.commits});
  changes.push_back(change::RefsSet{repo, seen.branches, seen.tags, primary});

  NewCommits commits(seen.commits);
  const auto tested = tested_branches(known, seen.branches, primary);
  for (const auto& branch : tested) {
    const auto& head = seen.branches.at(branch);
    const auto& rule = *rule_for(known.rules, branch);
    const bool head_alone = !rule.superseded || (is_first_look(known) && branch != primary);
    want(known, branch, rule, head,
         head_alone ? commits.take_head(head) : commits.take_history(head, depth_of(known)),
         changes);
    if (!commits.has(head)) want_known_head(known, branch, rule, head, changes);
    stop_superseded(known, seen, branch, rule, changes);
  }
  move_schedules(known, seen, tested, changes);
  if (handled) changes.push_back(change::PushesHandled{repo, handled});
  return changes;
}

}  // namespace testlooper::core
