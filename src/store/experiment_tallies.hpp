// What the runs of an experiment's wish said, kept in the transaction that adds them. Called by the
// change handlers.
#pragma once

#include <vector>

#include "testlooper/domain/outcome.hpp"

#include "store/changes.hpp"

namespace testlooper::store {

struct CountedRun {
  TestId test;
  Outcome outcome = Outcome::passed;
  Microseconds duration{0};
};
// Nothing where the wish is of no experiment.
void count_for_experiment(Applying& in, DesiredId desired, const std::vector<CountedRun>& runs);

// Proofs of these tests, under whichever names, that are watched are to be looked at again.
void look_at_watched(Applying& in, const std::vector<TestId>& failed);

}  // namespace testlooper::store
