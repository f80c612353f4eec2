// Commands that show a failure again, to be pasted into a shell. Pure; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "testlooper/domain/condition.hpp"
#include "testlooper/domain/config.hpp"

namespace testlooper::codec {

struct Reproduction {
  std::string repo, sha, suite;
  std::string test;  // its id
  Condition condition;
  std::vector<std::string> input;             // what TEST_INPUT names; empty: it stays unset
  std::string image;                          // docker's reference
  bool image_has_files = false;               // of the commit; else the current folder has them
  std::map<std::string, std::string> mounts;  // docker's volume -> path
  Variables variables;                        // of the environment
  std::string command;                        // the suite's
};

// `testlooper run …`
std::string run_command(const Reproduction& wanted, std::int64_t times);

// `docker run …`: the same container, without a server. It prints the report and ends with the
// command's exit code.
std::string docker_command(const Reproduction& wanted);

// In single quotes where a shell would take it for more than a word.
std::string shell_word(const std::string& text);

}  // namespace testlooper::codec
