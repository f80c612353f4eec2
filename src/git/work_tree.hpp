// The files of a working folder, as git sees them. For commands that are called in it; the server
// never looks at one.
#pragma once

#include <string>
#include <vector>

#include "testlooper/base/result.hpp"

namespace testlooper::git {

struct WorkTree {
  std::string folder;          // absolute, without a '/' at its end
  std::string primary_branch;  // a guess: the remote's, main, master, or what HEAD names; may be ""
  std::vector<std::string> paths;  // files that are there, but for ignored ones; sorted
};

// Of the repository at exactly `path`. Errors: as open_source; invalid where it is bare, or where
// `path` is a folder within a working folder (the message names its root).
Result<WorkTree> work_tree(const std::string& path);

// Those of the paths that git would not add: they are ignored. Errors: as open_source.
Result<std::vector<std::string>> ignored(const std::string& folder,
                                         const std::vector<std::string>& paths);

}  // namespace testlooper::git
