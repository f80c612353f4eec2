#include "store/range_cache.hpp"

#include <algorithm>
#include <variant>

#include "store/experiment_range.hpp"

namespace testlooper::store {
namespace {

constexpr std::size_t kMostKnown = 8;  // of up to 10,000 commits each

template <typename... Kinds>
bool is_any(const Change& change) {
  return (std::holds_alternative<Kinds>(change) || ...);
}

// What is evidence in it is at commits that it touches. Others may change the graph itself.
bool keeps_ranges(const Change& each) {
  return is_any<change::TaskCreated, change::TaskMoved, change::AttemptStarted,
                change::AttemptEnded, change::RunsRecorded, change::RunsGivenUp, change::Desired,
                change::DesiredChanged, change::DesiredStopped, change::ExperimentCreated,
                change::ExperimentMoved, change::ExperimentExtended, change::ConfigRecorded,
                change::ConfigFailed, change::PlanRecorded, change::PlanFailed,
                change::TestsRecorded, change::ListFailed, change::CommitRetried,
                change::CommitSettled, change::ImageRecorded, change::ArtifactRecorded,
                change::Audited>(each);
}

}  // namespace

const std::vector<RangeCommit>& RangeCache::range(Connection& db, const Experiment& bisection,
                                                  const std::vector<TestId>& names) {
  const auto& question = std::get<BisectQuestion>(bisection.spec.question);
  const auto [at, fresh] = known_.try_emplace(bisection.id);
  auto& known = at->second;
  known.used = ++uses_;
  const auto read = [&](RangeCommit& commit) {
    read_evidence(db, names, bisection.spec.condition, commit);
  };
  if (fresh || known.names != names || known.question != question) {
    known.names = names;
    known.question = question;
    known.commits = read_range(db, bisection.spec.repo, question.good, question.bad);
    known.places.clear();
    for (std::size_t i = 0; i < known.commits.size(); ++i) {
      known.places.emplace(known.commits[i].commit, i);
      read(known.commits[i]);
    }
  } else {
    for (const auto& commit : known.stale) read(known.commits[known.places.at(commit)]);
  }
  known.stale.clear();
  make_room();
  return known.commits;
}

void RangeCache::changed(const Changes& changes, const std::vector<CommitId>& touched) {
  if (!std::ranges::all_of(changes, keeps_ranges)) return clear();
  for (auto& [id, known] : known_) {
    for (const auto& commit : touched) {
      if (known.places.contains(commit)) known.stale.insert(commit);
    }
  }
}

void RangeCache::make_room() {
  if (known_.size() <= kMostKnown) return;
  known_.erase(
      std::ranges::min_element(known_, {}, [](const auto& each) { return each.second.used; }));
}

}  // namespace testlooper::store
