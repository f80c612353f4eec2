#include "git/history.hpp"

#include <algorithm>
#include <cstdint>
#include <queue>
#include <ranges>
#include <unordered_map>
#include <unordered_set>

#include "testlooper/base/limits.hpp"

#include "git/graph.hpp"
#include "git/library.hpp"
#include "git/text.hpp"

namespace testlooper::git {
namespace {

struct Older {
  bool operator()(const Node* a, const Node* b) const { return older(a, b); }
};
using NewestFirst = std::priority_queue<Node*, std::vector<Node*>, Older>;

// Commits read for one scan, whatever the history looks like.
constexpr std::size_t kReadPerNewCommit = 40;

// Walks back from the heads and from what is known at once, newest first, until all that is left
// to visit is known. Clocks that ran wrong can make it visit a commit before it learns that it is
// known; it is told so then, and at worst a known commit is taken for new, which the store
// ignores.
class NewsSearch {
 public:
  NewsSearch(Graph& graph, const HistoryRequest& request) : graph_(graph), request_(request) {}

  void run() {
    for (const std::string& sha : request_.known) start_known(sha);
    for (const git_oid& head : request_.heads) enqueue(graph_.read(head));
    std::size_t visits = 0, news = 0;
    while (open_news_ > 0 && news <= request_.max_commits &&
           visits < kReadPerNewCommit * request_.max_commits) {
      Node* node = queue_.top();
      queue_.pop();
      node->visited = true;
      ++visits;
      if (!node->known) {
        --open_news_;
        ++news;
      }
      visit_parents(*node);
    }
  }

 private:
  void start_known(const std::string& sha) {
    const auto id = parse_id(sha);
    Node* node = id ? graph_.read_if_there(*id) : nullptr;
    if (node == nullptr) return;
    node->known = true;
    enqueue(node);
  }

  void enqueue(Node* node) {
    if (node == nullptr || node->queued) return;
    node->queued = true;
    if (!node->known) ++open_news_;
    queue_.push(node);
  }

  void visit_parents(Node& node) {
    for (Node* parent : graph_.read_parents(node)) {
      parent->children.push_back(&node);
      if (node.known) mark_known(parent);
      enqueue(parent);
    }
  }

  void mark_known(Node* node) {
    std::vector<Node*> open = {node};
    while (!open.empty()) {
      Node* next = open.back();
      open.pop_back();
      if (next->known) continue;
      next->known = true;
      if (next->queued && !next->visited) --open_news_;
      if (!next->visited) continue;
      for (const git_oid& id : next->parent_ids) {
        if (Node* parent = graph_.find(id)) open.push_back(parent);
      }
    }
  }

