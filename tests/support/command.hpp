// Runs a program to its end, for tests that need a real one.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace testlooper::testing {

struct Command {
  std::vector<std::string> words;  // the program, found on PATH, and its arguments
  std::string folder = {};         // to run in; "" is this process's
  std::string input = {};
  std::map<std::string, std::string> variables = {};  // besides this process's
};

struct CommandEnd {
  int exit_code = -1;  // 128 + the signal, where one killed it
  std::string out;
  std::string err;
};

CommandEnd run(const Command& command);
// The output; the test program ends where the exit code is not 0.
std::string must_run(const Command& command);

}  // namespace testlooper::testing
