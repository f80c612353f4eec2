// The world's git, as far as it tells which tests moved. See world.hpp.
#include "sim/world.hpp"

namespace testlooper::sim {

// A test that is gone from one file and added to the other has moved. For some pairs of commits git
// fails, and for some it never answers, as often as it is asked.
void World::find_lineage(LineageQuery query,
                         std::function<void(Result<std::vector<Continued>>)> done) {
  constexpr std::size_t kKinds = 8;
  const auto kind = std::hash<std::string>{}(query.before + query.after) % kKinds;
  if (kind == 0) return later(200, [done] { done(unavailable("git does not answer")); });
  if (kind == 1) return;
  std::vector<Continued> found;
  const auto& [gone, added] = query.tests;
  for (std::size_t from = 0; from < gone.size(); ++from) {
    for (std::size_t to = 0; to < added.size(); ++to) {
      const bool moved =
          gone[from].suite == added[to].suite && gone[from].test.name == added[to].test.name;
      if (moved) found.push_back({from, to, Continuation::moved});
    }
  }
  later(200, [this, query = std::move(query), done = std::move(done), found = std::move(found)] {
    // The other repository may have been told before it was added anew, with less of its history.
    if (query.git_dir != kOtherPath) {
      for (const auto& each : found) moved_.emplace(query.after, query.tests.added[each.to]);
    }
    done(found);
  });
}

void World::check_lineage(CommitId commit, const std::string& sha) {
  for (const auto& suite : store_.commit_state(commit).suites) {
    for (const auto& test : suite.tests) {
      if (test.traits.is_new && moved_.contains({sha, {suite.name, test.test}})) {
        violation("a test that moved is called new");
      }
    }
  }
}

}  // namespace testlooper::sim
