// Which commits are new to us. It reads the graph of commits no further than the question needs,
// and puts up with what is missing: a shallow repository's border, a damaged object.
#pragma once

#include <set>
#include <string>
#include <vector>

#include <git2.h>

#include "testlooper/domain/repo.hpp"

#include "git/refs.hpp"

namespace testlooper::git {

struct HistoryRequest {
  std::vector<git_oid> heads;
  std::set<std::string> known;  // stored, with their ancestors; those that are gone are ignored
  std::size_t depth = 0;        // newest commits of a head that has no known ancestor
  std::size_t max_commits = 0;  // of all heads together: the newest, and the heads themselves
};

// Parents before children. A head that is not itself in `known` is always among them; a commit
// that is known already may be, where clocks were wrong.
std::vector<CommitInfo> new_commits(git_repository* repo, const HistoryRequest& request,
                                    Problems& problems);

// `to` and its ancestors without those of `from`, but with `from` itself; "" is no such end. The
// newest `limit` of them, parents before children.
std::vector<CommitInfo> commits_between(git_repository* repo, const std::string& to,
                                        const std::string& from, std::size_t limit);

}  // namespace testlooper::git
