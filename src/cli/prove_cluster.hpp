// A cluster's fix proves all its tests.
#pragma once

#include "cli/api_client.hpp"
#include "cli/cli.hpp"

namespace testlooper::cli {

// Says its number and its page.
Result<ExperimentId> start_experiment(const CliContext& context, const ApiClient& client,
                                      const ExperimentRequest& request);

// A proof for each flaky test of the cluster, each with its share of the risk. The exit code is the
// worst of theirs.
int prove_cluster(const CliContext& context, const ApiClient& client, ExperimentRequest request,
                  const std::string& cluster, bool no_wait);

}  // namespace testlooper::cli
