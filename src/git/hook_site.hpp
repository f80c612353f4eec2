// Where the hooks of a repository are. Hooks are installed by the command line, where the
// repository is at home; the server never calls this.
#pragma once

#include <string>

#include "testlooper/base/result.hpp"

namespace testlooper::git {

struct HookSite {
  std::string git_dir;    // the shared one, where the repository has linked worktrees
  std::string folder;     // of the working tree; of a bare repository, the git folder
  std::string hooks_dir;  // may not exist yet
  bool bare = false;
  bool redirected = false;  // core.hooksPath names the hooks folder
  bool shared = false;      // and does so for other repositories as well
};

// Errors: as open_source; invalid for a clone's URL or the like.
Result<HookSite> hook_site(const std::string& path);

}  // namespace testlooper::git
