// Experiments with all that follows from their runs. Any connection.
#pragma once

#include <optional>
#include <vector>

#include "testlooper/domain/experiment.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

class RangeCache;

// Costs some look-ups for each of its wishes, and of a bisection some for each commit of its range.
// That range may be known from before.
std::optional<ExperimentState> read_experiment(Connection& db, ExperimentId id,
                                               RangeCache* ranges = nullptr);
// Those that run, and those that are watched; of active repositories.
std::vector<ExperimentId> open_experiments(Connection& db);
// Without what its runs said.
std::optional<Experiment> read_experiment_row(Connection& db, ExperimentId id);

}  // namespace testlooper::store
