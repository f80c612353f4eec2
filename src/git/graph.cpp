#include "git/graph.hpp"

#include "git/library.hpp"

namespace testlooper::git {

Graph::Graph(git_repository* repo, Problems& problems)
    : repo_(repo), problems_(problems), shallow_(git_repository_is_shallow(repo) == 1) {}

Node* Graph::find(const git_oid& id) const {
  const auto found = nodes_.find(id);
  return found == nodes_.end() ? nullptr : found->second.get();
}

Node* Graph::read(const git_oid& id) { return read(id, shallow_); }
Node* Graph::read_if_there(const git_oid& id) { return read(id, true); }

Node* Graph::read(const git_oid& id, bool may_be_gone) {
  const auto [slot, is_new] = nodes_.try_emplace(id);
  if (!is_new) return slot->second.get();
  git_commit* raw = nullptr;
  const int code = git_commit_lookup(&raw, repo_, &id);
  if (code != 0) {
    const bool gone = may_be_gone && code == GIT_ENOTFOUND;
    if (!gone) problems_.add(damaged("commit", id).message);
    return nullptr;
  }
  const Commit commit(raw);
  auto node = std::make_unique<Node>();
  node->id = id;
  node->time = git_commit_time(commit.get());
  for (unsigned i = 0; i < git_commit_parentcount(commit.get()); ++i) {
    node->parent_ids.push_back(*git_commit_parent_id(commit.get(), i));
  }
  slot->second = std::move(node);
  return slot->second.get();
}

std::vector<Node*> Graph::read_parents(const Node& node) {
  std::vector<Node*> parents;
  for (const git_oid& id : node.parent_ids) {
    if (Node* parent = read(id)) parents.push_back(parent);
  }
  return parents;
}

std::vector<Node*> Graph::nodes() const {
  std::vector<Node*> all;
  for (const auto& [id, node] : nodes_) {
    if (node) all.push_back(node.get());
  }
  return all;
}

}  // namespace testlooper::git
