#include "core/refs.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace testlooper::core {
namespace {

using CommitsById = std::unordered_map<std::string, const CommitInfo*>;

// The new commits that lead to `head`, itself included.
std::vector<std::string> new_history(const CommitsById& commits, const std::string& head,
                                     std::unordered_set<std::string>& visited) {
  std::vector<std::string> found;
  std::vector<std::string> pending{head};
  while (!pending.empty()) {
    auto sha = std::move(pending.back());
    pending.pop_back();
    const auto commit = commits.find(sha);
    if (commit == commits.end() || !visited.insert(sha).second) continue;
    pending.insert(pending.end(), commit->second->parents.begin(), commit->second->parents.end());
    found.push_back(std::move(sha));
  }
  return found;
}

change::Desired rule_wish(RepoId repo, std::string sha, const std::string& branch) {
  DesiredTesting wish;
  wish.source = DesiredSource::branch_rule;
  wish.requested_by = "push to " + branch;
  return {repo, std::move(sha), std::move(wish)};
}

// Tested branches, the primary one first, so that a shared commit is named after it.
std::vector<std::string> tested_branches(const RepoSpec& spec, const RefsObserved& seen,
                                         const std::string& primary) {
  std::vector<std::string> names;
  for (const auto& [name, sha] : seen.branches) {
    if (is_tested(spec, name)) names.push_back(name);
  }
  const auto found = std::ranges::find(names, primary);
  if (found != names.end()) std::rotate(names.begin(), found, found + 1);
  return names;
}

}  // namespace

std::string primary_branch(const RepoSpec& spec, const RefsObserved& seen) {
  for (const auto& name :
       {spec.primary_branch, seen.head_branch, std::string{"main"}, std::string{"master"}}) {
    if (!name.empty() && seen.branches.contains(name)) return name;
  }
  return seen.branches.empty() ? std::string{} : seen.branches.begin()->first;
}

bool is_tested(const RepoSpec& spec, const std::string& branch) {
  return branch.starts_with(spec.branch_prefix);
}

Changes record_refs(const RepoState& known, const RefsObserved& seen, PushId handled) {
  const auto repo = known.repo.id;
  const auto primary = primary_branch(known.repo.spec, seen);
  Changes changes;
  if (!seen.commits.empty()) changes.push_back(change::CommitsFound{repo, seen.commits});
  changes.push_back(change::RefsSet{repo, seen.branches, seen.tags, primary});

  CommitsById commits;
  for (const auto& commit : seen.commits) commits.emplace(commit.sha, &commit);
  std::unordered_set<std::string> visited;
  for (const auto& branch : tested_branches(known.repo.spec, seen, primary)) {
    const auto& head = seen.branches.at(branch);
    for (auto& sha : new_history(commits, head, visited)) {
      changes.push_back(rule_wish(repo, std::move(sha), branch));
    }
    // A branch may start at a commit that was known before, but that nobody wanted tested.
    const auto before = known.heads.find(branch);
    const bool moved = before == known.heads.end() || before->second != head;
    if (moved && !commits.contains(head)) changes.push_back(rule_wish(repo, head, branch));
  }
  if (handled) changes.push_back(change::PushesHandled{repo, handled});
  return changes;
}

}  // namespace testlooper::core
