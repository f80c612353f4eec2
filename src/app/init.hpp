// `testlooper init`: writes the folder `.testlooper` into a repository, for the test frameworks
// that its files speak of, and says what it found.
#pragma once

#include <string>
#include <vector>

namespace testlooper::app {

struct InitRequest {
  std::string folder = ".";
  std::string framework;            // one of starter::framework_name; "" looks for all
  std::vector<std::string> images;  // base images: "IMAGE" for all, "FRAMEWORK=IMAGE" for one
  bool force = false;               // overwrites files that are there
  bool dry_run = false;             // prints the files instead
};

// Returns the exit code: 0 done, 2 not done; then nothing was changed, and one line says why.
int init(const InitRequest& request);

}  // namespace testlooper::app
