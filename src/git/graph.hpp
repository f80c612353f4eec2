// The part of a repository's commit graph that has been read so far. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <unordered_map>
#include <vector>

#include <git2.h>

#include "git/refs.hpp"

namespace testlooper::git {

struct Node {
  git_oid id;
  std::int64_t time = 0;  // as the committer's clock had it
  std::vector<git_oid> parent_ids;
  std::vector<Node*> children;  // that the search for news came from
  bool queued = false;          // by the search for news, now or before
  bool visited = false;         // by the search for news
  bool known = false;           // stored already
  bool related = false;         // new, with a known ancestor
  bool chosen = false;
};

// Newest first; where clocks agree, by id.
inline bool older(const Node* a, const Node* b) {
  return a->time != b->time ? a->time < b->time : git_oid_cmp(&a->id, &b->id) < 0;
}

class Graph {
 public:
  Graph(git_repository* repo, Problems& problems);

  // Null where it can't be read, which is told to `problems` once.
  Node* read(const git_oid& id);
  // As `read`, for a commit that may well be gone.
  Node* read_if_there(const git_oid& id);
  Node* find(const git_oid& id) const;  // null where it has not been read
  std::vector<Node*> read_parents(const Node& node);
  std::vector<Node*> nodes() const;

 private:
  Node* read(const git_oid& id, bool may_be_gone);

  struct IdHash {
    std::size_t operator()(const git_oid& id) const {
      std::size_t hash;  // an object's id is a hash already
      std::memcpy(&hash, id.id, sizeof hash);
      return hash;
    }
  };
  struct SameId {
    bool operator()(const git_oid& a, const git_oid& b) const { return git_oid_equal(&a, &b); }
  };

  git_repository* repo_;
  Problems& problems_;
  bool shallow_;
  std::unordered_map<git_oid, std::unique_ptr<Node>, IdHash, SameId> nodes_;
};

}  // namespace testlooper::git
