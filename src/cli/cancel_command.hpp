// `testlooper cancel`: stops a task, a request, a commit or a branch. `testlooper retry` has a
// commit's preparation tried again.
#pragma once

#include <string>

#include "cli/api_client.hpp"
#include "cli/cli.hpp"

namespace testlooper::cli {

// The API path of what is to be stopped: "tasks/12", "repos/demo/branches/feature%2Fx".
std::string cancel_path(const std::string& kind, const std::string& first,
                        const std::string& second);

int cancel(const CliContext& context, const ApiClient& client, const std::string& path);
int retry_commit(const CliContext& context, const ApiClient& client, const std::string& repo,
                 const std::string& commit);

}  // namespace testlooper::cli
