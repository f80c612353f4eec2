// Puts git hooks into a repository that announce its pushes, and takes them away again. A hook that
// was there keeps running, and comes back at the end.
#pragma once

#include <string>

#include "testlooper/base/result.hpp"

namespace testlooper::cli {

struct HookInstall {
  std::string path;  // of the repository
  std::string server;
  std::string repo;         // "": the folder's name
  std::string secret_file;  // "": not signed
  std::string program;      // testlooper's own path
};

// One sentence for people: what is where now. Installing again changes nothing but the settings.
// Errors: those of a path that is no repository; conflict where two foreign hooks are in the way;
// unavailable where a file can't be written.
Result<std::string> install_hooks(const HookInstall& install);
Result<std::string> uninstall_hooks(const std::string& path);

}  // namespace testlooper::cli