  Graph& graph_;
  const HistoryRequest& request_;
  NewestFirst queue_;
  std::size_t open_news_ = 0;  // queued and not known
};

// From all that is known up to the new commits that were built on it.
void mark_related(const Graph& graph) {
  std::vector<Node*> open;
  for (Node* node : graph.nodes()) {
    if (node->known) open.push_back(node);
  }
  while (!open.empty()) {
    const Node* node = open.back();
    open.pop_back();
    for (Node* child : node->children) {
      if (child->known || child->related) continue;
      child->related = true;
      open.push_back(child);
    }
  }
}

void choose_all_news(Graph& graph, Node* head) {
  std::vector<Node*> open = {head};
  while (!open.empty()) {
    Node* node = open.back();
    open.pop_back();
    if (node == nullptr || node->known || node->chosen) continue;
    node->chosen = true;
    for (const git_oid& id : node->parent_ids) open.push_back(graph.find(id));
  }
}

void choose_newest(Graph& graph, Node* head, std::size_t depth) {
  NewestFirst queue;
  std::unordered_set<Node*> seen = {head};
  queue.push(head);
  for (std::size_t taken = 0; taken < depth && !queue.empty(); ++taken) {
    Node* node = queue.top();
    queue.pop();
    node->chosen = true;
    for (Node* parent : graph.read_parents(*node)) {
      if (!parent->known && seen.insert(parent).second) queue.push(parent);
    }
  }
}

// Children before parents, and otherwise by time.
std::vector<Node*> newest_first(const Graph& graph, const std::vector<Node*>& chosen) {
  std::unordered_map<Node*, int> children_left;
  const auto chosen_parents = [&](const Node& node) {
    std::vector<Node*> parents;
    for (const git_oid& id : node.parent_ids) {
      Node* parent = graph.find(id);
      if (parent != nullptr && parent->chosen) parents.push_back(parent);
    }
    return parents;
  };
  for (const Node* node : chosen) {
    for (Node* parent : chosen_parents(*node)) ++children_left[parent];
  }
  NewestFirst ready;
  for (Node* node : chosen) {
    if (!children_left.contains(node)) ready.push(node);
  }
  std::vector<Node*> order;
  while (!ready.empty()) {
    order.push_back(ready.top());
    ready.pop();
    for (Node* parent : chosen_parents(*order.back())) {
      if (--children_left[parent] == 0) ready.push(parent);
    }
  }
  return order;
}

std::vector<Node*> choose(Graph& graph, const HistoryRequest& request) {
  std::unordered_set<Node*> heads;
  for (const git_oid& id : request.heads) {
    Node* head = graph.read(id);
    if (head == nullptr) continue;
    heads.insert(head);
    if (head->related) {
      choose_all_news(graph, head);
    } else if (!head->known) {
      choose_newest(graph, head, request.depth);
    }
    head->chosen = true;
  }
  std::vector<Node*> chosen = graph.nodes();
  std::erase_if(chosen, [](const Node* node) { return !node->chosen; });
  std::vector<Node*> order = newest_first(graph, chosen);
  std::size_t taken = 0;
  std::erase_if(order,
                [&](Node* node) { return ++taken > request.max_commits && !heads.contains(node); });
  return order;
}

// A crafted commit can hold any time; years 1 to 9999 fit everywhere that a time is shown.
WallTime wall_time(git_time_t seconds) {
  constexpr git_time_t kFirst = -62'135'596'800, kLast = 253'402'300'799;
  return {std::clamp(seconds, kFirst, kLast) * 1000};
}

CommitInfo describe(const git_commit* commit) {
  const char* named = git_commit_message_encoding(commit);
  const std::string_view encoding = named != nullptr ? named : "";
  const auto text = [&](const char* bytes, std::size_t cap) {
    return prose(bytes != nullptr ? bytes : "", encoding, cap);
  };
  const git_signature* author = git_commit_author(commit);
  CommitInfo info;
  info.sha = hex(*git_commit_id(commit));
  for (unsigned i = 0; i < git_commit_parentcount(commit); ++i) {
    info.parents.push_back(hex(*git_commit_parent_id(commit, i)));
  }
  info.author = text(author->name, limits::kPersonBytes);
  info.author_email = text(author->email, limits::kPersonBytes);
  info.committed_at = wall_time(git_commit_time(commit));
  info.message = text(git_commit_message(commit), limits::kCommitMessageBytes);
  return info;
}

}  // namespace

std::vector<CommitInfo> new_commits(git_repository* repo, const HistoryRequest& request,
                                    Problems& problems) {
  if (request.heads.empty()) return {};
  Graph graph(repo, problems);
  if (!request.known.empty()) {
    NewsSearch(graph, request).run();
    mark_related(graph);
  }
  const std::vector<Node*> order = choose(graph, request);
  std::vector<CommitInfo> commits;
  commits.reserve(order.size());
  for (const auto* node : order | std::views::reverse) {
    git_commit* raw = nullptr;
    if (git_commit_lookup(&raw, repo, &node->id) == 0) {
      commits.push_back(describe(Commit(raw).get()));
    }
  }
  return commits;
}

std::vector<CommitInfo> commits_between(git_repository* repo, const std::string& to,
                                        const std::string& from, std::size_t limit) {
  const auto add = [&](const git_oid& id, std::vector<CommitInfo>& commits) {
    git_commit* raw = nullptr;
    if (git_commit_lookup(&raw, repo, &id) == 0) commits.push_back(describe(Commit(raw).get()));
  };
  std::vector<CommitInfo> commits;
  git_revwalk* raw = nullptr;
  const auto first = parse_id(to);
  if (!first || git_revwalk_new(&raw, repo) != 0) return commits;
  const Walk walk(raw);
  git_revwalk_sorting(raw, GIT_SORT_TOPOLOGICAL | GIT_SORT_TIME);
  if (git_revwalk_push(raw, &*first) != 0) return commits;
  const auto last = parse_id(from);
  if (last) git_revwalk_hide(raw, &*last);
  git_oid id;
  while (commits.size() < limit && git_revwalk_next(&id, raw) == 0) add(id, commits);
  if (last) add(*last, commits);
  std::ranges::reverse(commits);
  return commits;
}

}  // namespace testlooper::git
