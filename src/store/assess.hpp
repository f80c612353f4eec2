// What is known of each test that flakes: made of its evidence whenever that has changed, some
// tests at a time, and stored, so that a page reads a row a test. Runs on the writer's connection,
// outside any transaction.
#pragma once

#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/ports/store.hpp"

#include "lab/rate.hpp"
#include "store/connection.hpp"

namespace testlooper::store {

// A change of a test's rate, as the row keeps it.
struct KeptChange {
  CommitId at, earliest, latest;
  lab::Counts before, after;
  bool operator==(const KeptChange&) const = default;
};
std::string pack_changes(const std::vector<KeptChange>& changes);
std::vector<KeptChange> unpack_changes(std::string_view bytes);
std::string pack_counts(const std::vector<lab::Counts>& counts);
std::vector<lab::Counts> unpack_counts(std::string_view bytes);

class Assessor {
 public:
  explicit Assessor(Connection& db) : db_(db) {}
  // See Store::assess_flaky.
  FlakyStep step(int limit);

 private:
  using Line = std::unordered_set<CommitId>;
  const Line& line_of(RepoId repo);
  void assess(RepoId repo, TestId test);

  Connection& db_;
  struct Known {
    std::string head;
    Line line;
  };
  std::map<RepoId, Known> lines_;  // of primary branches, as they were last asked for
};

}  // namespace testlooper::store
