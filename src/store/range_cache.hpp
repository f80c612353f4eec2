// The ranges of bisections as they were read last: a run then costs the commits that it touched,
// and not all of the range. For the writer's connection, which sees each change.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "testlooper/domain/change.hpp"
#include "testlooper/domain/experiment.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

class RangeCache {
 public:
  // What read_range() and read_evidence() tell; `names` are the test's.
  const std::vector<RangeCommit>& range(Connection& db, const Experiment& bisection,
                                        const std::vector<TestId>& names);
  // They were stored, and touched these commits.
  void changed(const Changes& changes, const std::vector<CommitId>& touched);
  void clear() { known_.clear(); }

 private:
  struct Known {
    std::vector<TestId> names;
    BisectQuestion question;
    std::vector<RangeCommit> commits;
    std::unordered_map<CommitId, std::size_t> places;
    std::unordered_set<CommitId> stale;
    std::int64_t used = 0;  // higher: later
  };
  void make_room();

  std::map<ExperimentId, Known> known_;
  std::int64_t uses_ = 0;
};

}  // namespace testlooper::store
