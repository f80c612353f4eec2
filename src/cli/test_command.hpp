// `testlooper test`: the history of a test along a branch, a line a commit.
#pragma once

#include <string>

#include "cli/api_client.hpp"
#include "cli/cli.hpp"

namespace testlooper::cli {

struct TestCommand {
  std::string repo;
  std::string test;    // as the API takes it
  std::string branch;  // empty: the primary one
  int limit = 30;      // commits
};

// The exit code: 0, or 2 where the server could not be asked.
int show_test(const CliContext& context, const ApiClient& client, const TestCommand& command);

}  // namespace testlooper::cli
