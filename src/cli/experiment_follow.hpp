// Shows experiments, and follows one to its end.
#pragma once

#include "cli/follow.hpp"

namespace testlooper::cli {

// "no failure in 40 runs at 1a2b3c4d5e; 8 under way, 240 runs a minute".
std::string progress_line(const pages::ExperimentPage& page);

// The exit code of an answer: 0 what was asked is so (it did not fail; it is fixed; the culprit),
// 1 it is not, 2 nothing was decided.
int exit_code_of(const pages::ExperimentSummary& experiment);

int show_experiment(const CliContext& context, const ApiClient& client, ExperimentId id);
// Until it no longer runs; then shows it.
int follow_experiment(const CliContext& context, const ApiClient& client, ExperimentId id,
                      const Patience& patience = {});

}  // namespace testlooper::cli
