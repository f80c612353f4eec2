// What the refs of a repository say at one moment. A ref that can't be read is left out, and
// becomes a sentence: the others go on.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include <git2.h>

#include "testlooper/base/result.hpp"

namespace testlooper::git {

// Sentences for people, and a count of those that were too many to keep.
class Problems {
 public:
  void add(std::string sentence);
  std::vector<std::string> take();

 private:
  std::vector<std::string> sentences_;
  std::size_t left_out_ = 0;
};

struct Refs {
  std::map<std::string, git_oid> branches;  // name_text without refs/heads/
  std::map<std::string, git_oid> tags;      // name_text without refs/tags/; of the commit
  std::string head_branch;
};

// Commits in `known` are not looked at again.
Result<Refs> read_refs(git_repository* repo, const std::set<std::string>& known,
                       Problems& problems);

}  // namespace testlooper::git
