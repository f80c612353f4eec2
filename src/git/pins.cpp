#include "git/pins.hpp"

#include <queue>
#include <set>

#include <fmt/format.h>

#include "git/graph.hpp"
#include "git/library.hpp"

namespace testlooper::git {
namespace {

constexpr const char* kPinGlob = "refs/testlooper/*";
constexpr std::string_view kPinPrefix = "refs/testlooper/";
constexpr int kAncestorsLookedAt = 256;

std::set<std::string> pinned_shas(git_repository* repo) {
  std::set<std::string> pins;
  git_reference_iterator* raw = nullptr;
  if (git_reference_iterator_glob_new(&raw, repo, kPinGlob) != 0) return pins;
  const ReferenceIterator iterator(raw);
  const char* name = nullptr;
  while (git_reference_next_name(&name, iterator.get()) == 0) {
    pins.emplace(std::string_view(name).substr(kPinPrefix.size()));
  }
  return pins;
}

std::string pin_name(const std::string& sha) { return fmt::format("{}{}", kPinPrefix, sha); }

Result<void> pin_one(git_repository* repo, const std::string& sha) {
  const auto commit = read_commit(repo, sha);
  if (!commit) return std::unexpected(commit.error());
  git_reference* raw = nullptr;
  const int code = git_reference_create(&raw, repo, pin_name(sha).c_str(),
                                        git_commit_id(commit->get()), 1, nullptr);
  const Reference ref(raw);
  if (code == 0) return {};
  return unavailable(fmt::format("commit {} can't be kept from git gc: {}", sha, last_message()));
}

void drop_pins_below(git_repository* repo, const std::string& sha, std::set<std::string>& pins) {
  const auto id = parse_id(sha);
  if (!id) return;
  Problems ignored;
  Graph graph(repo, ignored);
  std::queue<Node*> open;
  std::set<Node*> seen;
  open.push(graph.read(*id));
  for (int looked_at = 0; looked_at < kAncestorsLookedAt && !open.empty(); ++looked_at) {
    const Node* node = open.front();
    open.pop();
    if (node == nullptr) continue;
    for (Node* parent : graph.read_parents(*node)) {
      if (!seen.insert(parent).second) continue;
      open.push(parent);
      const std::string below = hex(parent->id);
      if (pins.erase(below) > 0) git_reference_remove(repo, pin_name(below).c_str());
    }
  }
}

}  // namespace

Result<void> pin_commits(git_repository* repo, const std::vector<std::string>& shas) {
  std::set<std::string> pins = pinned_shas(repo);
  Result<void> all;
  for (const std::string& sha : shas) {
    if (pins.contains(sha)) continue;
    const auto done = pin_one(repo, sha);
    if (!done && all) all = done;
    if (done && !pins.empty()) drop_pins_below(repo, sha, pins);
    if (done) pins.insert(sha);
  }
  return all;
}

}  // namespace testlooper::git
