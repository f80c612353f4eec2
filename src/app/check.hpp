// `testlooper check`: tells whether a repository's config and plan are right, by doing what the
// server would do: reading the config at a commit, making its image, generating the plan.
#pragma once

#include <string>

namespace testlooper::app {

struct CheckRequest {
  std::string repo = ".";
  std::string commit = "HEAD";
  std::string config_path = ".testlooper/config.yaml";
  std::string plan_file;   // checks this file as a plan, and nothing else
  bool use_docker = true;  // false: the config only
};

// Prints what it finds, `file:line: message` a line. Returns the exit code: 0 right, 1 wrong,
// 2 it could not be found out.
int check(const CheckRequest& request);

}  // namespace testlooper::app
