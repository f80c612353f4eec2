// `testlooper run`: asks a server for runs, and waits for them where that is wanted.
#pragma once

#include <string>

#include "cli/api_client.hpp"
#include "cli/cli.hpp"
#include "cli/follow.hpp"
#include "codec/api_json.hpp"

namespace testlooper::cli {

struct RunCommand {
  std::string repo;
  std::string commit;
  codec::RunRequest request;
  bool wait = false;
  Patience patience;
};

// The exit code: 0 all passed, or stored where nobody waits; 1 some failed; 2 it could not be done.
int run_tests(const CliContext& context, const ApiClient& client, const RunCommand& command);

// "12/60 runs, 3 failed, 4 under way".
std::string progress_line(const pages::RequestPage& page);

// "1 time", "10 times"
std::string times(std::int64_t runs);

}  // namespace testlooper::cli
