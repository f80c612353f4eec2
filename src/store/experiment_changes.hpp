// Changes of experiments. Called by the change handlers and the store.
#pragma once

#include <string>
#include <string_view>

#include "testlooper/domain/experiment.hpp"

#include "store/changes.hpp"

namespace testlooper::store {

// Adds the running experiments that have runs at commits whose evidence has changed.
void find_experiments(Applying& in);
// Adds that of the wish, also where it is over: its last runs are news to who looks at it.
void note_experiment_of(Applying& in, DesiredId desired);

std::string question_json(const ExperimentQuestion& question);
ExperimentQuestion parse_question(ExperimentKind kind, std::string_view json);

}  // namespace testlooper::store
