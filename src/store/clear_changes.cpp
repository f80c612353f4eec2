// Results that no longer count: the runs stay, the counts begin anew.
#include "testlooper/base/check.hpp"

#include "store/changes.hpp"
#include "store/flaky.hpp"
#include "store/places.hpp"
#include "store/rollups.hpp"
#include "store/traits.hpp"

namespace testlooper::store {

void apply(Applying& in, const change::ResultsCleared& change) {
  const auto up_to = in.db.number("SELECT max(id) FROM test_runs");
  bool lost_flake = false;
  for (const auto& test : change.tests) {
    clear_rollup(in.db, change.commit, test);
    assess_again(in.db, test);
    forget_place_difference(in.db, change.commit, test);
    in.db.run(
        "INSERT INTO test_clears VALUES (?, ?, ?)"
        " ON CONFLICT (commit_id, test_id) DO UPDATE SET up_to = excluded.up_to",
        change.commit, test, up_to);
    const auto flakes = in.db.run("DELETE FROM test_flakes WHERE commit_id = ? AND test_id = ?",
                                  change.commit, test);
    lost_flake = lost_flake || flakes == 1;
  }
  in.touched.insert(change.commit);
  in.evidence.insert(change.commit);
  in.recount.insert(change.commit);
  if (!lost_flake) return;
  for (const auto& heir : heirs_of_flakes(in.db, change.commit)) {
    in.touched.insert(heir);
    in.recount.insert(heir);
  }
}

}  // namespace testlooper::store
